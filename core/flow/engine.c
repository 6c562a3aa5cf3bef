/* SPDX-License-Identifier: Apache-2.0
 *
 * The engine: what is ready is started, what ended is judged, until nothing is
 * left.
 */
#include "config.h"

#include "flow/engine.h"

#include <stdlib.h>
#include <string.h>

#include "act/broker.h"
#include "flow/inputs.h"
#include "flow/plan.h"
#include "flow/report.h"
#include "flow/task.h"
#include <kbsh/cleanup.h>

#define TICK_MS 100
/* How long an effect that is under way when the user interrupts may take. */
#define GRACE_MS (30 * 1000)

static void begin (struct engine *engine, struct turn *turn);

static void
send (struct engine *engine, const char *kind, json_object *event)
{
  if (event)
    events_send (engine->run->events, kind, event);
}

/* A command is no run that another one would go on with: its effects alone are
 * in the journal. */
static int
note (struct engine *engine, const char *kind, json_object *record,
      struct kbsh_error *err)
{
  if (engine->run->workflow->file)
    return broker_note (engine->run, kind, record, err);
  json_object_put (record);
  return 0;
}

static void
note_step (struct engine *engine, struct turn *turn, const char *status)
{
  json_object *record
      = report_event ("step", turn->task.step->name, "status", status, NULL);
  struct kbsh_error err = KBSH_ERROR_INIT;
  if (record && note (engine, "step", record, &err) < 0 && !engine->failed)
    {
      engine->failed = 1;
      engine->stop = 1;
      engine->error = err;
    }
}

static void
skip (struct engine *engine, struct turn *turn, enum turn_state state,
      const char *reason)
{
  turn->state = state;
  if (!turn->chosen)
    return;
  send (engine, "step-skipped",
        report_event ("step", turn->task.step->name, "reason", reason, NULL));
}

/* The first failure is what the run fails of. */
static void
remember (struct engine *engine, struct turn *turn,
          const struct kbsh_error *error)
{
  if (turn->task.step->on_failure == ON_FAILURE_GO_ON)
    return;
  if (!engine->failed)
    {
      engine->failed = 1;
      engine->error = *error;
      engine->culprit = turn->task.step;
    }
  engine->stop = 1;
}

static const char *
status_of (const struct engine *engine, const struct turn *turn)
{
  const struct task *task = &turn->task;
  if (task->failed)
    return task->step->on_failure == ON_FAILURE_GO_ON ? "ignored" : "failed";
  return task->changes || !task->may_change || engine->run->dry_run
             ? "ok"
             : "unchanged";
}

static void
send_finished (struct engine *engine, struct turn *turn)
{
  struct task *task = &turn->task;
  const char *plugin = report_plugin (engine->run, task->step->service);
  json_object *event = report_event ("step", task->step->name, "status",
                                     status_of (engine, turn), NULL);
  report_seconds (event, "seconds", turn->ended - turn->started);
  report_int (event, "changes", turn->changes);
  report_int (event, "memoryKiB", task->memory_kib);
  if (event && task->failed)
    json_object_object_add (
        event, "error", report_error (&task->error, task->step->name, plugin));
  send (engine, "step-finished", event);
  note_step (engine, turn, status_of (engine, turn));
}

static int
keep_facts (struct engine *engine, struct turn *turn)
{
  struct task *task = &turn->task;
  json_object *facts = task->result ? json_object_get (task->result)
                                    : json_object_new_object ();
  if (facts
      && json_object_object_add (engine->run->facts, task->step->name, facts)
             == 0)
    return 0;
  json_object_put (facts);
  return kbsh_error_memory (&task->error);
}

/* A step's task is over, or could not be started. */
static void
judge (struct engine *engine, struct turn *turn)
{
  struct task *task = &turn->task;
  engine->running--;
  turn->changes += task->changes;
  if (task->failed && turn->attempt <= task->step->retry
      && !engine->interrupted)
    {
      kbsh_autojson json_object *again
          = report_event ("step", task->step->name, "level", "warning", "text",
                          task->error.what, NULL);
      send (engine, "step-log", json_object_get (again));
      task_clear (task);
      begin (engine, turn);
      return;
    }
  if (!task->failed && keep_facts (engine, turn) < 0)
    task->failed = 1;
  turn->ended = loop_now_ms ();
  turn->state = task->failed ? TURN_FAILED : TURN_DONE;
  send_finished (engine, turn);
  if (task->failed)
    remember (engine, turn, &task->error);
}

static void
on_done (struct task *task, void *data)
{
  struct turn *turn = data;
  (void)task;
  judge (turn->engine, turn);
}

