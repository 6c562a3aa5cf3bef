/* SPDX-License-Identifier: Apache-2.0
 *
 * Flags, as inputs of the service: flags.yaml says where each goes. A value
 * that came from a flag is blamed on the flag when it is wrong.
 */
#include "config.h"

/* A list as it is, or a text cut at its commas. */
static json_object *
as_list (json_object *value)
{
  kbsh_autojson json_object *list = NULL;
  kbsh_autofree char *copy = NULL;
  char *rest;
  if (json_object_is_type (value, json_type_array))
    return kbsh_json_copy (value);
  copy = strdup (json_object_get_string (value));
  list = json_object_new_array ();
  rest = copy;
  if (!copy || !list)
    return NULL;
  for (char *part; (part = strsep (&rest, ","));)
    if (*part && json_object_array_add (list, json_object_new_string (part)))
      return NULL;
  return kbsh_steal (&list);
}

/* "name=value" in two; value is "" without '='. Returns a copy of the name. */
static char *
cut (const char *text, const char **value)
{
  const char *equals = strchr (text, '=');
  *value = equals ? equals + 1 : "";
  return equals ? strndup (text, (size_t)(equals - text)) : strdup (text);
}

static json_object *
as_gates (struct config *config, json_object *list, const char *flag)
{
  kbsh_autojson json_object *map = json_object_new_object ();
  for (size_t i = 0; i < json_object_array_length (list); i++)
    {
      const char *text
          = json_object_get_string (json_object_array_get_idx (list, i));
      const char *value;
      kbsh_autofree char *name = cut (text, &value);
      int on = !strcasecmp (value, "true"), off = !strcasecmp (value, "false");
      if (!on && !off)
        {
          kbsh_fail (config->ctx, NULL, "write NAME=true or NAME=false",
                     "--%s: \"%s\" is not a gate and its value", flag, text);
          return NULL;
        }
      if (!name
          || json_object_object_add (map, name, json_object_new_boolean (on)))
        return NULL;
    }
  return kbsh_steal (&map);
}

static json_object *
as_arguments (json_object *list)
{
  kbsh_autojson json_object *out = json_object_new_array ();
  for (size_t i = 0; i < json_object_array_length (list); i++)
    {
      const char *value;
      kbsh_autofree char *name = cut (
          json_object_get_string (json_object_array_get_idx (list, i)), &value);
      json_object *one = NULL;
      if (!name || kbsh_json_set_string (&one, "/name", name, NULL)
          || kbsh_json_set_string (&one, "/value", value, NULL)
          || json_object_array_add (out, one))
        {
          json_object_put (one);
          return NULL;
        }
    }
  return kbsh_steal (&out);
}

/* Milliseconds, or a text, as Go writes it. */
static json_object *
as_duration (json_object *value)
{
  char text[40];
  if (json_object_is_type (value, json_type_string))
    return kbsh_json_copy (value);
  kbsh_duration_text (json_object_get_int64 (value), text);
  return json_object_new_string (text);
}

/* What is given in the file, and this. */
static json_object *
and_more (struct config *config, const char *to, json_object *list)
{
  json_object *old = kbsh_json_at (config->given, to);
  json_object *all = old ? kbsh_json_copy (old) : json_object_new_array ();
  for (size_t i = 0; all && i < json_object_array_length (list); i++)
    json_object_array_add (
        all, json_object_get (json_object_array_get_idx (list, i)));
  return all;
}

static json_object *
shape (struct config *config, const char *flag, json_object *rule,
       json_object *value)
{
  const char *form = kbsh_json_string (rule, "/form", "");
  const char *to = kbsh_json_string (rule, "/to", "");
  kbsh_autojson json_object *list = NULL;
  if (!strcmp (form, "duration"))
    return as_duration (value);
  if (!strcmp (form, "section"))
    return json_object_new_object ();
  if (!*form)
    return kbsh_json_copy (value);
  list = as_list (value);
  if (!list)
    return NULL;
  if (!strcmp (form, "gates"))
    return as_gates (config, list, flag);
  if (!strcmp (form, "arguments"))
    return as_arguments (list);
  return and_more (config, to, list);
}

static int
is_given (json_object *value)
{
  if (json_object_is_type (value, json_type_string))
    return json_object_get_string_len (value) > 0;
  if (json_object_is_type (value, json_type_array))
    return json_object_array_length (value) > 0;
  return value != NULL;
}

