/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of libkbsh that work on JSON trees share; not installed.
 */
#ifndef KBSH_LIB_TREE_H
#define KBSH_LIB_TREE_H

#include <json-c/json.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>

#include <kbsh/error.h>
#include <kbsh/text.h>

/* Levels of nesting. JSON gets more, since a document that was read from YAML
 * may travel inside of another tree. */
#define YAML_DEPTH 64
#define JSON_DEPTH 128
/* Values in one YAML text, and bytes of the pointers to all of them: half of
 * what a worker may take, with the copies that are made of it. */
#define YAML_VALUES 50000
#define YAML_WAY (16 << 20)

/* Make room for one more member. json-c would do so by itself, but when it
 * fails to, it leaks the name. */
static inline int
tree_room (json_object *object)
{
  struct lh_table *table = json_object_get_object (object);
  if (table->count < table->size * LH_LOAD_FACTOR)
    return 0;
  return table->size > INT_MAX / 2 ? -1
                                   : lh_table_resize (table, table->size * 2);
}

/* Add a member or an element (NULL is null). Takes over `value` in any case. */
static inline int
tree_add (json_object *object, const char *key, json_object *value,
          struct kbsh_error *err)
{
  if (object && !tree_room (object)
      && !json_object_object_add (object, key, value))
    return 0;
  json_object_put (value);
  return kbsh_error_memory (err);
}

static inline int
tree_append (json_object *list, json_object *value, struct kbsh_error *err)
{
  if (list && !json_object_array_add (list, value))
    return 0;
  json_object_put (value);
  return kbsh_error_memory (err);
}

/* A string; NULL with the error when it is too long or memory is out. */
static inline json_object *
tree_string (const char *text, size_t length, struct kbsh_error *err)
{
  json_object *string = length < INT_MAX
                            ? json_object_new_string_len (text, (int)length)
                            : NULL;
  if (!string)
    kbsh_error_memory (err);
  return string;
}

/* Is it beyond the range of int64_t? */
static inline int
tree_is_big (json_object *number)
{
  return json_object_get_int64 (number) == INT64_MAX
         && json_object_get_uint64 (number) > INT64_MAX;
}

/* Members' names in order; the caller frees the list alone. `less` may be NULL
 * for the order of bytes. */
const char **tree_keys (json_object *object,
                        int (*compare) (const void *, const void *),
                        struct kbsh_error *err);
/* Append one step to a JSON pointer, escaped. */
void tree_step (struct kbsh_buffer *pointer, const char *key);
/* Compact JSON text of a tree. */
void tree_write (struct kbsh_buffer *out, json_object *tree, int sorted);
/* Bytes of the UTF-8 sequence at `s`, 0 when it is none. */
size_t tree_utf8 (const char *s, size_t left);

#endif