static void
begin (struct engine *engine, struct turn *turn)
{
  struct task *task = &turn->task;
  json_object *event = report_event (
      "step", task->step->name, "service", task->step->run, "plugin",
      report_plugin (engine->run, task->step->service), NULL);
  turn->attempt++;
  report_int (event, "attempt", turn->attempt);
  send (engine, "step-started", event);
  if (turn->attempt == 1)
    turn->started = loop_now_ms ();
  turn->state = TURN_RUNNING;
  engine->running++;
  if (task_start (task, &task->error) == 0)
    return;
  task->failed = 1;
  /* It will not get better by trying again. */
  turn->attempt = task->step->retry + 1;
  judge (engine, turn);
}

/* Does what ran before say that this one is left out? */
static int
left_out (struct engine *engine, const struct step *step,
          const struct inputs *inputs)
{
  const char *where = engine->run->workflow->skip;
  kbsh_autojson json_object *list = where ? inputs_get (inputs, where) : NULL;
  size_t count = json_object_is_type (list, json_type_array)
                     ? json_object_array_length (list)
                     : 0;
  for (size_t i = 0; i < count; i++)
    {
      json_object *word = json_object_array_get_idx (list, i);
      if (json_object_is_type (word, json_type_string)
          && step_matches (step, json_object_get_string (word)))
        return 1;
    }
  return 0;
}

/* All that it needs is over: it runs, or there is a reason why not. */
static void
take_turn (struct engine *engine, struct turn *turn)
{
  struct step *step = turn->task.step;
  struct inputs inputs = { engine->run->parameters, engine->run->facts };
  int wanted = 1;
  if (!turn->chosen || turn->skipped || left_out (engine, step, &inputs))
    {
      skip (engine, turn, TURN_PASSED, "asked");
      return;
    }
  if (step->when)
    wanted = inputs_when (&inputs, step->when, &turn->task.error);
  if (wanted > 0)
    begin (engine, turn);
  else
    skip (engine, turn, TURN_PASSED, "condition");
}

/* Is a step's turn now: 1 yes, 0 not yet, -1 never, something failed. */
static int
ready (struct engine *engine, size_t index)
{
  int answer = 1;
  for (size_t i = 0; i < engine->count; i++)
    {
      if (!plan_needs (engine, index, i))
        continue;
      switch (engine->turns[i].state)
        {
        case TURN_FAILED:
        case TURN_BLOCKED:
          return -1;
        case TURN_WAITING:
        case TURN_RUNNING:
          answer = 0;
          break;
        case TURN_DONE:
        case TURN_PASSED:
          break;
        }
    }
  return answer;
}

/* Start what is ready, in the order of the file. A step that passes at once may
 * make others ready. */
static void
start_ready (struct engine *engine)
{
  for (size_t i = 0; !engine->stop && i < engine->count; i++)
    {
      struct turn *turn = &engine->turns[i];
      int now = turn->state == TURN_WAITING ? ready (engine, i) : 0;
      if (now == 0)
        continue;
      if (now > 0 && engine->running >= engine->run->processors && turn->chosen
          && !turn->skipped)
        continue;
      if (now < 0)
        skip (engine, turn, TURN_BLOCKED, "needs");
      else
        take_turn (engine, turn);
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
  int64_t now = loop_now_ms ();
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
      skip (engine, &engine->turns[i], TURN_BLOCKED,
            ready (engine, i) < 0 ? "needs" : "stopped");
}

static int
drive (struct engine *engine, const volatile int *interrupted,
       struct kbsh_error *err)
{
  for (;;)
    {
      int asked = interrupted ? *interrupted : 0;
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
  report_seconds (event, "seconds", loop_now_ms () - started);
  report_int (event, "changes", engine->run->changes);
  if (event)
    json_object_object_add (event, "criticalPath", plan_critical (engine));
  if (event && engine->failed)
    json_object_object_add (event, "error", run_error (engine));
  send (engine, "run-finished", event);
  record = report_event ("workflow", engine->run->workflow->name, "status",
                         status, NULL);
  if (record)
    note (engine, "run", record, NULL);
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
  send (engine, "run-started", event);
  record = report_event ("workflow", run->workflow->name, "status", "started",
                         NULL);
  return record ? note (engine, "run", record, err)
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
engine_run (struct run *run, const volatile int *interrupted,
            struct kbsh_error *err)
{
  struct engine engine KBSH_CLEANUP (cleanup_engine) = { .run = run };
  int64_t started = loop_now_ms ();
  if (plan_make (&engine, on_done, err) < 0)
    return -1;
  if (start_run (&engine, &engine.error) < 0
      || drive (&engine, interrupted, &engine.error) < 0)
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
