/* SPDX-License-Identifier: Apache-2.0
 *
 * What services accept: the list in their description, and whether a value
 * fits.
 */
#include "config.h"

#include "flow/workflow.h"

#include <stdlib.h>
#include <string.h>

#include <kbsh/cleanup.h>
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

int
accepts_refuse (json_object *accepts, const char *service, const char *key,
                struct kbsh_error *err)
{
  size_t count = json_object_array_length (accepts);
  const char **names = calloc (count + 1, sizeof *names), *nearest = NULL;
  for (size_t i = 0; names && i < count; i++)
    names[i] = kbsh_json_string (json_object_array_get_idx (accepts, i),
                                 "/name", "");
  if (names)
    nearest = kbsh_nearest (key, names);
  kbsh_error_set (err, "%s has no parameter \"%s\"", service, key);
  if (nearest)
    kbsh_error_remedy (err, "did you mean \"%s\"?", nearest);
  free (names);
  return -1;
}

int
accepts_allowed (json_object *one, json_object *value, struct kbsh_error *err)
{
  json_object *values = kbsh_json_at (one, "/values");
  size_t count = values ? json_object_array_length (values) : 0;
  for (size_t i = 0; i < count; i++)
    if (kbsh_json_equal (json_object_array_get_idx (values, i), value))
      return 0;
  if (!values)
    return 0;
  return kbsh_error_set (
      err, "%s is not among what is allowed: %s",
      json_object_get_string (value),
      json_object_to_json_string_ext (values, JSON_C_TO_STRING_PLAIN));
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

static int
fits (const struct kbsh_service *service, json_object *one, json_object *value,
      struct kbsh_error *err)
{
  const char *name = kbsh_json_string (one, "/name", "");
  const char *needed
      = type_mismatch (kbsh_json_string (one, "/type", "any"), value);
  if (needed)
    return kbsh_error_set (err, "\"%s\" of %s has to be %s", name,
                           service->name, needed);
  return accepts_allowed (one, value, err)
             ? kbsh_error_wrap (err, "\"%s\" of %s", name, service->name)
             : 0;
}

/* What was given, or its default. */
static int
take (const struct kbsh_service *service, json_object *one, json_object *given,
      json_object *out, struct kbsh_error *err)
{
  const char *name = kbsh_json_string (one, "/name", "");
  json_object *value = NULL;
  json_object_object_get_ex (given, name, &value);
  if (value && fits (service, one, value, err))
    return -1;
  if (!value)
    value = kbsh_json_at (one, "/default");
  if (!value && kbsh_json_bool (one, "/required", 0))
    return kbsh_error_set (err, "%s needs the parameter \"%s\"", service->name,
                           name);
  if (value && json_object_object_add (out, name, json_object_get (value)))
    return kbsh_error_memory (err);
  return 0;
}

json_object *
accepts_arguments (const struct kbsh_service *service, json_object *accepts,
                   json_object *given, struct kbsh_error *err)
{
  kbsh_autojson json_object *out = json_object_new_object ();
  if (!out)
    {
      kbsh_error_memory (err);
      return NULL;
    }
  json_object_object_foreach (given, key, value)
  {
    (void)value;
    if (!accepts_find (accepts, key))
      {
        accepts_refuse (accepts, service->name, key, err);
        return NULL;
      }
  }
  for (size_t i = 0; i < json_object_array_length (accepts); i++)
    if (take (service, json_object_array_get_idx (accepts, i), given, out, err))
      return NULL;
  return kbsh_steal (&out);
}
