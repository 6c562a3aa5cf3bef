/* SPDX-License-Identifier: Apache-2.0
 *
 * What services accept: the list in their description, and whether a value
 * fits.
 */
#include "config.h"

#include "flow/workflow.h"

#include <string.h>

#include <kbsh/json.h>
#include <kbsh/text.h>

json_object *
accepts_parse (const struct kbsh_service *service, struct kbsh_error *err)
{
  json_object *list;
  if (!service->accepts)
    {
      list = json_object_new_array ();
      if (!list)
        kbsh_error_memory (err);
      return list;
    }
  list = kbsh_json_parse (service->accepts, strlen (service->accepts), err);
  if (list && json_object_is_type (list, json_type_array))
    return list;
  if (list)
    kbsh_error_set (err, "it is not a list");
  json_object_put (list);
  kbsh_error_wrap (err, "what %s says it accepts can't be read", service->name);
  return NULL;
}

json_object *
accepts_find (json_object *accepts, const char *name)
{
  for (size_t i = 0; i < json_object_array_length (accepts); i++)
    {
      json_object *one = json_object_array_get_idx (accepts, i);
      if (strcmp (kbsh_json_string (one, "/name", ""), name) == 0)
        return one;
    }
  return NULL;
}

static int
is_duration (json_object *value)
{
  int64_t ms;
  if (json_object_is_type (value, json_type_int))
    return json_object_get_int64 (value) >= 0;
  return json_object_is_type (value, json_type_string)
         && kbsh_duration_parse (json_object_get_string (value), &ms, NULL)
                == 0;
}

const char *
type_mismatch (const char *type, json_object *value)
{
  if (strcmp (type, "string") == 0 || strcmp (type, "path") == 0)
    return json_object_is_type (value, json_type_string) ? NULL : "a text";
  if (strcmp (type, "bool") == 0)
    return json_object_is_type (value, json_type_boolean) ? NULL
                                                          : "true or false";
  if (strcmp (type, "int") == 0)
    return json_object_is_type (value, json_type_int) ? NULL : "a number";
  if (strcmp (type, "list") == 0)
    return json_object_is_type (value, json_type_array) ? NULL : "a list";
  if (strcmp (type, "duration") == 0)
    return is_duration (value) ? NULL : "a duration such as 90s or 4m";
  return NULL;
}
