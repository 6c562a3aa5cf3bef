/* SPDX-License-Identifier: Apache-2.0
 *
 * Undoing what was done to the content of a path: written, removed, linked.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>

#include "act/place.h"
#include "act/recover.h"
#include "act/target.h"
#include "act/undoing.h"

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
  if (backup && undo_mode_in (first, "/before/mode") & 0077)
    json_object_array_add (undo->kept, json_object_new_string (backup));
}

static int
take_away (struct order *order, const struct deed *first, struct place *place,
           struct kbsh_error *err)
{
  json_object *after = NULL;
  if (kbsh_json_set (&after, "/exists", json_object_new_boolean (0), err)
      || undo_intent (order, "remove", first, 1, NULL, after, err))
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
            const struct place *place, const char *temp, struct kbsh_error *err)
{
  kbsh_autofree char *path = undo_backup (undo, first);
  kbsh_autofd int from
      = path ? open (path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC) : -1;
  kbsh_autofd int to
      = openat (place->folder, temp,
                O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (from >= 0 && to >= 0 && !copy (from, to)
      && !fchown (to, (uid_t)kbsh_json_int (first->intent, "/before/uid", 0),
                  (gid_t)kbsh_json_int (first->intent, "/before/gid", 0))
      && !fchmod (to, undo_mode_in (first, "/before/mode")) && !fsync (to))
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
  if (undo_intent (order, link ? "symlink" : "file", first, existed, whole,
                   json_object_get (kbsh_json_at (first->intent, "/before")),
                   err)
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
  mode_t mode = undo_mode_in (first, "/before/mode");
  json_object *after = NULL;
  if (kbsh_json_set (&after, "/mode", mode_text (mode), err)
      || undo_intent (order, "dir", first, 0, NULL, after, err))
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
  kbsh_autofree char *text = kbsh_text (
      existed ? "put back %s as it was before (mode %s)\n" : "remove %s\n",
      first->target, kbsh_json_string (first->intent, "/before/mode", ""));
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
  int ours = there
                 ? evidence_of (last->intent)
                 : !strcmp (last->effect, "remove") || undo->run->dry_run
                       || past_removed_later (&undo->past, last, last->target);
  if (there ? existed && is_as_before (first) : !existed)
    return 0;
  if (!ours)
    leave_content (undo, first);
  else if (existed && kbsh_json_bool (first->intent, "/before/secret", 0))
    undo_left (undo, first->target,
               "what was there was a secret, of which no copy is kept", 1);
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
  int there = undo_is_there (undo, last->target);
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
