/* SPDX-License-Identifier: Apache-2.0
 *
 * The one checker of all kinds and versions: what a document has, against a
 * schema (schemas/). It knows formats, lists, maps, choices and fields.
 */
#include "config.h"

struct walk
{
  struct config *config;
  const char *kind;
  json_object *types;
  int later; /* a release that may know more fields than the schema */
};

static void check (struct walk *w, const char *pointer, json_object *value,
                   json_object *spec);

json_object *
schema_get (struct config *config, const char *name)
{
  json_object *schema = NULL;
  if (config->schemas
      && json_object_object_get_ex (config->schemas, name, &schema))
    return schema;
  schema = config_table (config->ctx, "schemas", name);
  if (!schema)
    return NULL;
  if (!config->schemas)
    config->schemas = json_object_new_object ();
  if (!config->schemas
      || json_object_object_add (config->schemas, name, schema))
    {
      json_object_put (schema);
      kbsh_fail_memory (config->ctx);
      return NULL;
    }
  return schema;
}

static const char *
type_words (json_object *value)
{
  switch (json_object_get_type (value))
    {
    case json_type_object:
      return "a map";
    case json_type_array:
      return "a list";
    case json_type_string:
      return "a text";
    case json_type_boolean:
      return "true or false";
    default:
      return "a number";
    }
}

static void
wrong_type (struct walk *w, const char *pointer, json_object *value,
            const char *allowed, int text)
{
  int scalar = !json_object_is_type (value, json_type_object)
               && !json_object_is_type (value, json_type_array);
  config_problem (w->config, w->kind, pointer, "this is %s, and has to be %s%s",
                  type_words (value), allowed,
                  text && scalar ? ": put quotes around it" : "");
}

static int
type_fits (const struct format *f, json_object *value)
{
  json_type type = json_object_get_type (value);
  return f->type == json_type_null || type == f->type
         || (f->type == json_type_double && type == json_type_int);
}

static void
check_format (struct walk *w, const char *pointer, json_object *value,
              const struct format *f)
{
  const char *text;
  if (!type_fits (f, value))
    {
      wrong_type (w, pointer, value, f->allowed, f->type == json_type_string);
      return;
    }
  if (!strcmp (f->name, "port")
      && (json_object_get_int64 (value) < 0
          || json_object_get_int64 (value) > 65535))
    config_problem (w->config, w->kind, pointer, "%s is not %s",
                    json_object_get_string (value), f->allowed);
  if (!f->valid)
    return;
  text = json_object_get_string (value);
  if (!*text || f->valid (text)) /* "": not given */
    return;
  if (f->secret)
    config_problem (w->config, w->kind, pointer, "this is not %s", f->allowed);
  else
    config_problem (w->config, w->kind, pointer, "\"%s\" is not %s", text,
                    f->allowed);
}

static void
check_enum (struct walk *w, const char *pointer, json_object *value,
            json_object *values)
{
  kbsh_autofree char *list = NULL;
  struct kbsh_buffer b = { 0 };
  for (size_t i = 0; i < json_object_array_length (values); i++)
    if (kbsh_json_equal (json_object_array_get_idx (values, i), value))
      return;
  for (size_t i = 0; i < json_object_array_length (values); i++)
    {
      json_object *one = json_object_array_get_idx (values, i);
      const char *text = json_object_get_string (one);
      if (*text)
        kbsh_buffer_printf (&b, "%s%s", b.length ? ", " : "", text);
    }
  list = kbsh_buffer_take (&b);
  config_problem (w->config, w->kind, pointer, "\"%s\" is not one of: %s",
                  json_object_get_string (value), list ? list : "");
}

static void
check_list (struct walk *w, const char *pointer, json_object *value,
            json_object *spec)
{
  if (!json_object_is_type (value, json_type_array))
    {
      wrong_type (w, pointer, value, "a list", 0);
      return;
    }
  for (size_t i = 0; i < json_object_array_length (value); i++)
    {
      kbsh_autofree char *at = kbsh_text ("%s/%zu", pointer, i);
      if (at)
        check (w, at, json_object_array_get_idx (value, i), spec);
    }
}

