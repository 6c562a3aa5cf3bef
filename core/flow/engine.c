/* SPDX-License-Identifier: Apache-2.0
 *
 * The engine: what is ready has its turn, until nothing is left.
 */
#include "config.h"

#include "flow/engine.h"

#include <kbsh/cleanup.h>
#include <kbsh/text.h>

#include "flow/plan.h"
#include "flow/report.h"
#include "flow/task.h"
#include "flow/turn.h"

#define TICK_MS 100
/* How long an effect that is under way when the user interrupts may take. */
#define GRACE_MS (30 * 1000)

/* Is a step's turn now: 1 yes, 0 not yet, -1 never, something failed. */
static int
ready (const struct turn *turn)
{
  return turn->never ? -1 : !turn->open;
}

/* Start what is ready, in the order of the file. A step that passes at once may
 * make others ready. */
static void
start_ready (struct engine *engine)
{
  for (size_t i = 0; !engine->stop && i < engine->count; i++)
    {
      struct turn *turn = &engine->turns[i];
      int now = turn->state == TURN_WAITING ? ready (turn) : 0;
      if (now == 0)
        continue;
      if (now > 0 && engine->running >= engine->run->processors && turn->chosen
          && !turn->skipped)
        continue;
      if (now < 0)
        turn_skip (engine, turn, TURN_BLOCKED, "needs");
      else
        turn_take (engine, turn);
      if (turn->state != TURN_RUNNING)
        i = (size_t)-1;
    }
}

static int
is_busy (const struct run *run, const struct job *job)
{
  if (job->busy)
    return 1;
  for (const struct job *other = run->jobs; other; other = other->next)
    if (other->parent == job && is_busy (run, other))
      return 1;
  return 0;
}

/* The user wants it to end: effects under way may, workers may not go on. */
static void
wind_down (struct engine *engine, int asked)
{
  struct run *run = engine->run;
  int64_t now = kbsh_now_ms ();
  struct kbsh_error cause = KBSH_ERROR_INIT;
  if (!engine->interrupted)
    engine->interrupted = now;
  engine->stop = 1;
  kbsh_error_set (&cause, "interrupted");
  for (struct job *job = run->jobs; job; job = job->next)
    if (asked > 1 || now - engine->interrupted > GRACE_MS
        || !is_busy (run, job))
      job_end (job, &cause);
}

static void
skip_rest (struct engine *engine)
{
  for (size_t i = 0; i < engine->count; i++)
    if (engine->turns[i].state == TURN_WAITING)
      turn_skip (engine, &engine->turns[i], TURN_BLOCKED,
                 ready (&engine->turns[i]) < 0 ? "needs" : "stopped");
}

static int
drive (struct engine *engine, struct interrupt *interrupt,
       struct kbsh_error *err)
{
  for (;;)
    {
      int asked = interrupt_wished (interrupt);
      if (asked)
        wind_down (engine, asked);
      start_ready (engine);
      if (!engine->running)
        break;
      if (loop_once (engine->run->loop, TICK_MS, err) < 0)
        return -1;
      events_tick (engine->run->events);
    }
  skip_rest (engine);
  return 0;
}

static json_object *
run_error (const struct engine *engine)
{
  const struct step *step = engine->culprit;
  return report_error (&engine->error, step ? step->name : NULL,
                       step ? report_plugin (engine->run, step->service)
                            : NULL);
}

static void
send_end (struct engine *engine, int64_t started)
{
  const char *status = engine->interrupted ? "interrupted"
                       : engine->failed    ? "failed"
                                           : "ok";
  json_object *event = report_event ("status", status, NULL), *record;
  report_seconds (event, "seconds", kbsh_now_ms () - started);
  report_int (event, "changes", engine->run->changes);
  if (event)
    json_object_object_add (event, "criticalPath", plan_critical (engine));
  if (event && engine->failed)
    json_object_object_add (event, "error", run_error (engine));
  turn_tell (engine, "run-finished", event);
  record = report_event ("workflow", engine->run->workflow->name, "status",
                         status, NULL);
  if (record)
    turn_note (engine, "run", record, NULL);
}

static int
start_run (struct engine *engine, struct kbsh_error *err)
{
  struct run *run = engine->run;
  json_object *event = report_event ("workflow", run->workflow->name, NULL);
  json_object *record;
  if (event)
    {
      json_object_object_add (event, "dryRun",
                              json_object_new_boolean (run->dry_run));
      json_object_object_add (event, "steps", plan_names (engine));
    }
  turn_tell (engine, "run-started", event);
  record = report_event ("workflow", run->workflow->name, "status", "started",
                         NULL);
  return record ? turn_note (engine, "run", record, err)
                : kbsh_error_memory (err);
}

static void
cleanup_engine (struct engine *engine)
{
  for (size_t i = 0; i < engine->count; i++)
    task_clear (&engine->turns[i].task);
  plan_free (engine);
}

int
engine_run (struct run *run, struct interrupt *interrupt,
            struct kbsh_error *err)
{
  struct engine engine KBSH_CLEANUP (cleanup_engine) = { .run = run };
  int64_t started = kbsh_now_ms ();
  if (plan_make (&engine, turn_done, err) < 0)
    return -1;
  if (start_run (&engine, &engine.error) < 0
      || drive (&engine, interrupt, &engine.error) < 0)
    engine.failed = 1;
  if (engine.interrupted && !engine.failed)
    {
      engine.failed = 1;
      kbsh_error_set (&engine.error, "interrupted");
    }
  send_end (&engine, started);
  if (!engine.failed)
    return 0;
  if (engine.culprit && run->workflow->file)
    kbsh_error_wrap (&engine.error, "step %s", engine.culprit->name);
  if (err)
    *err = engine.error;
  return -1;
}
