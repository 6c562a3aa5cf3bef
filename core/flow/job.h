/* SPDX-License-Identifier: Apache-2.0
 *
 * A job is one function of one service in a worker process of its own: a
 * step, one of the checks of a step, or a call that another job made.
 */
#ifndef CORE_FLOW_JOB_H
#define CORE_FLOW_JOB_H

#include <json-c/json.h>
#include <sys/types.h>

#include "flow/run.h"
#include "load/registry.h"

#define JOB_DEADLINE_MS (5 * 60 * 1000)

struct job;
typedef void job_done (struct job *job, void *data);

struct job
{
  struct run *run;
  struct job *parent; /* the caller, or NULL */
  const struct kbsh_service *service;
  const char *op;
  kbsh_function *function;
  char *step;              /* the step on whose behalf it runs */
  json_object *parameters; /* what get("name") reads */
  json_object *facts;      /* what get("step:/...") reads; NULL for calls */
  json_object *touches;    /* filled: what the broker lets it do; or NULL */
  int64_t deadline_ms;     /* how long it may take */
  job_done *done;
  void *data;
  /* outcome */
  json_object *result;
  json_object *findings; /* list, role check */
  struct kbsh_error error;
  int failed;
  int answered; /* set by the broker: the worker's outcome came */
  int changes;  /* counted by the broker: effects that changed
                   something, those of its calls too */
  int busy;     /* counted by the broker: effects under way that
                   should not be cut off (programs, units,
                   requests that change something) */
  /* the worker's side */
  pid_t pid;
  int fd;                      /* the socket to it, -1: none */
  long memory_kib;             /* its peak, once it ended */
  int children;                /* calls under way, counted by job.c */
  struct job_process *process; /* job.c's own */
  struct job *next;            /* of run->jobs */
};

/* Has no parameters, facts or touches yet: the caller sets them, and the
 * deadline (0: JOB_DEADLINE_MS), before the start. */
struct job *job_new (struct run *run, struct job *parent,
                     const struct kbsh_service *service, const char *op,
                     const char *step, struct kbsh_error *err);
/* Fork the worker. `done` is called from the loop once the worker has ended
 * and everything it had under way is over. */
int job_start (struct job *job, struct kbsh_error *err);
/* End its worker (and the calls it waits for) now, with this cause. `done`
 * is called later, as ever. */
void job_end (struct job *job, const struct kbsh_error *cause);
void job_free (struct job *job);

/* In the worker, act/host.c: the host table, talking to the broker through
 * job->fd. Runs the function and sends the outcome; returns the exit status. */
int host_serve (struct job *job);

#endif