static void
check_map (struct walk *w, const char *pointer, json_object *value,
           json_object *spec)
{
  const struct format *names
      = format_find (kbsh_json_string (spec, "/names", "string"));
  if (!json_object_is_type (value, json_type_object))
    {
      wrong_type (w, pointer, value, "a map", 0);
      return;
    }
  json_object_object_foreach (value, key, inner)
  {
    kbsh_autofree char *at = config_pointer (pointer, key);
    if (!at)
      return;
    if (names && names->valid && !names->valid (key))
      config_problem_name (w->config, w->kind, at, "\"%s\" is not %s", key,
                           names->allowed);
    check (w, at, inner, kbsh_json_at (spec, "/map"));
  }
}

static void
unknown_field (struct walk *w, const char *pointer, const char *key,
               json_object *spec)
{
  json_object *fields = kbsh_json_at (spec, "/fields");
  json_object *newer = kbsh_json_at (spec, "/newer");
  const char *names[256] = { NULL };
  const char *near;
  size_t count = 0;
  struct kbsh_buffer b = { 0 };
  json_object_object_foreach (fields, name, field)
  {
    (void)field;
    if (count < 255)
      names[count++] = name;
    if (count <= 16)
      kbsh_buffer_printf (&b, "%s%s", b.length ? ", " : "", name);
  }
  near = kbsh_nearest (key, names);
  if (w->later || w->config->lenient)
    config_warn (w->config, w->kind, pointer,
                 "this field is not known here; it is passed on");
  else if (newer && json_object_object_get_ex (newer, key, NULL))
    config_problem_name (w->config, w->kind, pointer,
                         "this release has no such field; later ones have");
  else if (near)
    config_problem_name (w->config, w->kind, pointer,
                         "there is no such field; did you mean \"%s\"?", near);
  else
    config_problem_name (w->config, w->kind, pointer,
                         "there is no such field; there are: %s%s",
                         b.data ? b.data : "", count > 16 ? ", ..." : "");
  kbsh_buffer_free (&b);
}

static void
check_fields (struct walk *w, const char *pointer, json_object *value,
              json_object *spec)
{
  json_object *fields = kbsh_json_at (spec, "/fields");
  json_object *newer = w->later ? kbsh_json_at (spec, "/newer") : NULL;
  json_object *required = kbsh_json_at (spec, "/required");
  if (!json_object_is_type (value, json_type_object))
    {
      wrong_type (w, pointer, value, "a map of fields", 0);
      return;
    }
  json_object_object_foreach (value, key, inner)
  {
    kbsh_autofree char *at = config_pointer (pointer, key);
    json_object *field = NULL;
    if (at && !json_object_object_get_ex (fields, key, &field)
        && !(newer && json_object_object_get_ex (newer, key, &field)))
      unknown_field (w, at, key, spec);
    else if (at)
      check (w, at, inner, field);
  }
  for (size_t i = 0; required && i < json_object_array_length (required); i++)
    {
      const char *name
          = json_object_get_string (json_object_array_get_idx (required, i));
      json_object *is = NULL;
      if (!json_object_object_get_ex (value, name, &is) || !is
          || (json_object_is_type (is, json_type_string)
              && !json_object_get_string_len (is)))
        config_problem (w->config, w->kind, pointer, "\"%s\" is missing", name);
    }
}

static void
check (struct walk *w, const char *pointer, json_object *value,
       json_object *spec)
{
  json_object *inner = NULL;
  if (!value || !spec)
    return;
  if (json_object_is_type (spec, json_type_string))
    {
      const char *name = json_object_get_string (spec);
      const struct format *f = format_find (name);
      if (f)
        check_format (w, pointer, value, f);
      else if (json_object_object_get_ex (w->types, name, &inner))
        check (w, pointer, value, inner);
    }
  else if ((inner = kbsh_json_at (spec, "/enum")))
    check_enum (w, pointer, value, inner);
  else if ((inner = kbsh_json_at (spec, "/list")))
    check_list (w, pointer, value, inner);
  else if (kbsh_json_at (spec, "/map"))
    check_map (w, pointer, value, spec);
  else
    check_fields (w, pointer, value, spec);
}

void
schema_check (struct config *config, const char *name, const char *kind,
              json_object *tree)
{
  json_object *schema = schema_get (config, name), *spec = NULL;
  const char *exact = kbsh_json_string (schema, "/exact", NULL);
  const char *release = kbsh_json_string (config->release, "/release", "");
  struct walk w = { config, kind, kbsh_json_at (schema, "/types"),
                    exact && strcmp (exact, release) };
  if (w.types && json_object_object_get_ex (w.types, kind, &spec))
    check (&w, "", tree, spec);
}
