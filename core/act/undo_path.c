/* SPDX-License-Identifier: Apache-2.0
 *
 * Undoing what was done to a path. Each is an order like any other, so that
 * it is written ahead, and told, in the same way.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>

#include "act/overlay.h"
#include "act/place.h"
#include "act/recover.h"
#include "act/target.h"
#include "act/undoing.h"

static mode_t
mode_in (const struct deed *deed, const char *pointer)
{
  return (mode_t)strtoul (kbsh_json_string (deed->intent, pointer, "0"), NULL,
                          8);
}

/* In a dry run, also what would be gone by now. */
static int
is_there (const struct undoing *undo, const char *path)
{
  struct stat st;
  const char *data;
  size_t length;
  return overlay_get (undo->broker->overlay, path, &data, &length) != 2
         && !lstat (path, &st);
}

/* Is what is there what it was before this deed? */
static int
is_as_before (const struct deed *deed)
{
  const char *type = kbsh_json_string (deed->intent, "/before/type", "");
  kbsh_autojson json_object *claim = NULL;
  if (kbsh_json_set_string (&claim, "/effect", type, NULL)
      || kbsh_json_set_string (&claim, "/target", deed->target, NULL)
      || kbsh_json_set (
          &claim, "/after",
          json_object_get (kbsh_json_at (deed->intent, "/before")), NULL))
    return 0;
  return evidence_of (claim);
}

static char *
backup_path (const struct undoing *undo, const struct deed *deed)
{
  return kbsh_text ("%s/backup/%s", undo->run->state_folder,
                    past_backup (deed));
}

/* ---------------------------------------------------------------- */
/* Before anything is undone                                         */

static int
check_backup (const struct undoing *undo, const struct deed *deed,
              struct kbsh_error *err)
{
  kbsh_autofree char *path = backup_path (undo, deed);
  kbsh_autojson json_object *claim = NULL;
  const char *sha = kbsh_json_string (deed->intent, "/before/sha256", NULL);
  if (!path)
    return kbsh_error_memory (err);
  if (kbsh_json_set_string (&claim, "/effect", "file", err)
      || kbsh_json_set_string (&claim, "/target", path, err)
      || kbsh_json_set_string (&claim, "/after/mode", "0600", err)
      || (sha && kbsh_json_set_string (&claim, "/after/sha256", sha, err)))
    return -1;
  if (sha ? evidence_of (claim) : !access (path, R_OK))
    return 0;
  kbsh_error_set (err, "the journal can't be trusted, so nothing is undone");
  kbsh_error_why (err, "%s is not the copy of %s that was kept", path,
                  deed->target);
  return kbsh_error_remedy (
      err, "look at it, then move %s/journal.jsonl away: what stands in it can "
           "then not be undone",
      undo->run->state_folder);
}

int
undo_check (struct undoing *undo, struct kbsh_error *err)
{
  for (size_t i = 0; i < undo->past.count; i++)
    {
      const struct deed *deed = &undo->past.deeds[i];
      if (deed->done && !deed->own && !deed->undone && past_is_content (deed)
          && past_backup (deed) && undo_wants (undo, deed->target)
          && check_backup (undo, deed, err))
        return -1;
    }
  return 0;
}

/* ---------------------------------------------------------------- */
/* The content of a path                                             */

/* Deeds that follow one another are undone at once: the first of them. */
static struct deed *
first_of (struct undoing *undo, struct deed *last, json_object *numbers)
{
  struct deed *first = last;
  json_object_array_add (numbers, json_object_new_int64 (last->n));
  for (struct deed *d = last; d-- > undo->past.deeds;)
    {
      if (!d->done || strcmp (d->target, last->target))
        continue;
      if (d->undone || d->own || !past_is_content (d)
          || !past_follows (d, first))
        break;
      first = d;
      d->handled = 1;
      json_object_array_add (numbers, json_object_new_int64 (d->n));
    }
  return first;
}

/* It is somebody else's now. The copy of what was there before kbsh came
 * stays, unless it was private. */
