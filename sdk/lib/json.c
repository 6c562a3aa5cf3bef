/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON pointers (RFC 6901): read, set and remove what stands at one.
 */
#include <kbsh/cleanup.h>
#include <kbsh/json.h>

#include "tree.h"

/* The length of the first step of a pointer, which begins with '/'. */
static size_t
step_length (const char *pointer)
{
  return strcspn (pointer + 1, "/");
}

/* Is `key` what this step, with its escapes, names? */
static int
step_is (const char *step, size_t length, const char *key)
{
  for (size_t i = 0; i < length; i++, key++)
    {
      char c = step[i];
      if (c == '~' && i + 1 < length)
        c = step[++i] == '1' ? '/' : '~';
      if (*key != c)
        return 0;
    }
  return !*key;
}

/* An index of a list, without leading zeros; -1 when it is none. */
static int64_t
step_index (const char *step, size_t length)
{
  int64_t index = 0;
  if (!length || length > 9 || (length > 1 && *step == '0'))
    return -1;
  for (size_t i = 0; i < length; i++)
    if (step[i] < '0' || step[i] > '9')
      return -1;
    else
      index = index * 10 + (step[i] - '0');
  return index;
}

static char *
step_key (const char *step, size_t length)
{
  char *key = malloc (length + 1), *out = key;
  if (!key)
    return NULL;
  for (size_t i = 0; i < length; i++)
    if (step[i] == '~' && i + 1 < length)
      *out++ = step[++i] == '1' ? '/' : '~';
    else
      *out++ = step[i];
  *out = '\0';
  return key;
}

/* The child that a step names; 0 when there is none. */
static int
child (json_object *node, const char *step, size_t length, json_object **out)
{
  *out = NULL;
  if (json_object_is_type (node, json_type_object))
    {
      json_object_object_foreach (node, key, value)
      {
        if (!step_is (step, length, key))
          continue;
        *out = value;
        return 1;
      }
      return 0;
    }
  if (json_object_is_type (node, json_type_array))
    {
      int64_t index = step_index (step, length);
      if (index < 0 || (size_t)index >= json_object_array_length (node))
        return 0;
      *out = json_object_array_get_idx (node, (size_t)index);
      return 1;
    }
  return 0;
}

json_object *
kbsh_json_at (json_object *tree, const char *pointer)
{
  while (tree && *pointer == '/')
    {
      size_t length = step_length (pointer);
      if (!child (tree, pointer + 1, length, &tree))
        return NULL;
      pointer += 1 + length;
    }
  return *pointer ? NULL : tree;
}

const char *
kbsh_json_string (json_object *tree, const char *pointer, const char *otherwise)
{
  json_object *at = kbsh_json_at (tree, pointer);
  return json_object_is_type (at, json_type_string)
             ? json_object_get_string (at)
             : otherwise;
}

int64_t
kbsh_json_int (json_object *tree, const char *pointer, int64_t otherwise)
{
  json_object *at = kbsh_json_at (tree, pointer);
  if (json_object_is_type (at, json_type_int)
      || json_object_is_type (at, json_type_double))
    return json_object_get_int64 (at);
  return otherwise;
}

int
kbsh_json_bool (json_object *tree, const char *pointer, int otherwise)
{
  json_object *at = kbsh_json_at (tree, pointer);
  return json_object_is_type (at, json_type_boolean)
             ? json_object_get_boolean (at)
             : otherwise;
}

size_t
kbsh_json_length (json_object *tree, const char *pointer)
{
  json_object *at = kbsh_json_at (tree, pointer);
  return json_object_is_type (at, json_type_array)
             ? json_object_array_length (at)
             : 0;
}

/* Put `value` where a step says. Takes it over in any case. */
static int
put_child (json_object *node, const char *step, size_t length,
           json_object *value, struct kbsh_error *err)
{
  size_t count;
  int64_t index;
  if (json_object_is_type (node, json_type_object))
    {
      kbsh_autofree char *key = step_key (step, length);
      if (key)
        return tree_add (node, key, value, err);
      json_object_put (value);
      return kbsh_error_memory (err);
    }
  if (!json_object_is_type (node, json_type_array))
    {
      json_object_put (value);
      return kbsh_error_set (err,
                             "'%.*s' is below a value that is neither "
                             "an object nor a list",
                             (int)length, step);
    }
  count = json_object_array_length (node);
  index = step_index (step, length);
  if ((length == 1 && *step == '-') || (index >= 0 && (size_t)index == count))
    return tree_append (node, value, err);
  if (index >= 0 && (size_t)index < count
      && !json_object_array_put_idx (node, (size_t)index, value))
    return 0;
  json_object_put (value);
  return kbsh_error_set (err, "'%.*s' is no place in a list of %zu",
                         (int)length, step, count);
}

/* Go down one step, making what is missing there: an object, or a list when
 * the next step appends. */
static int
descend (json_object **node, const char *pointer, size_t length,
         struct kbsh_error *err)
{
  json_object *next = NULL;
  const char *rest = pointer + 1 + length;
  if (child (*node, pointer + 1, length, &next) && next)
    {
      *node = next;
      return 0;
    }
  next = strcmp (rest, "/-") ? json_object_new_object ()
                             : json_object_new_array ();
  if (!next)
    return kbsh_error_memory (err);
  if (put_child (*node, pointer + 1, length, next, err))
    return -1;
  *node = next;
  return 0;
}

int
kbsh_json_set (json_object **tree, const char *pointer, json_object *value,
               struct kbsh_error *err)
{
  json_object *node;
  if (!*pointer)
    {
      json_object_put (*tree);
      *tree = value;
      return 0;
    }
  if (*pointer != '/')
    {
      json_object_put (value);
      return kbsh_error_set (err, "'%s' is not a JSON pointer", pointer);
    }
  if (!*tree && !(*tree = json_object_new_object ()))
    {
      json_object_put (value);
      return kbsh_error_memory (err);
    }
  for (node = *tree;;)
    {
      size_t length = step_length (pointer);
      if (!pointer[1 + length])
        return put_child (node, pointer + 1, length, value, err);
      if (descend (&node, pointer, length, err))
        break;
      pointer += 1 + length;
    }
  json_object_put (value);
  return -1;
}

int
kbsh_json_set_string (json_object **tree, const char *pointer,
                      const char *value, struct kbsh_error *err)
{
  json_object *string = tree_string (value, strlen (value), err);
  return string ? kbsh_json_set (tree, pointer, string, err) : -1;
}

void
kbsh_json_remove (json_object *tree, const char *pointer)
{
  json_object *old;
  size_t length;
  while (tree && *pointer == '/' && pointer[1 + step_length (pointer)])
    {
      length = step_length (pointer);
      if (!child (tree, pointer + 1, length, &tree))
        return;
      pointer += 1 + length;
    }
  if (*pointer != '/')
    return;
  length = step_length (pointer);
  if (!child (tree, pointer + 1, length, &old))
    return;
  if (json_object_is_type (tree, json_type_array))
    {
      json_object_array_del_idx (tree, (size_t)step_index (pointer + 1, length),
                                 1);
      return;
    }
  json_object_object_foreach (tree, key, value)
  {
    (void)value;
    if (!step_is (pointer + 1, length, key))
      continue;
    json_object_object_del (tree, key);
    return;
  }
}
