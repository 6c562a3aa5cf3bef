/* SPDX-License-Identifier: Apache-2.0
 *
 * The plan of a run: which steps, which waits for which, and how far each is.
 */
#ifndef CORE_FLOW_PLAN_H
#define CORE_FLOW_PLAN_H

#include "flow/needs.h"
#include "flow/run.h"
#include "flow/task.h"

enum turn_state
{
  TURN_WAITING,
  TURN_RUNNING,
  TURN_DONE,
  TURN_PASSED, /* did not run; what needs it may */
  TURN_FAILED,
  TURN_BLOCKED /* did not run; what needs it may not */
};

struct engine;

/* A step's turn in a run. */
struct turn
{
  struct engine *engine;
  struct task task;
  enum turn_state state;
  int chosen, skipped;
  int attempt;
  int changes; /* of all attempts */
  int64_t started, ended;
  size_t place; /* how many had ended by then */
  size_t open; /* how many that it needs are not over */
  int never;   /* one of them ended badly */
  size_t last; /* of those that ran before it the one that ended last, looking
                  through those that did not run; count: none */
};

struct engine
{
  struct run *run;
  struct turn *turns;  /* one a step, in the order of the file */
  struct needs behind; /* who waits for each */
  size_t count, over; /* and how many have run */
  int running;
  int stop;            /* nothing new starts */
  int64_t interrupted; /* when, 0: not */
  int failed;
  struct kbsh_error error;
  struct step *culprit; /* whose error it is, or NULL */
};

int plan_make (struct engine *engine, task_done *done, struct kbsh_error *err);
void plan_free (struct engine *engine);
/* A turn has got the state that it keeps: those that wait for it are told. */
void plan_over (struct engine *engine, const struct turn *turn);
/* The names of the steps that are to run. */
json_object *plan_names (const struct engine *engine);
/* The chain of steps that the end of the run waited for. */
json_object *plan_critical (const struct engine *engine);

#endif