static void
leave_content (struct undoing *undo, const struct deed *first)
{
  const char *backup = past_backup (first);
  undo_left (undo, first->target, "it was changed since", 1);
  if (backup && mode_in (first, "/before/mode") & 0077)
    json_object_array_add (undo->kept, json_object_new_string (backup));
}

static int
intent (struct order *order, const char *effect, const struct deed *deed,
        int existed, const char *temp, json_object *after,
        struct kbsh_error *err)
{
  kbsh_autojson json_object *details = NULL;
  if (kbsh_json_set (&details, "/before/exists",
                     json_object_new_boolean (existed), err)
      || kbsh_json_set (&details, "/after", after, err)
      || (temp && kbsh_json_set_string (&details, "/temp", temp, err)))
    return -1;
  return order_intent (order, effect, deed->target, kbsh_steal (&details), err);
}

static int
take_away (struct order *order, const struct deed *first,
           struct place *place, struct kbsh_error *err)
{
  json_object *after = NULL;
  if (kbsh_json_set (&after, "/exists", json_object_new_boolean (0), err)
      || intent (order, "remove", first, 1, NULL, after, err))
    return -1;
  return place_remove (place, 0, err);
}

static int
copy (int from, int to)
{
  ssize_t sent;
  do
    sent = sendfile (to, from, NULL, 1 << 20);
  while (sent > 0 || (sent < 0 && errno == EINTR));
  return (int)sent;
}

/* Its owner comes before its mode: a change of owner takes away from it. */
static int
write_copy (const struct undoing *undo, const struct deed *first,
            const struct place *place, const char *temp,
            struct kbsh_error *err)
{
  kbsh_autofree char *path = backup_path (undo, first);
  kbsh_autofd int from
      = path ? open (path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC) : -1;
  kbsh_autofd int to = openat (
      place->folder, temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
      0600);
  if (from >= 0 && to >= 0 && !copy (from, to)
      && !fchown (to, (uid_t)kbsh_json_int (first->intent, "/before/uid", 0),
                  (gid_t)kbsh_json_int (first->intent, "/before/gid", 0))
      && !fchmod (to, mode_in (first, "/before/mode")) && !fsync (to))
    return 0;
  place_error (place, "put back", errno, err);
  if (to >= 0)
    unlinkat (place->folder, temp, 0);
  return -1;
}

static int
write_link (const struct deed *first, const struct place *place,
            const char *temp, struct kbsh_error *err)
{
  const char *to = kbsh_json_string (first->intent, "/before/target", "");
  if (!symlinkat (to, place->folder, temp)
      && !fchownat (place->folder, temp,
                    (uid_t)kbsh_json_int (first->intent, "/before/uid", 0),
                    (gid_t)kbsh_json_int (first->intent, "/before/gid", 0),
                    AT_SYMLINK_NOFOLLOW))
    return 0;
  return place_error (place, "put back", errno, err);
}

static int
put_back (struct undoing *undo, struct order *order, const struct deed *first,
          const struct place *place, int existed, struct kbsh_error *err)
{
  const char *type = kbsh_json_string (first->intent, "/before/type", "");
  int link = !strcmp (type, "symlink");
  kbsh_autofree char *temp = place_temp (place, err);
  kbsh_autofree char *whole = NULL;
  if (!temp)
    return -1;
  whole = kbsh_text ("%.*s%s", (int)(place->name - place->path), place->path,
                     temp);
  if (!whole)
    return kbsh_error_memory (err);
  if (intent (order, link ? "symlink" : "file", first, existed, whole,
              json_object_get (kbsh_json_at (first->intent, "/before")), err)
      || (link ? write_link (first, place, temp, err)
               : write_copy (undo, first, place, temp, err)))
    return -1;
  return place_rename (place, temp, err);
}

/* An empty folder that was removed. */
static int
make_again (struct order *order, const struct deed *first,
            const struct place *place, struct kbsh_error *err)
{
  mode_t mode = mode_in (first, "/before/mode");
  json_object *after = NULL;
  if (kbsh_json_set (&after, "/mode", mode_text (mode), err)
      || intent (order, "dir", first, 0, NULL, after, err))
    return -1;
  if (mkdirat (place->folder, place->name, 0700)
      || fchownat (place->folder, place->name,
                   (uid_t)kbsh_json_int (first->intent, "/before/uid", 0),
                   (gid_t)kbsh_json_int (first->intent, "/before/gid", 0), 0))
    return place_error (place, "put back", errno, err);
  return place_chmod (place, mode, err);
}

