/* SPDX-License-Identifier: Apache-2.0
 *
 * What a service declares in JSON: the parameters that it accepts, and what it
 * may touch. The form is told in kbsh/plugin.h.
 */
#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <kbsh/cleanup.h>

#include "load/check.h"
#include "load/loader.h"

static const char remedy_form[] = "see struct kbsh_service in <kbsh/plugin.h>";

/* One declaration of one service, for the words of an error. */
struct declaration
{
  const struct kbsh_service *service;
  const char *member; /* "accepts", "touches" */
  char item[80];      /* the parameter, with a space in front; or "" */
  struct kbsh_error *err;
};

static int wrong (const struct declaration *d, const char *format, ...)
    KBSH_PRINTF (2, 3);

static int
wrong (const struct declaration *d, const char *format, ...)
{
  char text[512];
  va_list args;
  va_start (args, format);
  vsnprintf (text, sizeof text, format, args);
  va_end (args);
  return check_refuse (d->err, remedy_form, "%s of its service %s%s: %s",
                       d->member, d->service->name, d->item, text);
}

static json_object *
parse (const struct declaration *d, const char *text, enum json_type type)
{
  struct json_tokener *tokener = json_tokener_new_ex (16);
  enum json_tokener_error problem = json_tokener_continue;
  size_t end = 0;
  kbsh_autojson json_object *tree = NULL;
  if (tokener)
    {
      json_tokener_set_flags (tokener, JSON_TOKENER_STRICT);
      tree = json_tokener_parse_ex (tokener, text, (int)strlen (text) + 1);
      problem = json_tokener_get_error (tokener);
      end = json_tokener_get_parse_end (tokener);
      json_tokener_free (tokener);
    }
  if (problem != json_tokener_success)
    wrong (d, "not JSON: %s after %zu bytes", json_tokener_error_desc (problem),
           end);
  else if (end < strlen (text) && text[end + strspn (text + end, " \t\r\n")])
    wrong (d, "not JSON: something follows after %zu bytes", end);
  else if (!json_object_is_type (tree, type))
    wrong (d, type == json_type_array ? "it is not a list"
                                      : "it is not an object");
  else
    return kbsh_steal (&tree);
  return NULL;
}

static int
check_keys (const struct declaration *d, json_object *object,
            const char *const *known)
{
  json_object_object_foreach (object, key, value)
  {
    size_t i;
    (void)value;
    for (i = 0; known[i] && strcmp (known[i], key); i++)
      continue;
    if (!known[i])
      return wrong (d, "the key '%s' is not known", key);
  }
  return 0;
}

static const char *const types[]
    = { "string", "bool", "int", "duration", "list", "path", "any", NULL };

static enum json_type
json_type_of (const char *type)
{
  if (!strcmp (type, "bool"))
    return json_type_boolean;
  if (!strcmp (type, "int"))
    return json_type_int;
  return strcmp (type, "list") ? json_type_string : json_type_array;
}

static int
check_default (const struct declaration *d, json_object *parameter,
               const char *type)
{
  json_object *value = json_object_object_get (parameter, "default");
  if (!value || !strcmp (type, "any")
      || json_object_is_type (value, json_type_of (type)))
    return 0;
  return wrong (d, "its default is not of its type, %s", type);
}

static int
check_type (const struct declaration *d, json_object *parameter)
{
  json_object *value = json_object_object_get (parameter, "type");
  const char *type = json_object_is_type (value, json_type_string)
                         ? json_object_get_string (value)
                         : NULL;
  size_t i;
  if (!type)
    return wrong (d, "it has no type");
  for (i = 0; types[i]; i++)
    if (!strcmp (types[i], type))
      return check_default (d, parameter, type);
  return wrong (d,
                "its type '%s' is none of string, bool, int, duration, list, "
                "path, any",
                type);
}

static int
check_strings (const struct declaration *d, json_object *list, const char *noun,
               int empty_too)
{
  size_t i;
  if (!json_object_is_type (list, json_type_array))
    return wrong (d, "%s is not a list", noun);
  for (i = 0; i < json_object_array_length (list); i++)
    {
      json_object *value = json_object_array_get_idx (list, i);
      if (!json_object_is_type (value, json_type_string)
          || (!empty_too && !json_object_get_string_len (value)))
        return wrong (d, "%s is not a list of texts", noun);
    }
  return 0;
}

