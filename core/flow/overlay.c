/* SPDX-License-Identifier: Apache-2.0
 *
 * Overlays: how a site adds to, changes and takes from a shipped workflow
 * without copying it.
 */
#include "config.h"

#include "flow/parse.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>

#include "load/check.h"

static int
is_yaml (const struct dirent *entry)
{
  const char *dot = strrchr (entry->d_name, '.');
  return entry->d_name[0] != '.' && dot && strcmp (dot, ".yaml") == 0;
}

int
yaml_files (const char *folder, char ***out, struct kbsh_error *err)
{
  struct dirent **entries = NULL;
  int count = scandir (folder, &entries, is_yaml, alphasort), failed = 0;
  if (count < 0 && errno != ENOENT)
    {
      kbsh_error_set (err, "can't list %s", folder);
      return kbsh_error_why (err, "%s", strerror (errno));
    }
  if (count < 0)
    count = 0;
  *out = calloc ((size_t)count + 1, sizeof **out);
  for (int i = 0; i < count; i++)
    {
      char *name = entries[i]->d_name;
      if (*out && !failed)
        (*out)[i] = strndup (name, strlen (name) - strlen (".yaml"));
      failed |= !*out || !(*out)[i];
      free (entries[i]);
    }
  free (entries);
  if (*out && !failed)
    return 0;
  strings_free (*out);
  *out = NULL;
  return kbsh_error_memory (err);
}

/* What runs as root may be told by nobody else what to run: as for modules. */
static int
trusted (const char *path, struct kbsh_error *err)
{
  struct kbsh_error refusal = KBSH_ERROR_INIT;
  kbsh_error_set (&refusal, "the overlay %s is not used", path);
  if (check_trusted (path, "an overlay is a file of YAML", &refusal) == 0)
    return 0;
  if (err)
    *err = refusal;
  return -1;
}

static const char *
name_of (const struct node *node)
{
  return kbsh_json_string (node->tree, "/name", "");
}

/* The index of the step that a member names; -1 with its place. */
static int
target (const struct nodes *steps, const struct node *item, const char *key,
        size_t *index, struct kbsh_error *err)
{
  const char *nearest;
  const char **names;
  kbsh_autofree char *name = NULL, *pointer = kbsh_text ("/%s", key);
  if (!pointer)
    return kbsh_error_memory (err);
  if (node_need_string (item, "the change", key, &name, err) < 0)
    return -1;
  for (*index = 0; *index < steps->count; ++*index)
    if (strcmp (name_of (&steps->items[*index]), name) == 0)
      return 0;
  names = calloc (steps->count + 1, sizeof *names);
  for (size_t i = 0; names && i < steps->count; i++)
    names[i] = name_of (&steps->items[i]);
  nearest = names ? kbsh_nearest (name, names) : NULL;
  kbsh_error_set (err, "there is no step \"%s\"", name);
  if (nearest)
    kbsh_error_remedy (err, "did you mean \"%s\"?", nearest);
  free (names);
  return node_at (item, pointer, 0, err);
}

static int
insert (struct nodes *steps, const struct node *item, struct kbsh_error *err)
{
  static const char *const keys[] = { "insert", "before", "after", NULL };
  size_t index = steps->count;
  struct node step = { NULL, NULL };
  int before = json_object_object_get_ex (item->tree, "before", NULL);
  int after = json_object_object_get_ex (item->tree, "after", NULL);
  if (node_keys (item, "an insertion", keys, err) < 0)
    return -1;
  if (before && after)
    {
      kbsh_error_set (err, "\"before\" and \"after\" exclude each other");
      return node_at (item, "/before", 1, err);
    }
  if ((before || after)
      && target (steps, item, before ? "before" : "after", &index, err) < 0)
    return -1;
  if (node_part (item, "/insert", &step, err) < 0)
    return -1;
  if (nodes_insert (steps, index + (after ? 1 : 0), &step, err) == 0)
    return 0;
  node_free (&step);
  return -1;
}