static int
change_content (struct undoing *undo, struct order *order,
                const struct deed *first, int there, struct kbsh_error *err)
{
  const char *type = kbsh_json_string (first->intent, "/before/type", "");
  struct place place = { .folder = -1 };
  int bad = place_open (first->target, &place, err);
  if (bad > 0)
    bad = place_error (&place, "put back", ENOENT, err);
  if (!bad && !kbsh_json_bool (first->intent, "/before/exists", 0))
    bad = take_away (order, first, &place, err);
  else if (!bad && !strcmp (type, "folder"))
    bad = make_again (order, first, &place, err);
  else if (!bad)
    bad = put_back (undo, order, first, &place, there, err);
  place_close (&place);
  return bad;
}

/* One line of a dry run, or the change itself, and the end of the order. */
static void
carry_out (struct undoing *undo, struct order *order, const struct deed *first,
           int there)
{
  int existed = kbsh_json_bool (first->intent, "/before/exists", 0);
  const char *action = existed ? "restore" : "remove";
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autofree char *text
      = kbsh_text (existed ? "put back %s as it was before (mode %s)\n"
                           : "remove %s\n",
                   first->target,
                   kbsh_json_string (first->intent, "/before/mode", ""));
  int bad = text ? 0 : kbsh_error_memory (&err);
  if (!bad && undo->run->dry_run)
    order_plan (order, "undo", first->target, action, text);
  else if (!bad)
    bad = change_content (undo, order, first, there, &err);
  if (bad)
    {
      order_fail (order, &err);
      return;
    }
  if (!undo->run->dry_run)
    {
      order_changed (order);
      order_tell (order, "undo", first->target, action, 1, -1);
    }
  order_reply (order, NULL, NULL, 0);
}

/* Somebody else's is left, and there is nothing to do where it is as it was. */
static int
content_needs (struct undoing *undo, const struct deed *first,
               const struct deed *last, int there)
{
  const char *type = kbsh_json_string (first->intent, "/before/type", "");
  int existed = kbsh_json_bool (first->intent, "/before/exists", 0);
  int ours = there ? evidence_of (last->intent)
                   : !strcmp (last->effect, "remove") || undo->run->dry_run
                         || past_removed_later (&undo->past, last,
                                                last->target);
  if (there ? existed && is_as_before (first) : !existed)
    return 0;
  if (!ours)
    leave_content (undo, first);
  else if (!strcmp (type, "other"))
    undo_left (undo, first->target, "what was there can't be put back", 1);
  else
    return 1;
  return 0;
}

int
undo_content (struct undoing *undo, struct deed *last, struct kbsh_error *err)
{
  json_object *numbers = json_object_new_array ();
  int there = is_there (undo, last->target);
  struct deed *first;
  struct order *order;
  if (!numbers)
    return kbsh_error_memory (err);
  first = first_of (undo, last, numbers);
  if (!content_needs (undo, first, last, there))
    {
      json_object_put (numbers);
      return 0;
    }
  order = undo_order (undo, numbers, err);
  if (!order)
    return -1;
  carry_out (undo, order, first, there);
  return 1;
}

/* ---------------------------------------------------------------- */
/* Modes and folders                                                 */

static int
change_mode (struct order *order, const struct deed *deed,
             struct kbsh_error *err)
{
  mode_t mode = mode_in (deed, "/before/mode");
  struct place place = { .folder = -1 };
  json_object *after = NULL;
  int bad = kbsh_json_set (&after, "/mode", mode_text (mode), err)
            || intent (order, "mode", deed, 1, NULL, after, err)
            || place_open (deed->target, &place, err)
            || place_chmod (&place, mode, err);
  place_close (&place);
  return bad;
}

