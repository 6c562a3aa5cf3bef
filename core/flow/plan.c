/* SPDX-License-Identifier: Apache-2.0
 *
 * Which steps run: those that were chosen, those that always do, and those
 * whose facts any of these read.
 */
#include "config.h"

#include "flow/plan.h"

#include <stdlib.h>

#include <kbsh/error.h>

/* What is read has to be made: added until nothing is missing. */
static void
close_over_references (struct engine *engine)
{
  int again = 1;
  while (again)
    {
      again = 0;
      for (size_t i = 0; i < engine->count; i++)
        for (size_t j = 0; engine->turns[i].chosen && j < engine->count; j++)
          if (!engine->turns[j].chosen
              && step_refers (engine->turns[i].task.step,
                              engine->turns[j].task.step))
            again = engine->turns[j].chosen = 1;
    }
}

static void
choose (struct engine *engine)
{
  const struct run *run = engine->run;
  for (size_t i = 0; i < engine->count; i++)
    {
      struct turn *turn = &engine->turns[i];
      const struct step *step = turn->task.step;
      turn->chosen
          = !run->only || step->always || step_matches_any (step, run->only);
    }
  close_over_references (engine);
  for (size_t i = 0; i < engine->count; i++)
    engine->turns[i].skipped
        = step_matches_any (engine->turns[i].task.step, run->skip);
}

int
plan_make (struct engine *engine, task_done *done, struct kbsh_error *err)
{
  struct workflow *workflow = engine->run->workflow;
  size_t count = workflow->step_count;
  engine->turns = calloc (count + 1, sizeof *engine->turns);
  engine->needs = calloc (count * count + 1, 1);
  if (!engine->turns || !engine->needs)
    return kbsh_error_memory (err);
  engine->count = count;
  for (size_t i = 0; i < count; i++)
    {
      struct turn *turn = &engine->turns[i];
      turn->engine = engine;
      turn->task.run = engine->run;
      turn->task.step = &workflow->steps[i];
      turn->task.done = done;
      turn->task.data = turn;
      for (size_t j = 0; j < count; j++)
        engine->needs[i * count + j] = (unsigned char)step_needs (
            &workflow->steps[i], &workflow->steps[j]);
    }
  choose (engine);
  return 0;
}

void
plan_free (struct engine *engine)
{
  free (engine->turns);
  free (engine->needs);
}

int
plan_needs (const struct engine *engine, size_t step, size_t other)
{
  return engine->needs[step * engine->count + other];
}

json_object *
plan_names (const struct engine *engine)
{
  json_object *names = json_object_new_array ();
  for (size_t i = 0; names && i < engine->count; i++)
    if (engine->turns[i].chosen && !engine->turns[i].skipped)
      json_object_array_add (
          names, json_object_new_string (engine->turns[i].task.step->name));
  return names;
}

static int
ran (const struct turn *turn)
{
  return turn->state == TURN_DONE || turn->state == TURN_FAILED;
}

/* What has to be over before a step and ended last, looking through those that
 * did not run. */
static size_t
last_before (const struct engine *engine, size_t step)
{
  size_t last = engine->count;
  for (size_t i = 0; i < engine->count; i++)
    {
      size_t other = i;
      if (!plan_needs (engine, step, i))
        continue;
      if (!ran (&engine->turns[i]))
        other = last_before (engine, i);
      if (other < engine->count
          && (last == engine->count
              || engine->turns[other].ended > engine->turns[last].ended))
        last = other;
    }
  return last;
}

json_object *
plan_critical (const struct engine *engine)
{
  json_object *path = json_object_new_array (), *names;
  size_t last = engine->count, length;
  for (size_t i = 0; i < engine->count; i++)
    if (ran (&engine->turns[i])
        && (last == engine->count
            || engine->turns[i].ended > engine->turns[last].ended))
      last = i;
  for (; path && last < engine->count; last = last_before (engine, last))
    json_object_array_add (
        path, json_object_new_string (engine->turns[last].task.step->name));
  /* Found from its end. */
  names = json_object_new_array ();
  length = path ? json_object_array_length (path) : 0;
  while (names && length--)
    json_object_array_add (
        names, json_object_get (json_object_array_get_idx (path, length)));
  json_object_put (path);
  return names;
}