static int
replace (struct nodes *steps, const struct node *item, struct kbsh_error *err)
{
  static const char *const keys[] = { "replace", "step", NULL };
  size_t index;
  struct node step = { NULL, NULL };
  json_object *name;
  if (node_keys (item, "a replacement", keys, err) < 0
      || target (steps, item, "replace", &index, err) < 0)
    return -1;
  if (!json_object_is_type (kbsh_json_at (item->tree, "/step"),
                            json_type_object))
    {
      kbsh_error_set (err, "the replacement has no \"step\"");
      return node_at (item, "", 0, err);
    }
  if (node_part (item, "/step", &step, err) < 0)
    return -1;
  name = json_object_new_string (name_of (&steps->items[index]));
  if (name && !json_object_object_get_ex (step.tree, "name", NULL))
    json_object_object_add (step.tree, "name", name);
  else
    json_object_put (name);
  node_free (&steps->items[index]);
  steps->items[index] = step;
  return 0;
}

static int
configure (struct nodes *steps, const struct node *item, struct kbsh_error *err)
{
  static const char *const keys[]
      = { "configure", "summary", "run",        "op",      "alias",
          "with",      "needs",   "when",       "timeout", "retry",
          "always",    "hidden",  "on-failure", NULL };
  size_t index;
  if (node_keys (item, "a configuration", keys, err) < 0
      || target (steps, item, "configure", &index, err) < 0)
    return -1;
  return node_merge (&steps->items[index], item, keys + 1, err);
}

static int
take_away (struct nodes *steps, const struct node *item, struct kbsh_error *err)
{
  static const char *const keys[] = { "remove", NULL };
  size_t index;
  if (node_keys (item, "a removal", keys, err) < 0
      || target (steps, item, "remove", &index, err) < 0)
    return -1;
  nodes_remove (steps, index);
  return 0;
}

static int
change (struct nodes *steps, const struct node *item, struct kbsh_error *err)
{
  static const struct
  {
    const char *key;
    int (*apply) (struct nodes *, const struct node *, struct kbsh_error *);
  } kinds[] = { { "insert", insert },
                { "replace", replace },
                { "configure", configure },
                { "remove", take_away } };
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (json_object_object_get_ex (item->tree, kinds[i].key, NULL))
      return kinds[i].apply (steps, item, err);
  kbsh_error_set (err, "a change of an overlay is one of insert, replace, "
                       "configure and remove");
  return node_at (item, "", 0, err);
}

static int
apply_file (const char *path, const char *name, struct nodes *parameters,
            struct nodes *steps, struct kbsh_error *err)
{
  static const char *const keys[]
      = { "workflow", "overlay", "summary", "parameters", "steps", NULL };
  struct node file KBSH_CLEANUP (node_free) = { NULL, NULL };
  struct nodes changes KBSH_CLEANUP (nodes_free) = { NULL, 0 };
  kbsh_autofree char *overlay = NULL;
  if (trusted (path, err) < 0 || node_read (path, &file, err) < 0
      || node_keys (&file, "an overlay", keys, err) < 0
      || format_check (&file, err) < 0
      || node_need_string (&file, "the overlay", "overlay", &overlay, err) < 0)
    return -1;
  if (strcmp (overlay, name) != 0)
    return 0;
  if (nodes_add_list (parameters, &file, "parameters", err) < 0
      || nodes_add_list (&changes, &file, "steps", err) < 0)
    return -1;
  for (size_t i = 0; i < changes.count; i++)
    if (change (steps, &changes.items[i], err) < 0)
      return -1;
  return 0;
}

int
overlays_apply (const char *folder, const char *name, struct nodes *parameters,
                struct nodes *steps, struct kbsh_error *err)
{
  char **files = NULL;
  int status = yaml_files (folder, &files, err);
  for (char **file = files; status == 0 && *file; file++)
    {
      kbsh_autofree char *path = kbsh_text ("%s/%s.yaml", folder, *file);
      status = path ? apply_file (path, name, parameters, steps, err)
                    : kbsh_error_memory (err);
    }
  strings_free (files);
  return status;
}
