/* SPDX-License-Identifier: Apache-2.0
 *
 * Effect: remove a folder with all that is below it. Other workers are served
 * in between: it may be large.
 */
#include "config.h"

#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/plugin.h>
#include <kbsh/text.h>

#include "act/mounts.h"
#include "act/pretend_file.h"
#include "act/target.h"
#include "act/touches.h"
#include "act/tree.h"

#define SLICE_MS 20
#define SHOWN 20 /* so many paths does a dry run name */

struct sweep
{
  struct order *order;
  struct target target;
  struct tree tree;
  uint64_t timer;
};

static void
sweep_free (struct sweep *sweep)
{
  loop_timer_cancel (sweep->order->broker->run->loop, sweep->timer);
  tree_end (&sweep->tree);
  target_close (&sweep->target);
  sweep->order->state = NULL;
  sweep->order->cancel = NULL;
  free (sweep);
}

static void
finish (struct sweep *sweep, const struct kbsh_error *failure)
{
  struct order *order = sweep->order;
  /* What is gone is gone, also when something is left. */
  if (sweep->tree.removed || (order->intent && !failure))
    {
      order_changed (order);
      order_tell (order, "remove-tree", sweep->target.path, "remove", 1, -1);
    }
  sweep_free (sweep);
  if (failure)
    order_fail (order, failure);
  else
    order_reply (order, NULL, NULL, 0);
}

static void
cancel (struct order *order)
{
  struct kbsh_error err;
  struct sweep *sweep = order->state;
  kbsh_error_set (&err, "the removal of %s was ended", sweep->target.path);
  kbsh_error_why (&err, "the worker that asked for it is gone");
  finish (sweep, &err);
}

static void
go_on (void *data)
{
  struct sweep *sweep = data;
  struct kbsh_error err = KBSH_ERROR_INIT;
  int more;
  sweep->timer = 0;
  more = tree_slice (&sweep->tree, SLICE_MS, &err);
  if (more > 0)
    {
      sweep->timer = loop_timer (sweep->order->broker->run->loop, 0, go_on,
                                 sweep, &err);
      more = sweep->timer ? 1 : -1;
    }
  if (more <= 0)
    finish (sweep, more ? &err : NULL);
}

/* ---------------------------------------------------------------- */

/* What would go: at most SHOWN paths, and how many they are. */
static int
list_tree (const char *path, int keep, struct kbsh_buffer *out)
{
  char *const paths[] = { (char *)path, NULL };
  FTS *fts = fts_open (paths, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, NULL);
  unsigned long count = 0;
  FTSENT *entry;
  if (!fts)
    return -1;
  while ((entry = fts_read (fts)))
    if (entry->fts_info != FTS_DP && (entry->fts_level || !keep)
        && ++count <= SHOWN)
      kbsh_buffer_printf (out, "remove %s\n", entry->fts_path);
  if (count > SHOWN)
    kbsh_buffer_printf (out, "and %lu more below %s\n", count - SHOWN, path);
  fts_close (fts);
  return count > 0;
}

static int
plan (struct order *order, const struct target *target, int keep,
      struct kbsh_error *err)
{
  KBSH_CLEANUP (kbsh_buffer_free) struct kbsh_buffer text = { .data = NULL };
  const char *data;
  size_t length;
  int state
      = pretend_file_get (order->broker->files, target->path, &data, &length);
  int some = state == 2 ? 0 : list_tree (target->path, keep, &text);
  if (some < 0 || text.failed)
    return kbsh_error_memory (err);
  if (some)
    order_plan (order, "remove-tree", target->path, "remove", text.data);
  return pretend_file_put_tree (&order->broker->files, target->path, keep, err);
}

/* Nothing is removed when not all can be. */
static int
check_mounts (const struct target *target, struct kbsh_error *err)
{
  struct mounts mounts;
  char first[512];
  if (mounts_below (target->path, &mounts, err))
    return -1;
  if (!mounts.count)
    return 0;
  snprintf (first, sizeof first, "%s", mounts.points[0]);
  mounts_free (&mounts);
  kbsh_error_set (err, "cannot remove %s", target->path);
  kbsh_error_why (err, "something is mounted on %s", first);
  return kbsh_error_remedy (err, "umount %s", first);
}

static int
check_kind (const struct target *target, int keep, struct kbsh_error *err)
{
  if (!keep || S_ISDIR (target->st.st_mode))
    return 0;
  kbsh_error_set (err, "cannot empty %s", target->path);
  return kbsh_error_why (err, S_ISLNK (target->st.st_mode)
                                  ? "it is a symbolic link, which is not "
                                    "followed"
                                  : "it is no folder");
}

static int
announce (struct order *order, struct target *target, int keep,
          struct kbsh_error *err)
{
  const char *what = keep ? "empty" : "exists";
  if (kbsh_json_set (&target->details, "/before/exists",
                     json_object_new_boolean (1), err)
      || target_after (target, what, json_object_new_boolean (keep), err))
    return -1;
  return order_intent (order, "remove-tree", target->path,
                       kbsh_steal (&target->details), err);
}

/* 1: it goes on in the loop. */
static int
start (struct sweep *sweep, struct kbsh_error *err)
{
  struct order *order = sweep->order;
  struct target *target = &sweep->target;
  int keep = order_has (order, KBSH_KEEP_FOLDER);
  if (target_open (order, target, err)
      || touches_folder (order->job, target->path, err))
    return -1;
  if (!target->exists)
    return 0;
  if (check_kind (target, keep, err))
    return -1;
  if (order->broker->run->dry_run)
    return plan (order, target, keep, err);
  if (S_ISDIR (target->st.st_mode)
      && (check_mounts (target, err)
          || tree_begin (&sweep->tree, &target->place, keep, err)))
    return -1;
  if (keep && tree_is_empty (&sweep->tree))
    return 0;
  if (announce (order, target, keep, err))
    return -1;
  order_busy (order);
  if (!S_ISDIR (target->st.st_mode))
    return place_remove (&target->place, 0, err);
  sweep->timer = loop_timer (order->broker->run->loop, 0, go_on, sweep, err);
  return sweep->timer ? 1 : -1;
}

void
effect_remove_tree (struct order *order)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct sweep *sweep = calloc (1, sizeof *sweep);
  int going;
  if (!sweep)
    {
      kbsh_error_memory (&err);
      order_fail (order, &err);
      return;
    }
  sweep->order = order;
  sweep->target.place.folder = -1;
  order->state = sweep;
  order->cancel = cancel;
  going = start (sweep, &err);
  if (going <= 0)
    finish (sweep, going ? &err : NULL);
}
