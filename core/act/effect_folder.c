/* SPDX-License-Identifier: Apache-2.0
 *
 * Effects: folders, modes, symbolic links.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>

#include "act/pretend_file.h"
#include "act/target.h"
#include "act/touches.h"

static int
mode_of (struct order *order, const char *path, mode_t *mode,
         struct kbsh_error *err)
{
  int64_t wanted = order_int (order, "mode", -1);
  if (wanted < 0 || wanted > 07777)
    return kbsh_error_set (err, "the mode for %s is not possible", path);
  *mode = (mode_t)wanted;
  return 0;
}

static int
plan_line (struct order *order, const char *effect, const char *path,
           const char *action, char *text, struct kbsh_error *err)
{
  kbsh_autofree char *line = text;
  if (!line)
    return kbsh_error_memory (err);
  /* That it is there is known; it has no content of its own to show. */
  order_plan (order, effect, path, action, line);
  return 0;
}

/* ---------------------------------------------------------------- */

/* One of the folders on the way to `path`, into the list when it is missing. */
static int
note_missing (json_object *list, const char *part, const char *path,
              struct kbsh_error *err)
{
  struct stat st;
  int there = !stat (part, &st);
  if (there && S_ISDIR (st.st_mode))
    return 0;
  if (there)
    {
      kbsh_error_set (err, "cannot make the folder %s", path);
      kbsh_error_why (err, "%s is there, and no folder", part);
      return kbsh_error_remedy (err, "move it away");
    }
  if (errno != ENOENT)
    {
      kbsh_error_set (err, "cannot look at %s", part);
      return kbsh_error_why (err, "%s", strerror (errno));
    }
  return json_object_array_add (list, json_object_new_string (part))
             ? kbsh_error_memory (err)
             : 0;
}

/* The folders on the way to `path` that are missing, as a list. */
static json_object *
missing_folders (const char *path, struct kbsh_error *err)
{
  kbsh_autojson json_object *list = json_object_new_array ();
  kbsh_autofree char *part = strdup (path);
  if (!list || !part)
    {
      kbsh_error_memory (err);
      return NULL;
    }
  for (char *slash = part; slash;)
    {
      slash = strchr (slash + 1, '/');
      if (slash)
        *slash = '\0';
      if (note_missing (list, part, path, err))
        return NULL;
      if (slash)
        *slash = '/';
    }
  return kbsh_steal (&list);
}

static int
make_one (const char *path, mode_t mode, struct kbsh_error *err)
{
  struct place place;
  int bad = 0;
  if (place_open (path, &place, err))
    return -1;
  if (mkdirat (place.folder, place.name, mode & 0700))
    bad = place_error (&place, "make the folder", errno, err);
  else if (fchmodat (place.folder, place.name, mode, 0) || fsync (place.folder))
    bad = place_error (&place, "make the folder", errno, err);
  place_close (&place);
  return bad;
}

static int
make_all (struct order *order, const char *path, json_object *missing,
          mode_t mode, struct kbsh_error *err)
{
  size_t count = json_object_array_length (missing);
  json_object *details = NULL;
  if (kbsh_json_set (&details, "/after/made", json_object_get (missing), err)
      || kbsh_json_set (&details, "/after/mode", mode_text (mode), err))
    {
      json_object_put (details);
      return -1;
    }
  order_tell (order, "dir", path, "create", 1, -1);
  if (order_intent (order, "dir", path, details, err))
    return -1;
  for (size_t i = 0; i < count; i++)
    if (make_one (
            json_object_get_string (json_object_array_get_idx (missing, i)),
            i + 1 == count ? mode : 0755, err))
      return -1;
  order_changed (order);
  return 0;
}

static int
perform_mkdir (struct order *order, const char *path, struct kbsh_error *err)
{
  kbsh_autojson json_object *missing = NULL;
  const char *known;
  size_t length;
  mode_t mode = 0;
  if (mode_of (order, path, &mode, err) || touches_path (order->job, path, err))
    return -1;
  missing = missing_folders (path, err);
  if (!missing)
    return -1;
  if (!json_object_array_length (missing))
    return 0;
  if (!order->broker->run->dry_run)
    return make_all (order, path, missing, mode, err);
  if (pretend_file_get (order->broker->files, path, &known, &length) == 1)
    return 0;
  if (pretend_file_put (&order->broker->files, path, "", 0, err))
    return -1;
  return plan_line (order, "dir", path, "create",
                    kbsh_text ("create the folder %s (mode %04o)\n", path,
                               (unsigned int)mode),
                    err);
}

