/* SPDX-License-Identifier: Apache-2.0
 *
 * What scalars, names of members and aliases mean.
 */
#include "config.h"

#include "yaml_load.h"

#include <string.h>

#include "tree.h"
#include "yaml_scalar.h"

#define ALIAS_BYTES (1u << 20)

/* How many bytes a tree takes, about; stops counting above `limit`. */
static size_t
tree_size (json_object *tree, size_t limit)
{
  size_t sum = 32;
  if (json_object_is_type (tree, json_type_string))
    return sum + (size_t)json_object_get_string_len (tree);
  if (json_object_is_type (tree, json_type_object))
    {
      json_object_object_foreach (tree, key, value)
      {
        sum += strlen (key) + tree_size (value, limit);
        if (sum > limit)
          break;
      }
    }
  if (json_object_is_type (tree, json_type_array))
    for (size_t i = 0; i < json_object_array_length (tree) && sum <= limit; i++)
      sum += tree_size (json_object_array_get_idx (tree, i), limit);
  return sum;
}

/* A copy each time: trees are changed later, and no value may then change in
 * two places. */
int
load_alias (struct loader *l, yaml_event_t *event, json_object **out)
{
  json_object *value = NULL;
  const char *name = (const char *)event->data.alias.anchor;
  if (!json_object_object_get_ex (l->anchors, name, &value))
    return load_refuse (l, event,
                        "an alias of an anchor that is not defined before it");
  l->expanded += tree_size (value, ALIAS_BYTES);
  if (l->expanded > ALIAS_BYTES)
    return load_refuse (l, event, "aliases that expand to more than 1 MiB");
  *out = kbsh_json_copy (value);
  return value && !*out ? kbsh_error_memory (l->err) : 0;
}

static int
scalar_value (struct loader *l, yaml_event_t *event,
              const struct scalar *scalar, json_object **out)
{
  switch (scalar->kind)
    {
    case SCALAR_NULL:
      return 0;
    case SCALAR_BOOL:
      *out = json_object_new_boolean (scalar->boolean);
      break;
    case SCALAR_INT:
      *out = json_object_new_int64 (scalar->integer);
      break;
    case SCALAR_BIG:
      *out = json_object_new_uint64 (scalar->big);
      break;
    case SCALAR_FLOAT:
      *out = json_object_new_double (scalar->real);
      break;
    case SCALAR_NO_NUMBER:
      return load_refuse (l, event,
                          "infinity and not-a-number have no JSON form");
    default:
      *out = tree_string ((const char *)event->data.scalar.value,
                          event->data.scalar.length, l->err);
    }
  return *out ? 0 : kbsh_error_memory (l->err);
}

/* Does this tag allow that kind? -1: a tag that is not known. */
static int
tag_allows (const char *tag, enum scalar_kind kind)
{
  if (!strcmp (tag, TAG "int"))
    return kind == SCALAR_INT || kind == SCALAR_BIG;
  if (!strcmp (tag, TAG "float"))
    return kind == SCALAR_INT || kind == SCALAR_BIG || kind == SCALAR_FLOAT
           || kind == SCALAR_NO_NUMBER;
  if (!strcmp (tag, TAG "bool"))
    return kind == SCALAR_BOOL;
  if (!strcmp (tag, TAG "null"))
    return kind == SCALAR_NULL;
  if (!strcmp (tag, TAG "timestamp"))
    return kind == SCALAR_TIME;
  return -1;
}

static int
resolve (struct loader *l, yaml_event_t *event, struct scalar *scalar)
{
  const char *tag = (const char *)event->data.scalar.tag;
  const char *text = (const char *)event->data.scalar.value;
  size_t length = event->data.scalar.length;
  int allowed;
  *scalar = (struct scalar){ .kind = SCALAR_STRING };
  if (event->data.scalar.plain_implicit)
    scalar_resolve (text, length, scalar);
  if (!tag || !strcmp (tag, "!") || !strcmp (tag, TAG "str"))
    {
      if (tag)
        scalar->kind = SCALAR_STRING;
      return 0;
    }
  scalar_resolve (text, length, scalar);
  allowed = tag_allows (tag, scalar->kind);
  if (allowed < 0)
    return load_refuse (l, event,
                        "a tag that is not one of YAML's own for JSON");
  if (!allowed)
    return load_refuse (l, event, "a value that is not what its tag says");
  return 0;
}

int
load_scalar (struct loader *l, yaml_event_t *event, json_object **out)
{
  struct scalar scalar;
  /* Nothing that such a text is handed to would take it as a whole. */
  if (memchr (event->data.scalar.value, 0, event->data.scalar.length))
    return load_refuse (l, event, "a text with a NUL in it");
  return resolve (l, event, &scalar) ? -1
                                     : scalar_value (l, event, &scalar, out);
}

/* A member's name is text, as the JSON form of what the scalar means. */
char *
load_key (struct loader *l, yaml_event_t *event, int *merge)
{
  struct scalar scalar;
  const char *text = (const char *)event->data.scalar.value;
  json_object *value = NULL;
  char *key;
  *merge = 0;
  if (event->type != YAML_SCALAR_EVENT)
    {
      load_refuse (l, event, "a member's name that is no text");
      return NULL;
    }
  if (strlen (text) != event->data.scalar.length)
    {
      load_refuse (l, event, "a member's name with a NUL in it");
      return NULL;
    }
  if (resolve (l, event, &scalar) || scalar_value (l, event, &scalar, &value))
    return NULL;
  *merge = scalar.kind == SCALAR_MERGE;
  if (!value)
    {
      load_refuse (l, event, "a member's name that is no text");
      return NULL;
    }
  if (json_object_is_type (value, json_type_string))
    key = strdup (text);
  else
    {
      const char *json = kbsh_json_text (value, 0);
      key = json ? strdup (json) : NULL;
    }
  json_object_put (value);
  if (!key)
    kbsh_error_memory (l->err);
  return key;
}