int
undo_mode (struct undoing *undo, struct deed *deed, struct kbsh_error *err)
{
  const char *mode = kbsh_json_string (deed->intent, "/before/mode", "");
  json_object *numbers;
  struct order *order;
  if (!is_there (undo, deed->target))
    return 0;
  if (!evidence_of (deed->intent))
    {
      undo_left (undo, deed->target, "its mode was changed since", 1);
      return 0;
    }
  numbers = json_object_new_array ();
  if (numbers)
    json_object_array_add (numbers, json_object_new_int64 (deed->n));
  order = numbers ? undo_order (undo, numbers, err) : NULL;
  if (!order)
    return -1;
  if (undo->run->dry_run)
    {
      kbsh_autofree char *text
          = kbsh_text ("set the mode of %s to %s\n", deed->target, mode);
      order_plan (order, "undo", deed->target, "restore", text ? text : "");
    }
  else if (change_mode (order, deed, err))
    {
      order_fail (order, err);
      return 1;
    }
  else
    {
      order_changed (order);
      order_tell (order, "undo", deed->target, "restore", 1, -1);
    }
  order_reply (order, NULL, NULL, 0);
  return 1;
}

/* ---------------------------------------------------------------- */

/* The folders of a deed, from the innermost on: how many can go. */
static const char *
made (const struct deed *deed, size_t index)
{
  return json_object_get_string (json_object_array_get_idx (
      kbsh_json_at (deed->intent, "/after/made"), index));
}

static int
remove_folder (struct undoing *undo, const char *path, struct order *order)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct place place = { .folder = -1 };
  int bad = place_open (path, &place, &err) || place_remove (&place, 1, &err);
  place_close (&place);
  if (bad)
    return -1;
  (void)undo;
  order_changed (order);
  order_tell (order, "undo", path, "remove", 1, -1);
  return 0;
}

static void
remove_folders (struct undoing *undo, const struct deed *deed,
                struct order *order)
{
  for (size_t i = kbsh_json_length (deed->intent, "/after/made"); i-- > 0;)
    if (is_there (undo, made (deed, i)) && undo_wants (undo, made (deed, i))
        && remove_folder (undo, made (deed, i), order))
      {
        undo_left (undo, made (deed, i), "it is not empty", 0);
        return;
      }
}

static void
plan_folders (struct undoing *undo, const struct deed *deed,
              struct order *order)
{
  for (size_t i = kbsh_json_length (deed->intent, "/after/made"); i-- > 0;)
    {
      const char *path = made (deed, i);
      kbsh_autofree char *text
          = kbsh_text ("remove %s, when it is empty\n", path);
      if (is_there (undo, path) && undo_wants (undo, path))
        order_plan (order, "undo", path, "remove", text ? text : "");
    }
}

/* Is there one that could go? */
static int
folder_to_try (struct undoing *undo, const struct deed *deed)
{
  for (size_t i = kbsh_json_length (deed->intent, "/after/made"); i-- > 0;)
    {
      const char *path = made (deed, i);
      if (!is_there (undo, path) || !undo_wants (undo, path))
        continue;
      if (undo->run->dry_run || folder_is_empty (path))
        return 1;
      undo_left (undo, path, "it is not empty", 0);
      return 0;
    }
  return 0;
}

int
undo_dir (struct undoing *undo, struct deed *deed, struct kbsh_error *err)
{
  json_object *numbers, *details = NULL;
  struct order *order;
  if (!folder_to_try (undo, deed))
    return 0;
  numbers = json_object_new_array ();
  if (numbers)
    json_object_array_add (numbers, json_object_new_int64 (deed->n));
  order = numbers ? undo_order (undo, numbers, err) : NULL;
  if (!order)
    return -1;
  if (undo->run->dry_run)
    plan_folders (undo, deed, order);
  else if (kbsh_json_set (
               &details, "/before/made",
               json_object_get (kbsh_json_at (deed->intent, "/after/made")),
               err)
           || order_intent (order, "remove-dir", deed->target, details, err))
    {
      order_fail (order, err);
      return 1;
    }
  else
    remove_folders (undo, deed, order);
  order_reply (order, NULL, NULL, 0);
  return 1;
}
