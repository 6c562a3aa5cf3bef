/* SPDX-License-Identifier: Apache-2.0
 *
 * Effect: unmount what is mounted below a folder. A server that is gone can
 * keep an unmount waiting for ever, so each is tried in a process of its own.
 */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/plugin.h>
#include <kbsh/text.h>

#include "act/effect.h"
#include "act/mounts.h"
#include "act/place.h"
#include "act/touches.h"

#define UNMOUNT_MS 30000

/* A process that unmounts. One that waits for a server can't be killed, maybe
 * not for days: nobody waits for it then. */
struct attempt
{
  struct unmount *unmount; /* NULL: given up */
  pid_t pid;
};

struct unmount
{
  struct order *order;
  char *folder;
  struct mounts mounts;
  size_t next;
  int flags;
  unsigned long done;
  struct attempt *attempt; /* NULL: none is under way */
  uint64_t timer;
  struct kbsh_error error; /* the first one */
};

static void next_one (struct unmount *unmount);

static void
finish (struct unmount *unmount)
{
  struct order *order = unmount->order;
  struct kbsh_error err = unmount->error;
  if (unmount->done)
    {
      order_changed (order);
      order_tell (order, "unmount", unmount->folder, "unmount", 1, -1);
    }
  mounts_free (&unmount->mounts);
  free (unmount->folder);
  free (unmount);
  order->state = NULL;
  order->cancel = NULL;
  if (err.what[0])
    order_fail (order, &err);
  else
    order_reply (order, NULL, NULL, 0);
}

static void
note_failure (struct unmount *unmount, int number)
{
  struct kbsh_error *err = &unmount->error;
  const char *point = unmount->mounts.points[unmount->next];
  if (err->what[0])
    return;
  kbsh_error_set (err, "cannot unmount %s", point);
  kbsh_error_why (err, "%s",
                  number == ETIME ? "it did not end in time"
                                  : strerror (number));
  if (number == EBUSY)
    kbsh_error_remedy (err, "see who uses it: fuser -vm %s", point);
}

/* ---------------------------------------------------------------- */

static void
over (struct unmount *unmount, int number)
{
  loop_timer_cancel (unmount->order->broker->run->loop, unmount->timer);
  unmount->timer = 0;
  unmount->attempt = NULL;
  /* It went with another one. */
  if (number == EINVAL || number == ENOENT)
    number = 0;
  if (number)
    note_failure (unmount, number);
  else
    unmount->done++;
  unmount->next++;
  next_one (unmount);
}

static void
ended (pid_t pid, int status, long max_rss_kib, void *data)
{
  struct attempt *attempt = data;
  struct unmount *unmount = attempt->unmount;
  (void)pid;
  (void)max_rss_kib;
  free (attempt);
  if (unmount)
    over (unmount, WIFEXITED (status) ? WEXITSTATUS (status) : EINTR);
}

static void
give_up (struct unmount *unmount)
{
  if (!unmount->attempt)
    return;
  kill (unmount->attempt->pid, SIGKILL);
  unmount->attempt->unmount = NULL;
  unmount->attempt = NULL;
}

static void
too_late (void *data)
{
  struct unmount *unmount = data;
  unmount->timer = 0;
  give_up (unmount);
  over (unmount, ETIME);
}

static void
child (const char *point, int flags)
{
  int bad = umount2 (point, flags);
  /* The first call only marks it. */
  if (bad && errno == EAGAIN && flags & MNT_EXPIRE)
    bad = umount2 (point, flags);
  _exit (bad ? errno : 0);
}

static int
try_one (struct unmount *unmount, struct kbsh_error *err)
{
  struct loop *loop = unmount->order->broker->run->loop;
  struct attempt *attempt = calloc (1, sizeof *attempt);
  if (!attempt)
    return kbsh_error_memory (err);
  attempt->unmount = unmount;
  attempt->pid = fork ();
  if (!attempt->pid)
    child (unmount->mounts.points[unmount->next], unmount->flags);
  if (attempt->pid < 0
      || loop_child (loop, attempt->pid, ended, attempt, err))
    {
      free (attempt);
      return kbsh_error_set (err, "cannot start a process that unmounts");
    }
  unmount->attempt = attempt;
  unmount->timer = loop_timer (loop, UNMOUNT_MS, too_late, unmount, err);
  return 0;
}

static void
next_one (struct unmount *unmount)
{
  if (unmount->next < unmount->mounts.count
      && !try_one (unmount, &unmount->error))
    return;
  finish (unmount);
}

static void
cancel (struct order *order)
{
  struct unmount *unmount = order->state;
  loop_timer_cancel (order->broker->run->loop, unmount->timer);
  give_up (unmount);
  kbsh_error_set (&unmount->error, "the unmounting below %s was ended",
                  unmount->folder);
  kbsh_error_why (&unmount->error, "the worker that asked for it is gone");
  finish (unmount);
}

/* ---------------------------------------------------------------- */

/* The link in the last place is never followed. */
static int
flags_of (const struct order *order)
{
  return UMOUNT_NOFOLLOW | (order_has (order, KBSH_MNT_FORCE) ? MNT_FORCE : 0)
         | (order_has (order, KBSH_MNT_DETACH) ? MNT_DETACH : 0)
         | (order_has (order, KBSH_MNT_EXPIRE) ? MNT_EXPIRE : 0);
}

static int
plan (struct unmount *unmount, struct kbsh_error *err)
{
  KBSH_CLEANUP (kbsh_buffer_free) struct kbsh_buffer text = { .data = NULL };
  for (size_t i = 0; i < unmount->mounts.count; i++)
    kbsh_buffer_printf (&text, "unmount %s\n", unmount->mounts.points[i]);
  if (text.failed)
    return kbsh_error_memory (err);
  order_plan (unmount->order, "unmount", unmount->folder, "unmount", text.data);
  return 0;
}

static int
announce (struct unmount *unmount, struct kbsh_error *err)
{
  kbsh_autojson json_object *details = NULL;
  json_object *points = json_object_new_array ();
  for (size_t i = 0; points && i < unmount->mounts.count; i++)
    json_object_array_add (
        points, json_object_new_string (unmount->mounts.points[i]));
  if (kbsh_json_set (&details, "/before/mounts", points, err))
    return -1;
  return order_intent (unmount->order, "unmount", unmount->folder,
                       kbsh_steal (&details), err);
}

/* 1: there is something to wait for. */
static int
start (struct unmount *unmount, struct kbsh_error *err)
{
  struct order *order = unmount->order;
  const char *path = order_string (order, "path");
  if (!path)
    return kbsh_error_set (err, "there is no path");
  unmount->folder = path_normal (path, err);
  if (!unmount->folder || touches_folder (order->job, unmount->folder, err)
      || mounts_below (unmount->folder, &unmount->mounts, err)
      || (mounts_itself (unmount->folder)
          && mounts_add (&unmount->mounts, unmount->folder, err)))
    return -1;
  if (!unmount->mounts.count)
    return 0;
  if (order->broker->run->dry_run)
    return plan (unmount, err);
  return announce (unmount, err) ? -1 : 1;
}

void
effect_unmount (struct order *order)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct unmount *unmount = calloc (1, sizeof *unmount);
  int going;
  if (!unmount)
    {
      kbsh_error_memory (&err);
      order_fail (order, &err);
      return;
    }
  unmount->order = order;
  unmount->flags = flags_of (order);
  order->state = unmount;
  order->cancel = cancel;
  going = start (unmount, &err);
  if (going > 0)
    {
      order_busy (order);
      next_one (unmount);
      return;
    }
  unmount->error = err;
  finish (unmount);
}