void
effect_mkdir (struct order *order)
{
  const char *path = order_string (order, "path");
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autofree char *normal = NULL;
  if (!path)
    {
      order_broken (order, "there is no path");
      return;
    }
  normal = path_normal (path, &err);
  if (!normal || perform_mkdir (order, normal, &err))
    order_fail (order, &err);
  else
    order_reply (order, NULL, NULL, 0);
}

/* ---------------------------------------------------------------- */

static int
perform_chmod (struct order *order, struct target *target,
               struct kbsh_error *err)
{
  const char *data;
  size_t length;
  mode_t mode = 0;
  int pretended
      = pretend_file_get (order->broker->files, target->path, &data, &length);
  if (mode_of (order, target->path, &mode, err))
    return -1;
  if (pretended == 2 || (!pretended && !target->exists))
    return place_error (&target->place, "change the mode of", ENOENT, err);
  if (!pretended && S_ISLNK (target->st.st_mode))
    {
      kbsh_error_set (err, "cannot change the mode of %s", target->path);
      return kbsh_error_why (err, "it is a symbolic link");
    }
  if (!pretended && (target->st.st_mode & 07777) == mode)
    return 0;
  if (order->broker->run->dry_run)
    return plan_line (order, "mode", target->path, "update",
                      kbsh_text ("set the mode of %s to %04o\n", target->path,
                                 (unsigned int)mode),
                      err);
  order_tell (order, "mode", target->path, "update", 1, -1);
  if (kbsh_json_set (&target->details, "/before/mode",
                     mode_text (target->st.st_mode), err)
      || target_after (target, "mode", mode_text (mode), err)
      || order_intent (order, "mode", target->path,
                       kbsh_steal (&target->details), err)
      || place_chmod (&target->place, mode, err))
    return -1;
  order_changed (order);
  return 0;
}

/* ---------------------------------------------------------------- */

static int
links_to (const struct target *target, const char *wanted)
{
  char link[PATH_MAX];
  ssize_t length;
  if (!target->exists || !S_ISLNK (target->st.st_mode))
    return 0;
  length = readlinkat (target->place.folder, target->place.name, link,
                       sizeof link);
  return length == (ssize_t)strlen (wanted)
         && !memcmp (link, wanted, (size_t)length);
}

static int
do_symlink (struct order *order, struct target *target, const char *to,
            struct kbsh_error *err)
{
  kbsh_autofree char *temp = NULL;
  order_tell (order, "symlink", target->path,
              target->exists ? "update" : "create", 1, -1);
  if (target->folder_missing)
    return place_error (&target->place, "make the link", ENOENT, err);
  if (target_before (order, target, err)
      || target_after (target, "target", json_object_new_string (to), err))
    return -1;
  temp = target_temp (target, err);
  if (!temp
      || order_intent (order, "symlink", target->path,
                       kbsh_steal (&target->details), err))
    return -1;
  if (symlinkat (to, target->place.folder, temp))
    return place_error (&target->place, "make the link", errno, err);
  if (place_rename (&target->place, temp, err))
    return -1;
  order_changed (order);
  return 0;
}

static int
perform_symlink (struct order *order, struct target *target,
                 struct kbsh_error *err)
{
  const char *to = order_string (order, "target");
  if (!to || !*to)
    return kbsh_error_set (err, "the link %s has no target", target->path);
  if (links_to (target, to))
    return 0;
  if (target->exists && !S_ISLNK (target->st.st_mode))
    {
      kbsh_error_set (err, "cannot make the link %s", target->path);
      kbsh_error_why (err, "it is there, and no symbolic link");
      return kbsh_error_remedy (err, "move it out of the way");
    }
  if (order->broker->run->dry_run)
    return plan_line (
        order, "symlink", target->path, target->exists ? "update" : "create",
        kbsh_text ("make %s a symbolic link to %s\n", target->path, to), err);
  return do_symlink (order, target, to, err);
}

/* ---------------------------------------------------------------- */

void
effect_chmod (struct order *order)
{
  target_perform (order, perform_chmod);
}

void
effect_symlink (struct order *order)
{
  target_perform (order, perform_symlink);
}
