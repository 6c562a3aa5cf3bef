/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON Patch (RFC 6902) on json-c trees.
 */
#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/patch.h>

#include <string.h>

/* Where a pointer leads: the container, and the place in it. */
struct place
{
  json_object *parent; /* NULL: the whole document */
  char *key;           /* the last step, unescaped; of an object */
  size_t index;        /* of a list */
  int there;           /* there is a value (it may be null) */
  json_object *value;  /* borrowed */
};

static void
place_free (struct place *place)
{
  free (place->key);
}

/* ~1 is '/', ~0 is '~' (RFC 6901, 4). */
static void
unescape (char *token)
{
  char *to = token;
  for (char *from = token; *from; from++, to++)
    {
      *to = *from;
      if (from[0] == '~' && (from[1] == '0' || from[1] == '1'))
        *to = *++from == '0' ? '~' : '/';
    }
  *to = '\0';
}

static int
list_index (const char *token, size_t length, size_t *index)
{
  *index = length;
  if (!strcmp (token, "-"))
    return 0;
  size_t digits = strspn (token, "0123456789");
  if (!digits || token[digits] || digits > 9 || (digits > 1 && *token == '0'))
    return -1;
  *index = (size_t)strtoul (token, NULL, 10);
  return 0;
}

/* One step from `at`. */
static int
walk (json_object *at, const char *token, struct place *out)
{
  out->parent = at;
  out->value = NULL;
  if (json_object_is_type (at, json_type_object))
    {
      out->there = json_object_object_get_ex (at, token, &out->value);
      return 0;
    }
  if (!json_object_is_type (at, json_type_array)
      || list_index (token, json_object_array_length (at), &out->index))
    return -1;
  out->there = out->index < json_object_array_length (at);
  if (out->there)
    out->value = json_object_array_get_idx (at, out->index);
  return 0;
}

static int
locate (json_object *tree, const char *pointer, struct place *out,
        struct kbsh_error *err)
{
  *out = (struct place){ .value = tree, .there = 1 };
  if (!*pointer)
    return 0;
  kbsh_autofree char *copy = strdup (pointer + 1);
  if (!copy)
    return kbsh_error_memory (err);
  char *rest = copy;
  for (char *token; *pointer == '/' && (token = strsep (&rest, "/"));)
    {
      unescape (token);
      if (!out->there || walk (out->value, token, out))
        return kbsh_error_set (err, "there is no place %s", pointer);
      free (out->key);
      if (!(out->key = strdup (token)))
        return kbsh_error_memory (err);
    }
  return out->parent ? 0
                     : kbsh_error_set (err, "%s is no JSON pointer", pointer);
}

static int
list_insert (json_object *list, size_t index, json_object *value)
{
  size_t last = json_object_array_length (list);
  if (index >= last)
    return index == last ? json_object_array_add (list, value) : -1;
  json_object *moved = json_object_array_get_idx (list, --last);
  if (json_object_array_add (list, json_object_get (moved)))
    return -1;
  for (; last > index; last--)
    {
      moved = json_object_array_get_idx (list, last - 1);
      json_object_array_put_idx (list, last, json_object_get (moved));
    }
  json_object_array_put_idx (list, index, value);
  return 0;
}

/* Takes over `value` in any case. */
static int
place_add (json_object **tree, const char *pointer, json_object *value,
           struct kbsh_error *err)
{
  KBSH_CLEANUP (place_free) struct place place;
  kbsh_autojson json_object *owned = value;
  if (locate (*tree, pointer, &place, err))
    return -1;
  if (!place.parent)
    {
      json_object_put (*tree);
      *tree = kbsh_steal (&owned);
      return 0;
    }
  int list = json_object_is_type (place.parent, json_type_array);
  if (list ? list_insert (place.parent, place.index, owned)
           : json_object_object_add (place.parent, place.key, owned))
    return kbsh_error_set (err, "nothing can be added at %s", pointer);
  owned = NULL;
  return 0;
}

