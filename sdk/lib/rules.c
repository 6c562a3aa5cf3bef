/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables with conditions, filled from values.
 */
#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/rules.h>
#include <kbsh/service.h>

json_object *
kbsh_values (struct kbsh_ctx *ctx, const struct kbsh_value *list)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *values = json_object_new_object ();
  for (; values && list->to; list++)
    {
      json_object *value = kbsh_input (ctx, list->from);
      if (value && kbsh_json_set (&values, list->to, value, &err))
        {
          kbsh_fail_error (ctx, &err);
          return NULL;
        }
    }
  if (!values)
    kbsh_fail_memory (ctx);
  return kbsh_steal (&values);
}

static int
truth (json_object *value)
{
  switch (json_object_get_type (value))
    {
    case json_type_null:
      return 0;
    case json_type_boolean:
      return json_object_get_boolean (value);
    case json_type_string:
      return json_object_get_string_len (value) > 0;
    case json_type_array:
      return json_object_array_length (value) > 0;
    case json_type_object:
      return json_object_object_length (value) > 0;
    default:
      return 1;
    }
}

/* How many of the pointers (one, or a list) are so; *all is their number. */
static size_t
count (json_object *pointers, json_object *values, int given, size_t *all)
{
  size_t n = 0;
  int list = json_object_is_type (pointers, json_type_array);
  *all = list ? json_object_array_length (pointers) : pointers != NULL;
  for (size_t i = 0; i < *all; i++)
    {
      json_object *pointer
          = list ? json_object_array_get_idx (pointers, i) : pointers;
      json_object *value
          = kbsh_json_at (values, json_object_get_string (pointer));
      n += given ? value != NULL : truth (value);
    }
  return n;
}

static int
is_one_of (json_object *value, json_object *wanted)
{
  if (!json_object_is_type (wanted, json_type_array))
    return kbsh_json_equal (value, wanted);
  for (size_t i = 0; i < json_object_array_length (wanted); i++)
    if (kbsh_json_equal (value, json_object_array_get_idx (wanted, i)))
      return 1;
  return 0;
}

/* Are all of them so (`equal`), or none (otherwise)? */
static int
compare (json_object *wanted, json_object *values, int equal)
{
  if (!json_object_is_type (wanted, json_type_object))
    return 1;
  json_object_object_foreach (wanted, pointer, value)
  {
    if (is_one_of (kbsh_json_at (values, pointer), value) != equal)
      return 0;
  }
  return 1;
}

int
kbsh_case_holds (json_object *one, json_object *values)
{
  size_t all;
  return count (kbsh_json_at (one, "/if"), values, 0, &all) == all
         && count (kbsh_json_at (one, "/unless"), values, 0, &all) == 0
         && count (kbsh_json_at (one, "/given"), values, 1, &all) == all
         && compare (kbsh_json_at (one, "/equal"), values, 1)
         && compare (kbsh_json_at (one, "/not-equal"), values, 0);
}

/* Lay what the case says, without its conditions, over *rules. */
static int
lay (json_object **rules, json_object *one, struct kbsh_error *err)
{
  static const char *const conditions[]
      = { "if", "unless", "given", "equal", "not-equal" };
  kbsh_autojson json_object *content = kbsh_json_copy (one);
  if (!content)
    return kbsh_error_memory (err);
  for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++)
    json_object_object_del (content, conditions[i]);
  json_object *merged = kbsh_json_merge (*rules, content, err);
  if (!merged)
    return -1;
  json_object_put (*rules);
  *rules = merged;
  return 0;
}

json_object *
kbsh_rules_fill (json_object *rules, json_object *values,
                 struct kbsh_error *err)
{
  kbsh_autojson json_object *table = kbsh_json_copy (rules);
  json_object *cases = kbsh_json_at (rules, "/cases");
  if (!table)
    {
      kbsh_error_memory (err);
      return NULL;
    }
  json_object_object_del (table, "cases");
  if (json_object_is_type (cases, json_type_object))
    {
      json_object_object_foreach (cases, name, one)
      {
        if (kbsh_case_holds (one, values) && lay (&table, one, err))
          {
            kbsh_error_wrap (err, "case %s", name);
            return NULL;
          }
      }
    }
  return kbsh_template_values (table, values, err);
}

json_object *
kbsh_rules_first (json_object *value)
{
  return json_object_is_type (value, json_type_array)
             ? json_object_array_get_idx (value, 0)
             : value;
}
