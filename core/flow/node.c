/* SPDX-License-Identifier: Apache-2.0
 *
 * Parts of YAML files that remember where they were written.
 */
#include "config.h"

#include "flow/node.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>
#include <kbsh/yaml.h>

void
node_free (struct node *node)
{
  json_object_put (node->tree);
  json_object_put (node->places);
  node->tree = node->places = NULL;
}

/* There is one for each value of a file: no larger than it has to be. */
static json_object *
place_new (json_object *file, json_object *position)
{
  json_object *place = json_object_new_array_ext (3);
  if (!place)
    return NULL;
  json_object_array_add (place, json_object_get (file));
  for (size_t i = 0; i < 2; i++)
    json_object_array_add (
        place, json_object_get (json_object_array_get_idx (position, i)));
  return place;
}

static int
take_document (const char *path, const struct kbsh_yaml_document *document,
               struct node *out, struct kbsh_error *err)
{
  kbsh_autojson json_object *file = json_object_new_string (path);
  out->tree = json_object_get (document->tree);
  out->places = json_object_new_object ();
  if (!file || !out->places)
    return kbsh_error_memory (err);
  json_object_object_foreach (document->places, pointer, position)
  {
    json_object *place = place_new (file, position);
    if (!place || json_object_object_add (out->places, pointer, place) < 0)
      return kbsh_error_memory (err);
  }
  return 0;
}

int
node_read (const char *path, struct node *out, struct kbsh_error *err)
{
  size_t length = 0;
  struct kbsh_yaml yaml = { 0 };
  int status;
  kbsh_autofree char *text = kbsh_file_read (path, &length, err);
  if (!text || kbsh_yaml_parse (path, text, length, &yaml, err) < 0)
    return -1;
  *out = (struct node){ NULL, NULL };
  if (yaml.count == 1)
    status = take_document (path, &yaml.documents[0], out, err);
  else
    {
      status = kbsh_error_set (err, "it has %zu documents instead of one",
                               yaml.count);
      kbsh_error_at (err, path, yaml.count ? yaml.documents[1].line : 1, 1);
    }
  kbsh_yaml_free (&yaml);
  if (status < 0)
    node_free (out);
  return status;
}

/* Copy the places below a pointer, with that pointer cut off. */
static int
copy_places (json_object *from, const char *below, json_object *to,
             struct kbsh_error *err)
{
  size_t length = strlen (below);
  json_object_object_foreach (from, pointer, place)
  {
    const char *rest = pointer + length;
    if (strncmp (pointer, below, length) != 0
        || (*rest && *rest != '/' && *rest != '\t'))
      continue;
    if (json_object_object_add (to, rest, json_object_get (place)) < 0)
      return kbsh_error_memory (err);
  }
  return 0;
}

int
node_part (const struct node *node, const char *pointer, struct node *out,
           struct kbsh_error *err)
{
  out->tree = json_object_get (kbsh_json_at (node->tree, pointer));
  out->places = json_object_new_object ();
  if (!out->places)
    {
      node_free (out);
      return kbsh_error_memory (err);
    }
  if (copy_places (node->places, pointer, out->places, err) == 0)
    return 0;
  node_free (out);
  return -1;
}

/* The element that a pointer leads into, and what is left of the pointer; NULL
 * when it leads elsewhere. */
static const char *
into_list (const char *pointer, const char *key, size_t count, size_t *index)
{
  size_t length = strlen (key);
  char *rest;
  if (pointer[0] != '/' || strncmp (pointer + 1, key, length) != 0
      || pointer[length + 1] != '/')
    return NULL;
  pointer += length + 2;
  *index = strtoul (pointer, &rest, 10);
  return rest != pointer && *index < count
                 && (!*rest || *rest == '/' || *rest == '\t')
             ? rest
             : NULL;
}

/* All at once: to ask for each what belongs to it would look at everything as
 * often as there are elements. */
int
node_split (const struct node *node, const char *key, struct node *out,
            size_t count, struct kbsh_error *err)
{
  json_object *list = NULL;
  size_t index;
  json_object_object_get_ex (node->tree, key, &list);
  for (size_t i = 0; i < count; i++)
    {
      out[i].tree = json_object_get (json_object_array_get_idx (list, i));
      out[i].places = json_object_new_object ();
      if (!out[i].places)
        return kbsh_error_memory (err);
    }
  json_object_object_foreach (node->places, pointer, place)
  {
    const char *rest = into_list (pointer, key, count, &index);
    if (rest
        && json_object_object_add (out[index].places, rest,
                                   json_object_get (place))
               < 0)
      return kbsh_error_memory (err);
  }
  return 0;
}

int
node_merge (struct node *node, const struct node *over, const char *const *keys,
            struct kbsh_error *err)
{
  kbsh_autojson json_object *patch = json_object_new_object ();
  json_object *merged;
  if (!patch)
    return kbsh_error_memory (err);
  for (; *keys; keys++)
    {
      json_object *value;
      kbsh_autofree char *pointer = kbsh_text ("/%s", *keys);
      kbsh_autojson json_object *below = json_object_new_object ();
      if (!pointer || !below)
        return kbsh_error_memory (err);
      if (!json_object_object_get_ex (over->tree, *keys, &value))
        continue;
      json_object_object_add (patch, *keys, json_object_get (value));
      if (copy_places (over->places, pointer, below, err) < 0)
        return -1;
      json_object_object_foreach (below, rest, place)
      {
        kbsh_autofree char *whole = kbsh_text ("%s%s", pointer, rest);
        if (!whole)
          return kbsh_error_memory (err);
        json_object_object_add (node->places, whole, json_object_get (place));
      }
    }
  merged = kbsh_json_merge (node->tree, patch, err);
  if (!merged)
    return -1;
  json_object_put (node->tree);
  node->tree = merged;
  return 0;
}

/* The place of a value, or of the nearest thing around it. */
static json_object *
find_place (const struct node *node, const char *pointer, int key)
{
  json_object *place = NULL;
  kbsh_autofree char *at = kbsh_text ("%s%s", pointer, key ? "\tkey" : "");
  while (at)
    {
      char *cut;
      if (json_object_object_get_ex (node->places, at, &place))
        return place;
      cut = strrchr (at, '\t');
      if (!cut)
        cut = strrchr (at, '/');
      if (!cut)
        break;
      *cut = '\0';
    }
  return NULL;
}

void
node_place (const struct node *node, const char *pointer, const char **file,
            int *line, int *column)
{
  json_object *place = find_place (node, pointer, 0);
  *file = kbsh_json_string (place, "/0", "");
  *line = (int)kbsh_json_int (place, "/1", 0);
  *column = (int)kbsh_json_int (place, "/2", 0);
}

int
node_at (const struct node *node, const char *pointer, int key,
         struct kbsh_error *err)
{
  json_object *place = find_place (node, pointer, key);
  return kbsh_error_at (err, kbsh_json_string (place, "/0", ""),
                        (int)kbsh_json_int (place, "/1", 0),
                        (int)kbsh_json_int (place, "/2", 0));
}
