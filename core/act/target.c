/* SPDX-License-Identifier: Apache-2.0
 *
 * The target of an effect on files.
 */
#include "config.h"

#include "act/target.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>

#include "act/peer.h"
#include "act/touches.h"

int
target_open (struct order *order, struct target *out, struct kbsh_error *err)
{
  const char *path = order_string (order, "path");
  int found;
  memset (out, 0, sizeof *out);
  out->place.folder = -1;
  if (!path)
    return kbsh_error_set (err, "there is no path");
  out->path = path_normal (path, err);
  if (!out->path || touches_path (order->job, out->path, err))
    return -1;
  found = place_open (out->path, &out->place, err);
  if (found < 0)
    return -1;
  out->folder_missing = found;
  if (found)
    return 0;
  found = place_look (&out->place, &out->st, err);
  out->exists = found > 0;
  return found < 0 ? -1 : 0;
}

void
target_close (struct target *target)
{
  place_close (&target->place);
  free (target->path);
  json_object_put (target->details);
  memset (target, 0, sizeof *target);
  target->place.folder = -1;
}

json_object *
mode_text (mode_t mode)
{
  char text[16];
  snprintf (text, sizeof text, "%04o", (unsigned int)(mode & 07777));
  return json_object_new_string (text);
}

static int
set (struct target *target, const char *pointer, json_object *value,
     struct kbsh_error *err)
{
  return kbsh_json_set (&target->details, pointer, value, err);
}

int
target_after (struct target *target, const char *name, json_object *value,
              struct kbsh_error *err)
{
  char pointer[64];
  snprintf (pointer, sizeof pointer, "/after/%s", name);
  return set (target, pointer, value, err);
}

char *
target_temp (struct target *target, struct kbsh_error *err)
{
  kbsh_autofree char *temp = place_temp (&target->place, err);
  kbsh_autofree char *whole = NULL;
  if (!temp)
    return NULL;
  whole = kbsh_text ("%.*s%s", (int)(target->place.name - target->path),
                     target->path, temp);
  if (!whole)
    kbsh_error_memory (err);
  if (!whole || set (target, "/temp", json_object_new_string (whole), err))
    return NULL;
  return kbsh_steal (&temp);
}

static const char *
kind_of (const struct stat *st)
{
  return S_ISREG (st->st_mode)   ? "file"
         : S_ISDIR (st->st_mode) ? "folder"
         : S_ISLNK (st->st_mode) ? "symlink"
                                 : "other";
}

static int
before_file (struct order *order, struct target *target, struct kbsh_error *err)
{
  kbsh_autofree char *backup = NULL;
  size_t length = 0;
  char sha[65];
  char *data = place_read (&target->place, &length, err);
  if (!data && err->what[0])
    return -1;
  if (data)
    {
      kbsh_sha256 (data, length, sha);
      explicit_bzero (data, length);
      free (data);
      if (set (target, "/before/sha256", json_object_new_string (sha), err))
        return -1;
    }
  if (target->no_copy)
    return set (target, "/before/secret", json_object_new_boolean (1), err);
  if (broker_journal (order->broker, err)
      || journal_backup (order->broker->journal, target->path, &backup, err))
    return -1;
  return set (target, "/before/backup", json_object_new_string (backup), err);
}

static int
before_symlink (struct target *target, struct kbsh_error *err)
{
  char link[PATH_MAX];
  ssize_t length = readlinkat (target->place.folder, target->place.name, link,
                               sizeof link - 1);
  if (length < 0)
    return place_error (&target->place, "read the link", errno, err);
  return set (target, "/before/target",
              json_object_new_string_len (link, (int)length), err);
}

int
target_before (struct order *order, struct target *target,
               struct kbsh_error *err)
{
  const struct stat *st = &target->st;
  if (set (target, "/before/exists", json_object_new_boolean (target->exists),
           err))
    return -1;
  if (!target->exists)
    return 0;
  if (set (target, "/before/type", json_object_new_string (kind_of (st)), err)
      || set (target, "/before/mode", mode_text (st->st_mode), err)
      || set (target, "/before/uid", json_object_new_int64 (st->st_uid), err)
      || set (target, "/before/gid", json_object_new_int64 (st->st_gid), err)
      || set (target, "/before/size", json_object_new_int64 (st->st_size), err))
    return -1;
  if (S_ISREG (st->st_mode))
    return before_file (order, target, err);
  return S_ISLNK (st->st_mode) ? before_symlink (target, err) : 0;
}

void
target_perform (struct order *order, target_fn *effect)
{
  struct target target;
  struct kbsh_error err = KBSH_ERROR_INIT;
  int failed
      = target_open (order, &target, &err) || effect (order, &target, &err);
  target_close (&target);
  if (failed)
    order_fail (order, &err);
  else
    order_reply (order, NULL, NULL, 0);
}