static int
place_remove (json_object *tree, const char *pointer, struct kbsh_error *err)
{
  KBSH_CLEANUP (place_free) struct place place;
  if (locate (tree, pointer, &place, err))
    return -1;
  if (!place.parent || !place.there)
    return kbsh_error_set (err, "there is nothing to remove at %s", pointer);
  if (json_object_is_type (place.parent, json_type_array))
    json_object_array_del_idx (place.parent, place.index, 1);
  else
    json_object_object_del (place.parent, place.key);
  return 0;
}

/* A copy of what is there; NULL is null, or an error. */
static json_object *
place_copy (json_object *tree, const char *pointer, int *failed,
            struct kbsh_error *err)
{
  KBSH_CLEANUP (place_free) struct place place;
  *failed = 1;
  if (locate (tree, pointer, &place, err))
    return NULL;
  if (!place.there)
    {
      kbsh_error_set (err, "there is nothing at %s", pointer);
      return NULL;
    }
  json_object *copy = kbsh_json_copy (place.value);
  *failed = place.value && !copy;
  if (*failed)
    kbsh_error_memory (err);
  return copy;
}

static int
test (json_object *tree, const char *path, json_object *value,
      struct kbsh_error *err)
{
  KBSH_CLEANUP (place_free) struct place place;
  if (locate (tree, path, &place, err))
    return -1;
  if (!place.there || !kbsh_json_equal (place.value, value))
    return kbsh_error_set (err, "the test failed: %s has another value", path);
  return 0;
}

static int
from_elsewhere (json_object **tree, const char *from, const char *path,
                int move, struct kbsh_error *err)
{
  int failed;
  size_t length = strlen (from);
  if (move && !strncmp (path, from, length) && path[length] == '/')
    return kbsh_error_set (err, "%s cannot move into itself", from);
  kbsh_autojson json_object *value = place_copy (*tree, from, &failed, err);
  if (failed || (move && place_remove (*tree, from, err)))
    return -1;
  return place_add (tree, path, kbsh_steal (&value), err);
}

static int
apply (json_object **tree, json_object *operation, struct kbsh_error *err)
{
  json_object *value = NULL;
  const char *op = kbsh_json_string (operation, "/op", NULL);
  const char *path = kbsh_json_string (operation, "/path", NULL);
  const char *from = kbsh_json_string (operation, "/from", NULL);
  if (!op || !path)
    return kbsh_error_set (err, "it needs \"op\" and \"path\"");
  int given = json_object_object_get_ex (operation, "value", &value);
  int needs
      = !strcmp (op, "add") || !strcmp (op, "replace") || !strcmp (op, "test");
  if (needs && !given)
    return kbsh_error_set (err, "\"%s\" needs a \"value\"", op);
  int moves = !strcmp (op, "move");
  if (moves || !strcmp (op, "copy"))
    return from ? from_elsewhere (tree, from, path, moves, err)
                : kbsh_error_set (err, "\"%s\" needs \"from\"", op);
  if (!strcmp (op, "test"))
    return test (*tree, path, value, err);
  if (!strcmp (op, "remove"))
    return place_remove (*tree, path, err);
  if (!needs)
    return kbsh_error_set (err, "there is no operation \"%s\"", op);
  if (!strcmp (op, "replace") && *path && place_remove (*tree, path, err))
    return -1;
  json_object *copy = kbsh_json_copy (value);
  return value && !copy ? kbsh_error_memory (err)
                        : place_add (tree, path, copy, err);
}

json_object *
kbsh_patch_json (json_object *tree, json_object *operations,
                 struct kbsh_error *err)
{
  kbsh_autojson json_object *result = kbsh_json_copy (tree);
  if (tree && !result)
    {
      kbsh_error_memory (err);
      return NULL;
    }
  if (!json_object_is_type (operations, json_type_array))
    {
      kbsh_error_set (err, "a JSON patch is a list of operations");
      return NULL;
    }
  for (size_t i = 0; i < json_object_array_length (operations); i++)
    if (apply (&result, json_object_array_get_idx (operations, i), err))
      {
        kbsh_error_wrap (err, "operation %zu", i + 1);
        return NULL;
      }
  return kbsh_steal (&result);
}
