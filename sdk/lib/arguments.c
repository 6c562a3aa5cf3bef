/* SPDX-License-Identifier: Apache-2.0
 *
 * The arguments of a program, from a table and from what the user gave.
 */
#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/rules.h>
#include <kbsh/text.h>

#include <string.h>

struct argument
{
  const char *name;
  json_object *value;
  size_t place; /* so that equal names keep their order */
};

static int
order (const void *a, const void *b)
{
  const struct argument *x = a, *y = b;
  int names = strcmp (x->name, y->name);
  return names ? names : (x->place > y->place) - (x->place < y->place);
}

const char *
kbsh_argument (json_object *given, const char *name)
{
  size_t n = json_object_is_type (given, json_type_array)
                 ? json_object_array_length (given)
                 : 0;
  while (n > 0)
    {
      json_object *one = json_object_array_get_idx (given, --n);
      if (!strcmp (kbsh_json_string (one, "/name", ""), name))
        return kbsh_json_string (one, "/value", "");
    }
  return NULL;
}

static json_object *
write_out (struct argument *list, size_t count, struct kbsh_error *err)
{
  kbsh_autojson json_object *out = json_object_new_array ();
  for (size_t i = 0; out && i < count; i++)
    {
      const char *value = json_object_get_string (list[i].value);
      kbsh_autofree char *text
          = kbsh_text ("--%s=%s", list[i].name, value ? value : "");
      json_object *argument = text ? json_object_new_string (text) : NULL;
      if (!argument || json_object_array_add (out, argument))
        {
          json_object_put (argument);
          kbsh_error_memory (err);
          return NULL;
        }
    }
  if (!out)
    kbsh_error_memory (err);
  return kbsh_steal (&out);
}

json_object *
kbsh_arguments (json_object *flags, json_object *given, struct kbsh_error *err)
{
  size_t count = 0, more = json_object_is_type (given, json_type_array)
                               ? json_object_array_length (given)
                               : 0;
  int some = json_object_is_type (flags, json_type_object);
  size_t room = more + (some ? (size_t)json_object_object_length (flags) : 0);
  kbsh_autofree struct argument *list = calloc (room + 1, sizeof *list);
  if (!list)
    {
      kbsh_error_memory (err);
      return NULL;
    }
  for (size_t i = 0; i < more; i++)
    {
      json_object *one = json_object_array_get_idx (given, i);
      list[count] = (struct argument){ kbsh_json_string (one, "/name", ""),
                                       kbsh_json_at (one, "/value"), count };
      count++;
    }
  if (some)
    {
      json_object_object_foreach (flags, name, value)
      {
        json_object *first = kbsh_rules_first (value);
        if (first && !kbsh_argument (given, name))
          list[count++] = (struct argument){ name, first, room };
      }
    }
  qsort (list, count, sizeof *list, order);
  return write_out (list, count, err);
}
