/* SPDX-License-Identifier: Apache-2.0
 *
 * Which steps run: those that were chosen, those that always do, and those
 * whose facts any of these read.
 */
#include "config.h"

#include "flow/plan.h"

#include <stdlib.h>

#include <kbsh/cleanup.h>
#include <kbsh/error.h>

struct reading
{
  struct engine *engine;
  size_t *todo, count; /* chosen, and what it reads not looked at yet */
};

static int
choose_read (void *data, size_t step)
{
  struct reading *reading = data;
  struct turn *turn = &reading->engine->turns[step];
  if (!turn->chosen)
    reading->todo[reading->count++] = step;
  turn->chosen = 1;
  return 0;
}

/* What is read has to be made. */
static int
close_over_reads (struct engine *engine, struct kbsh_error *err)
{
  kbsh_autofree size_t *todo = calloc (engine->count + 1, sizeof *todo);
  struct reading reading = { engine, todo, 0 };
  if (!todo)
    return kbsh_error_memory (err);
  for (size_t i = 0; i < engine->count; i++)
    if (engine->turns[i].chosen)
      todo[reading.count++] = i;
  while (reading.count)
    if (step_each_read (engine->run->workflow, todo[--reading.count],
                        choose_read, &reading)
        < 0)
      return kbsh_error_memory (err);
  return 0;
}

static int
choose (struct engine *engine, struct kbsh_error *err)
{
  const struct run *run = engine->run;
  for (size_t i = 0; i < engine->count; i++)
    {
      struct turn *turn = &engine->turns[i];
      const struct step *step = turn->task.step;
      turn->chosen
          = !run->only || step->always || step_matches_any (step, run->only);
    }
  if (close_over_reads (engine, err) < 0)
    return -1;
  for (size_t i = 0; i < engine->count; i++)
    engine->turns[i].skipped
        = step_matches_any (engine->turns[i].task.step, run->skip);
  return 0;
}

static int
link_turns (struct engine *engine, struct kbsh_error *err)
{
  struct needs needs KBSH_CLEANUP (needs_free) = { 0 };
  if (needs_make (engine->run->workflow, &needs, err) < 0
      || needs_turn (&needs, &engine->behind, err) < 0)
    return -1;
  for (size_t i = 0; i < engine->count; i++)
    {
      engine->turns[i].open = needs.first[i + 1] - needs.first[i];
      engine->turns[i].last = engine->count;
    }
  return 0;
}

int
plan_make (struct engine *engine, task_done *done, struct kbsh_error *err)
{
  struct workflow *workflow = engine->run->workflow;
  size_t count = workflow->step_count;
  engine->turns = calloc (count + 1, sizeof *engine->turns);
  if (!engine->turns)
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
    }
  return link_turns (engine, err) < 0 ? -1 : choose (engine, err);
}

void
plan_free (struct engine *engine)
{
  free (engine->turns);
  needs_free (&engine->behind);
}

static int
ran (const struct turn *turn)
{
  return turn->state == TURN_DONE || turn->state == TURN_FAILED;
}

/* Did one end later than the other? (More than one may end in a
 * millisecond.) */
static int
later (const struct engine *engine, size_t one, size_t other)
{
  const struct turn *turns = engine->turns;
  if (one == engine->count || other == engine->count)
    return one < other;
  return turns[one].place > turns[other].place;
}

void
plan_over (struct engine *engine, const struct turn *turn)
{
  const struct needs *behind = &engine->behind;
  size_t index = (size_t)(turn - engine->turns);
  size_t last = ran (turn) ? index : turn->last;
  int bad = turn->state == TURN_FAILED || turn->state == TURN_BLOCKED;
  for (size_t i = behind->first[index]; i < behind->first[index + 1]; i++)
    {
      struct turn *next = &engine->turns[behind->of[i]];
      next->open--;
      next->never |= bad;
      if (later (engine, last, next->last))
        next->last = last;
    }
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

json_object *
plan_critical (const struct engine *engine)
{
  json_object *path = json_object_new_array (), *names;
  size_t last = engine->count, length;
  for (size_t i = 0; i < engine->count; i++)
    if (ran (&engine->turns[i]) && later (engine, i, last))
      last = i;
  for (; path && last < engine->count; last = engine->turns[last].last)
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
