/* SPDX-License-Identifier: Apache-2.0
 *
 * The turn of a step: from its begin to what is made of its end.
 */
#include "config.h"

#include "flow/turn.h"

#include <kbsh/cleanup.h>
#include <kbsh/text.h>

#include "act/broker.h"
#include "flow/inputs.h"
#include "flow/report.h"
#include "flow/task.h"

static void begin (struct engine *engine, struct turn *turn);

void
turn_tell (struct engine *engine, const char *kind, json_object *event)
{
  if (event)
    events_send (engine->run->events, kind, event);
}

/* A command is no run that another one would go on with: its effects alone are
 * in the journal. */
int
turn_note (struct engine *engine, const char *kind, json_object *record,
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
  if (record && turn_note (engine, "step", record, &err) < 0 && !engine->failed)
    {
      engine->failed = 1;
      engine->stop = 1;
      engine->error = err;
    }
}

void
turn_skip (struct engine *engine, struct turn *turn, enum turn_state state,
           const char *reason)
{
  turn->state = state;
  plan_over (engine, turn);
  if (!turn->chosen)
    return;
  turn_tell (
      engine, "step-skipped",
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
  turn_tell (engine, "step-finished", event);
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
      turn_tell (engine, "step-log", json_object_get (again));
      task_clear (task);
      begin (engine, turn);
      return;
    }
  if (!task->failed && keep_facts (engine, turn) < 0)
    task->failed = 1;
  turn->ended = kbsh_now_ms ();
  turn->place = ++engine->over;
  turn->state = task->failed ? TURN_FAILED : TURN_DONE;
  plan_over (engine, turn);
  send_finished (engine, turn);
  if (task->failed)
    remember (engine, turn, &task->error);
}

void
turn_done (struct task *task, void *data)
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
  turn_tell (engine, "step-started", event);
  if (turn->attempt == 1)
    turn->started = kbsh_now_ms ();
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

void
turn_take (struct engine *engine, struct turn *turn)
{
  struct step *step = turn->task.step;
  struct inputs inputs = { engine->run->parameters, engine->run->facts };
  int wanted = 1;
  if (!turn->chosen || turn->skipped || left_out (engine, step, &inputs))
    {
      turn_skip (engine, turn, TURN_PASSED, "asked");
      return;
    }
  if (step->when)
    wanted = inputs_when (&inputs, step->when, &turn->task.error);
  if (wanted > 0)
    begin (engine, turn);
  else
    turn_skip (engine, turn, TURN_PASSED, "condition");
}
