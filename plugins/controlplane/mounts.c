/* SPDX-License-Identifier: Apache-2.0
 *
 * The volumes of a static Pod, and where its container mounts them: those of
 * the table, the folders of the files that it names, and the user's own. One
 * of a name replaces an earlier one.
 */
#include "controlplane.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/rules.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <string.h>
#include <sys/stat.h>

struct mount
{
  const char *name, *path, *target, *type;
  int read_only;
};

/* What is gathered: name -> {volume, mount}. */
static int
put (struct kbsh_ctx *ctx, json_object *all, const struct mount *m)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *one = NULL;
  if (kbsh_json_set_string (&one, "/volume/hostPath/path", m->path, &err)
      || kbsh_json_set_string (&one, "/volume/hostPath/type", m->type, &err)
      || kbsh_json_set_string (&one, "/volume/name", m->name, &err)
      || kbsh_json_set_string (&one, "/mount/mountPath", m->target, &err)
      || kbsh_json_set_string (&one, "/mount/name", m->name, &err)
      || (m->read_only
          && kbsh_json_set (&one, "/mount/readOnly",
                            json_object_new_boolean (1), &err)))
    return kbsh_fail_error (ctx, &err);
  return json_object_object_add (all, m->name, kbsh_steal (&one))
             ? kbsh_fail_memory (ctx)
             : 0;
}

static int
put_listed (struct kbsh_ctx *ctx, json_object *all, json_object *table)
{
  struct stat there;
  if (!json_object_is_type (table, json_type_object))
    return 0;
  json_object_object_foreach (table, name, one)
  {
    const char *path = json_object_get_string (
        kbsh_rules_first (kbsh_json_at (one, "/path")));
    struct mount m = { name, path, path,
                       kbsh_json_string (one, "/type", "DirectoryOrCreate"),
                       kbsh_json_bool (one, "/read-only", 0) };
    if (!path
        || (kbsh_json_bool (one, "/if-there", 0) && stat (path, &there) != 0))
      continue;
    if (put (ctx, all, &m))
      return -1;
  }
  return 0;
}

static int
is_below (const char *path, const char *folder)
{
  return !strncmp (path, folder, strlen (folder));
}

/* Take the folder into the list, unless it is below one of `covered` or of
 * the list; those of the list that are below it go. */
static int
take_folder (struct kbsh_ctx *ctx, json_object *list, json_object *covered,
             const char *folder)
{
  size_t n = json_object_is_type (covered, json_type_array)
                 ? json_object_array_length (covered)
                 : 0;
  for (size_t i = 0; i < n; i++)
    if (is_below (folder, json_object_get_string (
                              json_object_array_get_idx (covered, i))))
      return 0;
  for (size_t i = json_object_array_length (list); i > 0; i--)
    {
      const char *other
          = json_object_get_string (json_object_array_get_idx (list, i - 1));
      if (is_below (folder, other))
        return 0;
      if (is_below (other, folder))
        json_object_array_del_idx (list, i - 1, 1);
    }
  json_object *text = json_object_new_string (folder);
  if (text && !json_object_array_add (list, text))
    return 0;
  json_object_put (text);
  return kbsh_fail_memory (ctx);
}

static int
compare_texts (const void *a, const void *b)
{
  json_object *const *x = a, *const *y = b;
  return strcmp (json_object_get_string (*x), json_object_get_string (*y));
}

static int
put_folders (struct kbsh_ctx *ctx, json_object *all, json_object *files)
{
  kbsh_autojson json_object *list = json_object_new_array ();
  json_object *of = kbsh_json_at (files, "/of");
  if (!list)
    return kbsh_fail_memory (ctx);
  size_t n = kbsh_json_length (files, "/of");
  for (size_t i = 0; i < n; i++)
    {
      kbsh_autofree char *folder
          = strdup (json_object_get_string (json_object_array_get_idx (of, i)));
      char *slash = folder ? strrchr (folder, '/') : NULL;
      if (!folder)
        return kbsh_fail_memory (ctx);
      if (!slash)
        continue;
      slash[slash == folder] = '\0';
      if (take_folder (ctx, list, kbsh_json_at (files, "/not-below"), folder))
        return -1;
    }
  json_object_array_sort (list, compare_texts);
  for (size_t i = 0; i < json_object_array_length (list); i++)
    {
      const char *path
          = json_object_get_string (json_object_array_get_idx (list, i));
      kbsh_autofree char *name
          = kbsh_text ("%s%zu", kbsh_json_string (files, "/name", ""), i);
      struct mount m = { name, path, path, "DirectoryOrCreate", 1 };
      if (!name)
        return kbsh_fail_memory (ctx);
      if (put (ctx, all, &m))
        return -1;
    }
  return 0;
}

static int
put_given (struct kbsh_ctx *ctx, json_object *all, json_object *filled)
{
  kbsh_autojson json_object *given
      = controlplane_given (ctx, filled, "extraVolumes");
  size_t n = json_object_is_type (given, json_type_array)
                 ? json_object_array_length (given)
                 : 0;
  for (size_t i = 0; i < n; i++)
    {
      json_object *one = json_object_array_get_idx (given, i);
      struct mount m = { kbsh_json_string (one, "/name", ""),
                         kbsh_json_string (one, "/hostPath", ""),
                         kbsh_json_string (one, "/mountPath", ""),
                         kbsh_json_string (one, "/pathType", ""),
                         kbsh_json_bool (one, "/readOnly", 0) };
      if (put (ctx, all, &m))
        return -1;
    }
  return ctx->host->failed (ctx) ? -1 : 0;
}

static int
compare_names (const void *a, const void *b)
{
  json_object *const *x = a, *const *y = b;
  return strcmp (kbsh_json_string (*x, "/name", ""),
                 kbsh_json_string (*y, "/name", ""));
}

/* The halves ("/volume" or "/mount") of all, as a list. */
static int
set_half (struct kbsh_ctx *ctx, json_object *all, const char *half,
          const char *where, int sorted, json_object **parts)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *list = json_object_new_array ();
  if (!list)
    return kbsh_fail_memory (ctx);
  json_object_object_foreach (all, name, one)
  {
    (void)name;
    json_object *value = kbsh_json_at (one, half);
    if (json_object_array_add (list, json_object_get (value)))
      return kbsh_fail_memory (ctx);
  }
  if (sorted)
    json_object_array_sort (list, compare_names);
  return kbsh_json_set (parts, where, kbsh_steal (&list), &err)
             ? kbsh_fail_error (ctx, &err)
             : 0;
}

int
part_mounts (struct kbsh_ctx *ctx, json_object *filled, json_object **parts)
{
  kbsh_autojson json_object *all = json_object_new_object ();
  int as_listed = kbsh_json_bool (filled, "/mounts-as-listed", 0);
  if (!all)
    return kbsh_fail_memory (ctx);
  if (put_listed (ctx, all, kbsh_json_at (filled, "/mounts"))
      || put_folders (ctx, all, kbsh_json_at (filled, "/files"))
      || put_given (ctx, all, filled)
      || set_half (ctx, all, "/mount", "/mounts", !as_listed, parts))
    return -1;
  return set_half (ctx, all, "/volume", "/volumes", 1, parts);
}
