/* SPDX-License-Identifier: Apache-2.0
 *
 * What one step does, whether that is one job or a set of checks: it is
 * started with its parameters, and says when it is over.
 */
#ifndef CORE_FLOW_TASK_H
#define CORE_FLOW_TASK_H

#include "flow/job.h"

struct task;
typedef void task_done (struct task *task, void *data);

struct task
{
  struct run *run;
  struct step *step;
  task_done *done;
  void *data;
  /* outcome */
  int failed;
  struct kbsh_error error;
  json_object *result;
  int changes;
  long memory_kib;
  int may_change; /* it declares what it touches */
};

/* Start the step's job, or its checks. `done` is called later, from the loop;
 * not when this fails. */
int task_start (struct task *task, struct kbsh_error *err);
void task_clear (struct task *task);

/* A job for one service of a step, ready to start. */
struct job *task_job (struct run *run, struct step *step,
                      const struct kbsh_service *service, const char *op,
                      json_object *with, struct kbsh_error *err);
/* The step's `with`, filled. */
json_object *task_with (struct run *run, struct step *step,
                        struct kbsh_error *err);

/* checks.c */
int checks_start (struct task *task, struct kbsh_error *err);
/* undo.c */
int undo_task_start (struct task *task, struct kbsh_error *err);

#endif
