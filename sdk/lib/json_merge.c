/* SPDX-License-Identifier: Apache-2.0
 *
 * Copies of trees, their equality, and RFC 7386 merges.
 */
#include <kbsh/cleanup.h>
#include <kbsh/json.h>

#include "tree.h"

static json_object *copy_tree (json_object *tree, struct kbsh_error *err);

static json_object *
copy_object (json_object *tree, struct kbsh_error *err)
{
  kbsh_autojson json_object *copy = json_object_new_object ();
  json_object_object_foreach (tree, key, value)
  {
    json_object *inner = value ? copy_tree (value, err) : NULL;
    if ((value && !inner) || tree_add (copy, key, inner, err))
      return NULL;
  }
  return kbsh_steal (&copy);
}

static json_object *
copy_list (json_object *tree, struct kbsh_error *err)
{
  size_t count = json_object_array_length (tree);
  kbsh_autojson json_object *copy = json_object_new_array ();
  for (size_t i = 0; i < count; i++)
    {
      json_object *value = json_object_array_get_idx (tree, i);
      json_object *inner = value ? copy_tree (value, err) : NULL;
      if ((value && !inner) || tree_append (copy, inner, err))
        return NULL;
    }
  return kbsh_steal (&copy);
}

static json_object *
copy_scalar (json_object *tree)
{
  switch (json_object_get_type (tree))
    {
    case json_type_string:
      return json_object_new_string_len (json_object_get_string (tree),
                                         json_object_get_string_len (tree));
    case json_type_boolean:
      return json_object_new_boolean (json_object_get_boolean (tree));
    case json_type_double:
      return json_object_new_double (json_object_get_double (tree));
    default:
      return tree_is_big (tree)
                 ? json_object_new_uint64 (json_object_get_uint64 (tree))
                 : json_object_new_int64 (json_object_get_int64 (tree));
    }
}

static json_object *
copy_tree (json_object *tree, struct kbsh_error *err)
{
  json_object *copy;
  if (json_object_is_type (tree, json_type_object))
    copy = copy_object (tree, err);
  else if (json_object_is_type (tree, json_type_array))
    copy = copy_list (tree, err);
  else
    copy = copy_scalar (tree);
  if (!copy)
    kbsh_error_memory (err);
  return copy;
}

json_object *
kbsh_json_copy (json_object *tree)
{
  return tree ? copy_tree (tree, NULL) : NULL;
}

static int
is_number (json_object *tree)
{
  return json_object_is_type (tree, json_type_int)
         || json_object_is_type (tree, json_type_double);
}

static int
equal_number (json_object *a, json_object *b)
{
  if (json_object_is_type (a, json_type_double)
      || json_object_is_type (b, json_type_double))
    return json_object_get_double (a) == json_object_get_double (b);
  return tree_is_big (a) == tree_is_big (b)
         && json_object_get_uint64 (a) == json_object_get_uint64 (b)
         && json_object_get_int64 (a) == json_object_get_int64 (b);
}

static int
equal_object (json_object *a, json_object *b)
{
  if (json_object_object_length (a) != json_object_object_length (b))
    return 0;
  json_object_object_foreach (a, key, value)
  {
    json_object *other;
    if (!json_object_object_get_ex (b, key, &other)
        || !kbsh_json_equal (value, other))
      return 0;
  }
  return 1;
}

static int
equal_list (json_object *a, json_object *b)
{
  size_t count = json_object_array_length (a);
  if (count != json_object_array_length (b))
    return 0;
  for (size_t i = 0; i < count; i++)
    if (!kbsh_json_equal (json_object_array_get_idx (a, i),
                          json_object_array_get_idx (b, i)))
      return 0;
  return 1;
}

int
kbsh_json_equal (json_object *a, json_object *b)
{
  if (a == b)
    return 1;
  if (is_number (a) && is_number (b))
    return equal_number (a, b);
  if (json_object_get_type (a) != json_object_get_type (b))
    return 0;
  switch (json_object_get_type (a))
    {
    case json_type_object:
      return equal_object (a, b);
    case json_type_array:
      return equal_list (a, b);
    case json_type_string:
      return json_object_get_string_len (a) == json_object_get_string_len (b)
             && !memcmp (json_object_get_string (a), json_object_get_string (b),
                         (size_t)json_object_get_string_len (a));
    case json_type_boolean:
      return json_object_get_boolean (a) == json_object_get_boolean (b);
    default:
      return 1;
    }
}

/* Lay `over` onto `base`, an object that may be changed. */
static int
merge_into (json_object *base, json_object *over, struct kbsh_error *err)
{
  json_object_object_foreach (over, key, value)
  {
    json_object *old = NULL, *merged;
    if (!value)
      {
        json_object_object_del (base, key);
        continue;
      }
    json_object_object_get_ex (base, key, &old);
    merged = kbsh_json_merge (old, value, err);
    if (!merged || tree_add (base, key, merged, err))
      return -1;
  }
  return 0;
}

json_object *
kbsh_json_merge (json_object *base, json_object *over, struct kbsh_error *err)
{
  kbsh_autojson json_object *result = NULL;
  if (!over)
    return NULL;
  if (!json_object_is_type (over, json_type_object))
    return copy_tree (over, err);
  result = json_object_is_type (base, json_type_object)
               ? copy_tree (base, err)
               : json_object_new_object ();
  if (!result)
    {
      kbsh_error_memory (err);
      return NULL;
    }
  return merge_into (result, over, err) ? NULL : kbsh_steal (&result);
}
