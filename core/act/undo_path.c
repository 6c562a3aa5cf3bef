/* SPDX-License-Identifier: Apache-2.0
 *
 * Undoing what was done to paths: what all of it needs, and modes and folders.
 * Each is an order like any other, so that it is written ahead, and told, in
 * the same way.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>

#include "act/place.h"
#include "act/pretend_file.h"
#include "act/recover.h"
#include "act/target.h"
#include "act/undoing.h"

mode_t
undo_mode_in (const struct deed *deed, const char *pointer)
{
  return (mode_t)strtoul (kbsh_json_string (deed->intent, pointer, "0"), NULL,
                          8);
}

int
undo_is_there (const struct undoing *undo, const char *path)
{
  struct stat st;
  const char *data;
  size_t length;
  return pretend_file_get (undo->broker->files, path, &data, &length) != 2
         && !lstat (path, &st);
}

int
undo_intent (struct order *order, const char *effect, const struct deed *deed,
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

/* ---------------------------------------------------------------- */

static int
change_mode (struct order *order, const struct deed *deed,
             struct kbsh_error *err)
{
  mode_t mode = undo_mode_in (deed, "/before/mode");
  struct place place = { .folder = -1 };
  json_object *after = NULL;
  int bad = kbsh_json_set (&after, "/mode", mode_text (mode), err)
            || undo_intent (order, "mode", deed, 1, NULL, after, err)
            || place_open (deed->target, &place, err)
            || place_chmod (&place, mode, err);
  place_close (&place);
  return bad;
}

/* An order that undoes this one. */
static struct order *
order_for (struct undoing *undo, const struct deed *deed,
           struct kbsh_error *err)
{
  json_object *numbers = json_object_new_array ();
  json_object *number = json_object_new_int64 (deed->n);
  if (numbers && number && !json_object_array_add (numbers, number))
    return undo_order (undo, numbers, err);
  json_object_put (number);
  json_object_put (numbers);
  kbsh_error_memory (err);
  return NULL;
}

int
undo_mode (struct undoing *undo, struct deed *deed, struct kbsh_error *err)
{
  const char *mode = kbsh_json_string (deed->intent, "/before/mode", "");
  struct order *order;
  if (!undo_is_there (undo, deed->target))
    return 0;
  if (!evidence_of (deed->intent))
    {
      undo_left (undo, deed->target, "its mode was changed since", 1);
      return 0;
    }
  order = order_for (undo, deed, err);
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
remove_folder (const char *path, struct order *order)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct place place = { .folder = -1 };
  int bad = place_open (path, &place, &err) || place_remove (&place, 1, &err);
  place_close (&place);
  if (bad)
    return -1;
  order_changed (order);
  order_tell (order, "undo", path, "remove", 1, -1);
  return 0;
}

static void
remove_folders (struct undoing *undo, const struct deed *deed,
                struct order *order)
{
  for (size_t i = kbsh_json_length (deed->intent, "/after/made"); i-- > 0;)
    if (undo_is_there (undo, made (deed, i))
        && undo_wants (undo, made (deed, i))
        && remove_folder (made (deed, i), order))
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
      if (undo_is_there (undo, path) && undo_wants (undo, path))
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
      if (!undo_is_there (undo, path) || !undo_wants (undo, path))
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
  json_object *details = NULL;
  struct order *order;
  if (!folder_to_try (undo, deed))
    return 0;
  order = order_for (undo, deed, err);
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
