/* SPDX-License-Identifier: Apache-2.0
 *
 * Strict typed reading of the members of a node.
 */
#include "config.h"

#include "flow/node.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>

void
strings_free (char **strings)
{
  for (char **s = strings; s && *s; s++)
    free (*s);
  free (strings);
}

size_t
strings_count (const char *const *strings)
{
  size_t count = 0;
  while (strings && strings[count])
    count++;
  return count;
}

static int
unknown_key (const struct node *node, const char *what, const char *key,
             const char *const *keys, struct kbsh_error *err)
{
  const char *nearest = kbsh_nearest (key, keys);
  kbsh_autofree char *pointer = kbsh_text ("/%s", key);
  kbsh_error_set (err, "%s has no \"%s\"", what, key);
  if (nearest)
    kbsh_error_remedy (err, "did you mean \"%s\"?", nearest);
  return node_at (node, pointer ? pointer : "", 1, err);
}

int
node_keys (const struct node *node, const char *what, const char *const *keys,
           struct kbsh_error *err)
{
  if (!json_object_is_type (node->tree, json_type_object))
    {
      kbsh_error_set (err, "%s has to be a mapping (name: value)", what);
      return node_at (node, "", 0, err);
    }
  json_object_object_foreach (node->tree, key, value)
  {
    const char *const *known = keys;
    (void)value;
    while (*known && strcmp (*known, key) != 0)
      known++;
    if (!*known)
      return unknown_key (node, what, key, keys, err);
  }
  return 0;
}

static int
wrong (const struct node *node, const char *key, const char *needed,
       struct kbsh_error *err)
{
  kbsh_autofree char *pointer = kbsh_text ("/%s", key);
  kbsh_error_set (err, "\"%s\" has to be %s", key, needed);
  return node_at (node, pointer ? pointer : "", 0, err);
}

static json_object *
member (const struct node *node, const char *key)
{
  json_object *value = NULL;
  json_object_object_get_ex (node->tree, key, &value);
  return value;
}

int
node_string (const struct node *node, const char *key, char **out,
             struct kbsh_error *err)
{
  json_object *value = member (node, key);
  if (!value)
    return 0;
  if (!json_object_is_type (value, json_type_string))
    return wrong (node, key, "a text", err);
  *out = strdup (json_object_get_string (value));
  return *out ? 0 : kbsh_error_memory (err);
}

int
node_need_string (const struct node *node, const char *what, const char *key,
                  char **out, struct kbsh_error *err)
{
  if (node_string (node, key, out, err) < 0)
    return -1;
  if (*out && **out)
    return 0;
  kbsh_error_set (err, "%s has no \"%s\"", what, key);
  return node_at (node, "", 0, err);
}

int
node_bool (const struct node *node, const char *key, int *out,
           struct kbsh_error *err)
{
  json_object *value = member (node, key);
  if (!value)
    return 0;
  if (!json_object_is_type (value, json_type_boolean))
    return wrong (node, key, "true or false", err);
  *out = json_object_get_boolean (value);
  return 0;
}

int
node_count (const struct node *node, const char *key, int *out,
            struct kbsh_error *err)
{
  json_object *value = member (node, key);
  int64_t number;
  if (!value)
    return 0;
  number = json_object_get_int64 (value);
  if (!json_object_is_type (value, json_type_int) || number < 0
      || number > INT_MAX)
    return wrong (node, key, "a number from 0", err);
  *out = (int)number;
  return 0;
}

int
node_duration (const struct node *node, const char *key, int64_t *ms,
               struct kbsh_error *err)
{
  json_object *value = member (node, key);
  if (!value)
    return 0;
  if ((!json_object_is_type (value, json_type_string)
       && !json_object_is_type (value, json_type_int))
      || kbsh_duration_parse (json_object_get_string (value), ms, NULL) < 0
      || *ms <= 0)
    return wrong (node, key, "a duration such as 90s, 4m or 500ms", err);
  return 0;
}

int
node_strings (const struct node *node, const char *key, char ***out,
              struct kbsh_error *err)
{
  json_object *value = member (node, key);
  size_t count = 1;
  if (!value)
    return 0;
  if (json_object_is_type (value, json_type_array))
    count = json_object_array_length (value);
  else if (!json_object_is_type (value, json_type_string))
    return wrong (node, key, "a list of texts", err);
  strings_free (*out);
  *out = calloc (count + 1, sizeof **out);
  if (!*out)
    return kbsh_error_memory (err);
  for (size_t i = 0; i < count; i++)
    {
      json_object *text = json_object_is_type (value, json_type_array)
                              ? json_object_array_get_idx (value, i)
                              : value;
      if (!json_object_is_type (text, json_type_string))
        return wrong (node, key, "a list of texts", err);
      (*out)[i] = strdup (json_object_get_string (text));
      if (!(*out)[i])
        return kbsh_error_memory (err);
    }
  return 0;
}

int
node_value (const struct node *node, const char *key, json_type type,
            json_object **out, struct kbsh_error *err)
{
  json_object *value = member (node, key);
  if (!value)
    return 0;
  if (type != json_type_null && !json_object_is_type (value, type))
    return wrong (node, key,
                  type == json_type_object  ? "a mapping (name: value)"
                  : type == json_type_array ? "a list"
                                            : "of another type",
                  err);
  json_object_put (*out);
  *out = json_object_get (value);
  return 0;
}