/* A list has to be there before its first element can be set. */
static int
make_list (struct config *config, const char *to)
{
  const char *first = strstr (to, "/0/");
  kbsh_autofree char *list = first ? strndup (to, (size_t)(first - to)) : NULL;
  json_object *elements;
  if (!first)
    return 0;
  if (!list)
    return -1;
  if (kbsh_json_at (config->given, list))
    return 0;
  elements = json_object_new_array ();
  if (elements)
    json_object_array_add (elements, json_object_new_object ());
  return kbsh_json_set (&config->given, list, elements, NULL);
}

/* How a flag is shown in messages. */
static json_object *
shown (const char *flag, json_object *rule)
{
  kbsh_autofree char *text
      = kbsh_text ("%s%s", kbsh_json_bool (rule, "/word", 0) ? "" : "--", flag);
  return text ? json_object_new_string (text) : NULL;
}

const char *
config_flag_of (struct config *config, const char *pointer)
{
  json_object *flag = NULL;
  return config->flags
                 && json_object_object_get_ex (config->flags, pointer, &flag)
             ? json_object_get_string (flag)
             : NULL;
}

static int
put_flag (struct config *config, const char *flag, json_object *rule,
          json_object *value)
{
  const char *to = kbsh_json_string (rule, "/to", "");
  const char *older = kbsh_json_string (rule, "/deprecated", NULL);
  json_object *shaped = shape (config, flag, rule, value);
  if (!shaped)
    return config->ctx->host->failed (config->ctx)
               ? -1
               : kbsh_fail_memory (config->ctx);
  if (older)
    kbsh_warn (config->ctx, "--%s is deprecated: %s", flag, older);
  if (make_list (config, to) || kbsh_json_set (&config->given, to, shaped, NULL)
      || json_object_object_add (config->flags, to, shown (flag, rule)))
    return kbsh_fail_memory (config->ctx);
  return 0;
}

static int
refuse_mixed (struct config *config, const char *flags)
{
  return kbsh_fail (config->ctx, NULL,
                    "put these values into the file; beside --config only "
                    "flags that say how to work can stand, such as "
                    "--node-name, --cri-socket, --ignore-preflight-errors, "
                    "--patches, --upload-certs, --skip-...",
                    "--config cannot be mixed with %s", flags);
}

/* The values are checked as those of a file are. */
static void
check_flags (struct config *config)
{
  static const char *const kinds[]
      = { "InitConfiguration", "ClusterConfiguration", "JoinConfiguration",
          "ResetConfiguration" };
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    {
      json_object *tree = NULL;
      int before = config->problem_count;
      if (!before && config->flags && json_object_object_length (config->flags)
          && json_object_object_get_ex (config->given, kinds[i], &tree))
        schema_check (config, CONFIG_NEWEST, kinds[i], tree);
    }
}

/* flags.yaml is that of init. */
static json_object *
read_rules (struct config *config)
{
  kbsh_autofree char *file
      = kbsh_text ("flags%s%s.yaml", config->command ? "-" : "",
                   config->command ? config->command : "");
  if (file)
    return kbsh_data (config->ctx, "config", file, NULL);
  kbsh_fail_memory (config->ctx);
  return NULL;
}

/* One that was given: put, gathered among those that cannot stand beside a
 * file, or left aside. */
static int
take_flag (struct config *config, const char *flag, json_object *rule,
           json_object *value, struct kbsh_buffer *mixed)
{
  const char *form = kbsh_json_string (rule, "/form", "");
  if (config->file && kbsh_json_bool (rule, "/aside", 0))
    kbsh_warn (config->ctx, "%s %s is ignored: %s says it", flag,
               json_object_get_string (value), config->file);
  else if (config->file && !kbsh_json_bool (rule, "/mix", 0))
    kbsh_buffer_printf (mixed, "%s--%s", mixed->length ? ", " : "", flag);
  else if (strcmp (form, "section") || json_object_get_boolean (value))
    return put_flag (config, flag, rule, value);
  return 0;
}

int
config_flags (struct config *config)
{
  kbsh_autojson json_object *rules = read_rules (config);
  struct kbsh_buffer mixed KBSH_CLEANUP (kbsh_buffer_free) = { 0 };
  if (!rules)
    return -1;
  if (!config->flags && !(config->flags = json_object_new_object ()))
    return kbsh_fail_memory (config->ctx);
  json_object_object_foreach (rules, flag, rule)
  {
    kbsh_autojson json_object *value = kbsh_input (config->ctx, flag);
    if (is_given (value) && take_flag (config, flag, rule, value, &mixed))
      return -1;
  }
  if (mixed.length)
    return refuse_mixed (config, mixed.data);
  if (config->kind && !strcmp (config->kind, "JoinConfiguration")
      && !config->file && config_join_flags (config))
    return -1;
  check_flags (config);
  return 0;
}