static int
check_members (const struct declaration *d, json_object *parameter)
{
  static const char *const flags[]
      = { "required", "secret", "positional", NULL };
  json_object *value;
  size_t i;
  for (i = 0; flags[i]; i++)
    if (json_object_object_get_ex (parameter, flags[i], &value)
        && !json_object_is_type (value, json_type_boolean))
      return wrong (d, "'%s' is neither true nor false", flags[i]);
  if (json_object_object_get_ex (parameter, "values", &value)
      && check_strings (d, value, "'values'", 1))
    return -1;
  if (json_object_object_get_ex (parameter, "help", &value)
      && !json_object_is_type (value, json_type_string))
    return wrong (d, "'help' is not a text");
  if (json_object_object_get_ex (parameter, "short", &value)
      && (json_object_get_string_len (value) != 1
          || !isalnum ((unsigned char)*json_object_get_string (value))))
    return wrong (d, "'short' is not one letter");
  return 0;
}

static int
check_command_only (const struct declaration *d, json_object *parameter)
{
  static const char *const members[] = { "positional", "short", NULL };
  size_t i;
  for (i = 0; members[i] && strcmp (d->service->role, "command"); i++)
    if (json_object_object_get_ex (parameter, members[i], NULL))
      return wrong (d, "'%s' is for role command only", members[i]);
  return 0;
}

static int
check_parameter (struct declaration *d, json_object *list, size_t index)
{
  static const char *const known[]
      = { "name",   "type",       "required", "default", "values",
          "secret", "positional", "short",    "help",    NULL };
  json_object *parameter = json_object_array_get_idx (list, index), *value;
  const char *name;
  size_t i;
  snprintf (d->item, sizeof d->item, ", parameter number %zu", index + 1);
  if (!json_object_is_type (parameter, json_type_object))
    return wrong (d, "it is not an object");
  value = json_object_object_get (parameter, "name");
  if (!json_object_is_type (value, json_type_string))
    return wrong (d, "it has no name");
  name = json_object_get_string (value);
  if (!check_name (name))
    return wrong (d, "its name '%s' is not lower case, digits and '-'", name);
  snprintf (d->item, sizeof d->item, ", parameter '%s'", name);
  for (i = 0; i < index; i++)
    if (!strcmp (name, json_object_get_string (json_object_object_get (
                           json_object_array_get_idx (list, i), "name"))))
      return wrong (d, "there are two of this name");
  if (check_keys (d, parameter, known) || check_type (d, parameter)
      || check_members (d, parameter))
    return -1;
  return check_command_only (d, parameter);
}

int
check_accepts (const struct kbsh_service *service, struct kbsh_error *err)
{
  struct declaration d = { service, "accepts", "", err };
  kbsh_autojson json_object *list = NULL;
  size_t i;
  if (!service->accepts)
    return 0;
  list = parse (&d, service->accepts, json_type_array);
  if (!list)
    return -1;
  for (i = 0; i < json_object_array_length (list); i++)
    if (check_parameter (&d, list, i))
      return -1;
  return 0;
}

/* A value with ${...} is known only once the step runs; the broker looks at
 * what it has become. */
static int
check_touched (const struct declaration *d, const char *key, const char *text)
{
  const char *const *role = loader_roles ();
  int filled = strstr (text, "${") != NULL;
  if (!strcmp (key, "paths") && !filled
      && (text[0] != '/' || strstr (text, "/../")))
    return wrong (d, "the path '%s' is not absolute", text);
  if (!strcmp (key, "programs") && !filled && strchr (text, '/'))
    return wrong (d, "the program '%s' is not a base name", text);
  if (strcmp (key, "calls") || filled)
    return 0;
  while (*role && strcmp (*role, text))
    role++;
  return *role ? 0 : wrong (d, "there is no role '%s' to call", text);
}

int
check_touches (const struct kbsh_service *service, struct kbsh_error *err)
{
  static const char *const known[]
      = { "paths", "programs", "units", "hosts", "calls", NULL };
  struct declaration d = { service, "touches", "", err };
  kbsh_autojson json_object *object = NULL;
  size_t i;
  if (!service->touches)
    return 0;
  object = parse (&d, service->touches, json_type_object);
  if (!object || check_keys (&d, object, known))
    return -1;
  json_object_object_foreach (object, key, value)
  {
    snprintf (d.item, sizeof d.item, ", '%s'", key);
    if (check_strings (&d, value, "it", 0))
      return -1;
    for (i = 0; i < json_object_array_length (value); i++)
      if (check_touched (
              &d, key,
              json_object_get_string (json_object_array_get_idx (value, i))))
        return -1;
  }
  return 0;
}
