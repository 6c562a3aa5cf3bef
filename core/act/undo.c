/* SPDX-License-Identifier: Apache-2.0
 *
 * The undo as a whole: one order after the other, from the last deed to the
 * first, and what it says of itself.
 */
#include "config.h"

#include "act/undo.h"

#include <stdlib.h>
#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>

#include "act/peer.h"
#include "act/undoing.h"
#include "flow/report.h"

static const struct kbsh_service service
    = { .size = sizeof service, .role = "step", .name = "undo" };

static void go_on (void *data);

static void
undo_free (struct undoing *undo)
{
  past_free (&undo->past);
  json_object_put (undo->only);
  json_object_put (undo->except);
  json_object_put (undo->kept);
  json_object_put (undo->job.touches);
  free (undo->job.step);
  free (undo);
}

static int
in_list (json_object *list, const char *target)
{
  for (size_t i = 0; i < kbsh_json_length (list, ""); i++)
    {
      const char *one
          = json_object_get_string (json_object_array_get_idx (list, i));
      size_t length = one ? strlen (one) : 0;
      if (length && (one[length - 1] == '/' ? !strncmp (one, target, length)
                                            : !strcmp (one, target)))
        return 1;
    }
  return 0;
}

int
undo_wants (const struct undoing *undo, const char *target)
{
  return (!undo->only || in_list (undo->only, target))
         && !in_list (undo->except, target);
}

void
undo_left (struct undoing *undo, const char *what, const char *why,
           int serious)
{
  kbsh_autofree char *text = kbsh_text ("%s is left as it is: %s", what, why);
  json_object *event
      = report_event ("step", undo->job.step, "level",
                      serious ? "warning" : "info", "text", text, NULL);
  if (event)
    events_send (undo->run->events, "step-log", event);
}

/* ---------------------------------------------------------------- */

static void
finish (struct undoing *undo, const struct kbsh_error *failure)
{
  undo_done *done = undo->done;
  void *data = undo->data;
  int changes = undo->job.changes;
  struct kbsh_error err;
  if (failure)
    err = *failure;
  undo_free (undo);
  done (data, changes, failure ? &err : NULL);
}

static void
next (struct undoing *undo)
{
  if (!loop_timer (undo->run->loop, 0, go_on, undo, &undo->error))
    finish (undo, &undo->error);
}

/* The end of an order. A unit that can't be as it was is no reason to leave
 * the rest undone. */
static void
order_over (void *data, const struct kbsh_error *failure)
{
  struct undoing *undo = data;
  if (failure && undo->units != 1)
    undo_left (undo, failure->what, failure->why, 1);
  else if (failure)
    undo->error = *failure;
  next (undo);
}

struct order *
undo_order (struct undoing *undo, json_object *deeds, struct kbsh_error *err)
{
  struct order *order = calloc (1, sizeof *order);
  if (!order)
    {
      json_object_put (deeds);
      kbsh_error_memory (err);
      return NULL;
    }
  order->broker = undo->broker;
  order->job = &undo->job;
  order->started = kbsh_now_ms ();
  order->over = order_over;
  order->over_data = undo;
  order->undoes = deeds;
  return order;
}

/* Nothing in the journal counts any more: see journal_close(). */
static int
seal (struct undoing *undo, struct kbsh_error *err)
{
  json_object *record;
  if (undo->only || undo->run->dry_run)
    return 0;
  record = json_object_new_object ();
  if (!record)
    return kbsh_error_memory (err);
  json_object_object_add (record, "keep", json_object_get (undo->kept));
  return broker_record (undo->broker, "undone", record, NULL, err);
}

static int
undo_deed (struct undoing *undo, struct deed *deed, struct kbsh_error *err)
{
  if (!deed->done || deed->own || deed->undone || deed->handled)
    return 0;
  if (past_is_content (deed))
    return undo_wants (undo, deed->target) ? undo_content (undo, deed, err) : 0;
  if (!strcmp (deed->effect, "mode"))
    return undo_wants (undo, deed->target) ? undo_mode (undo, deed, err) : 0;
  return strcmp (deed->effect, "dir") ? 0 : undo_dir (undo, deed, err);
}

/* 1: an order was given, whose end goes on; 0: nothing is left. */
static int
give_order (struct undoing *undo, struct kbsh_error *err)
{
  int given = 0;
  while (!given && undo->units < 3)
    {
      if (undo->units != 1)
        given = undo_unit (undo, err);
      while (undo->units == 1 && !given && undo->left)
        given = undo_deed (undo, &undo->past.deeds[--undo->left], err);
      if (given)
        break;
      undo->units++;
      undo->unit = 0;
    }
  return given;
}

static void
go_on (void *data)
{
  struct undoing *undo = data;
  struct kbsh_error err = undo->error;
  int given = err.what[0] ? -1 : give_order (undo, &err);
  if (given > 0)
    return;
  if (!given)
    given = seal (undo, &err);
  finish (undo, given ? &err : NULL);
}

static int
prepare (struct undoing *undo, const char *step, struct kbsh_error *err)
{
  struct run *run = undo->run;
  undo->job
      = (struct job){ .run = run, .service = &service, .op = "run", .fd = -1 };
  undo->job.step = strdup (step);
  undo->kept = json_object_new_array ();
  if (!undo->job.step || !undo->kept)
    return kbsh_error_memory (err);
  /* Opened, it is locked, and whole. */
  if ((!run->dry_run && broker_journal (undo->broker, err))
      || past_read (run->state_folder, run->workflow ? run->workflow->name : "",
                    &undo->past, err)
      || undo_check (undo, err))
    return -1;
  undo->left = undo->past.count;
  return loop_timer (run->loop, 0, go_on, undo, err) ? 0 : -1;
}

int
undo_start (struct run *run, const char *step, json_object *only,
            json_object *except, undo_done *done, void *data,
            struct kbsh_error *err)
{
  struct undoing *undo = calloc (1, sizeof *undo);
  if (!undo)
    return kbsh_error_memory (err);
  undo->run = run;
  undo->broker = run->broker;
  undo->only = json_object_get (only);
  undo->except = json_object_get (except);
  undo->done = done;
  undo->data = data;
  if (!prepare (undo, step, err))
    return 0;
  undo_free (undo);
  return -1;
}
