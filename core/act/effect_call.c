/* SPDX-License-Identifier: Apache-2.0
 *
 * Effect: call other services, side by side, each in a worker of its own that
 * gets to see the arguments and nothing else.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/plugin.h>
#include <kbsh/text.h>

#include "act/effect.h"
#include "act/touches.h"
#include "flow/inputs.h"

#define CALL_DEPTH 4   /* calls within calls */
#define CALL_MOST 1024 /* in one message */
#define CALL_SIDE 16   /* workers at the same time */

struct calls;

struct call
{
  struct calls *calls;
  json_object *given; /* role, service, op, args; borrowed */
  struct job *job;
  int64_t started;
};

struct calls
{
  struct order *order;
  json_object *results;
  struct kbsh_error first; /* the first failure */
  int failures;
  size_t count, next, running;
  struct call all[];
};

static int
depth (const struct job *job)
{
  int count = 0;
  for (; job; job = job->parent)
    count++;
  return count - 1;
}

static int
keep_secrets (struct job *job, json_object *accepts, struct kbsh_error *err)
{
  for (size_t i = 0; i < json_object_array_length (accepts); i++)
    {
      json_object *one = json_object_array_get_idx (accepts, i), *value = NULL;
      json_object_object_get_ex (job->parameters,
                                 kbsh_json_string (one, "/name", ""), &value);
      if (kbsh_json_bool (one, "/secret", 0)
          && json_object_is_type (value, json_type_string)
          && events_secret (job->run->events, json_object_get_string (value),
                            err))
        return -1;
    }
  return 0;
}

/* Its arguments, which must be what it accepts. */
static int
fill_parameters (struct job *job, json_object *given, struct kbsh_error *err)
{
  kbsh_autojson json_object *accepts = accepts_parse (job->service, err);
  if (accepts)
    job->parameters = accepts_arguments (job->service, accepts, given, err);
  return job->parameters ? keep_secrets (job, accepts, err) : -1;
}

/* What the called service may touch, filled from the arguments. */
static int
fill_touches (struct job *job, struct kbsh_error *err)
{
  const char *text = job->service->touches;
  struct inputs inputs = { .parameters = job->parameters };
  kbsh_autojson json_object *tree = NULL;
  if (!text)
    return 0;
  tree = kbsh_json_parse (text, strlen (text), err);
  if (!tree)
    return -1;
  job->touches = inputs_fill (&inputs, tree, err);
  return job->touches ? 0 : -1;
}

static void call_done (struct job *job, void *data);

static struct job *
make_job (struct call *call, struct kbsh_error *err)
{
  struct order *order = call->calls->order;
  const char *role = kbsh_json_string (call->given, "/role", "");
  const char *name = kbsh_json_string (call->given, "/service", "");
  const char *op = kbsh_json_string (call->given, "/op", "");
  const struct kbsh_service *service;
  struct job *job;
  if (depth (order->job) >= CALL_DEPTH)
    {
      kbsh_error_set (err, "%s can't be called", name);
      kbsh_error_why (err, "more than %d calls within calls", CALL_DEPTH);
      return NULL;
    }
  if (touches_call (order->job, role, err))
    return NULL;
  service = registry_service (order->broker->run->registry, name, role, err);
  if (!service)
    return NULL;
  job = job_new (order->broker->run, order->job, service, op, order->job->step,
                 err);
  if (!job)
    return NULL;
  job->op = op;
  job->deadline_ms = order->job->deadline_ms;
  job->done = call_done;
  job->data = call;
  if (!fill_parameters (job, kbsh_json_at (call->given, "/args"), err)
      && !fill_touches (job, err))
    return job;
  job_free (job);
  return NULL;
}

static void
tell_call (struct call *call, const char *kind, const struct kbsh_error *err)
{
  struct order *order = call->calls->order;
  json_object *event = json_object_new_object ();
  if (!event)
    return;
  if (order->job)
    json_object_object_add (event, "step",
                            json_object_new_string (order->job->step));
  json_object_object_add (
      event, "service",
      json_object_get (kbsh_json_at (call->given, "/service")));
  json_object_object_add (event, "op",
                          json_object_get (kbsh_json_at (call->given, "/op")));
  if (!strcmp (kind, "call-finished"))
    json_object_object_add (
        event, "seconds",
        json_object_new_double ((double)(kbsh_now_ms () - call->started)
                                / 1000));
  if (err)
    json_object_object_add (event, "error", error_tree (err));
  events_send (order->broker->run->events, kind, event);
}

/* ---------------------------------------------------------------- */

/* Put one result in its place. */
static void
settle (struct call *call, json_object *result, json_object *findings,
        const struct kbsh_error *err)
{
  struct calls *calls = call->calls;
  json_object *tree = json_object_new_object ();
  if (tree && err)
    json_object_object_add (tree, "error", error_tree (err));
  else if (tree)
    json_object_object_add (tree, "result", json_object_get (result));
  if (tree && findings)
    json_object_object_add (tree, "findings", json_object_get (findings));
  json_object_array_put_idx (calls->results, (size_t)(call - calls->all), tree);
  if (err && !calls->failures++)
    {
      calls->first = *err;
      kbsh_error_wrap (&calls->first, "%s",
                       kbsh_json_string (call->given, "/service", "?"));
    }
}

static void
finish (struct calls *calls)
{
  struct order *order = calls->order;
  json_object *reply = json_object_new_object ();
  struct kbsh_error first = calls->first;
  int bad = calls->failures && !order_has (order, KBSH_PARTIAL);
  if (reply)
    json_object_object_add (reply, "results", calls->results);
  else
    json_object_put (calls->results);
  free (calls);
  if (bad)
    order_fail_with (order, &first, reply, NULL, 0);
  else
    order_reply (order, reply, NULL, 0);
}

/* Start as many as may run; the end of one starts the next. */
static void
go_on (struct calls *calls)
{
  while (calls->next < calls->count && calls->running < CALL_SIDE)
    {
      struct call *call = &calls->all[calls->next++];
      struct kbsh_error err = KBSH_ERROR_INIT;
      call->started = kbsh_now_ms ();
      if (!calls->order->job)
        {
          kbsh_error_set (&err, "the worker that called is gone");
          settle (call, NULL, NULL, &err);
          continue;
        }
      call->job = make_job (call, &err);
      if (!call->job || job_start (call->job, &err))
        {
          job_free (call->job);
          call->job = NULL;
          settle (call, NULL, NULL, &err);
          continue;
        }
      calls->running++;
      tell_call (call, "call-started", NULL);
    }
  if (!calls->running && calls->next == calls->count)
    finish (calls);
}

static void
call_done (struct job *job, void *data)
{
  struct call *call = data;
  struct calls *calls = call->calls;
  const struct kbsh_error *err = job->failed ? &job->error : NULL;
  tell_call (call, "call-finished", err);
  settle (call, job->result, job->findings, err);
  job_free (job);
  call->job = NULL;
  calls->running--;
  go_on (calls);
}

/* The workers of the calls are ended by job.c; what waits does not start. */
static void
call_cancel (struct order *order)
{
  order->cancel = NULL;
}

static int
well_formed (json_object *list)
{
  size_t count = json_object_is_type (list, json_type_array)
                     ? json_object_array_length (list)
                     : 0;
  for (size_t i = 0; i < count; i++)
    {
      json_object *one = json_object_array_get_idx (list, i);
      if (!kbsh_json_string (one, "/role", NULL)
          || !kbsh_json_string (one, "/service", NULL)
          || !kbsh_json_string (one, "/op", NULL)
          || !json_object_is_type (kbsh_json_at (one, "/args"),
                                   json_type_object))
        return 0;
    }
  return count > 0 && count <= CALL_MOST;
}

void
effect_call (struct order *order)
{
  json_object *list = kbsh_json_at (order->message.json, "/calls");
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct calls *calls;
  size_t count;
  if (!well_formed (list))
    {
      order_broken (order, "a call has no role, service, op or args");
      return;
    }
  count = json_object_array_length (list);
  calls = calloc (1, sizeof *calls + count * sizeof calls->all[0]);
  if (calls)
    calls->results = json_object_new_array ();
  if (!calls || !calls->results)
    {
      free (calls);
      kbsh_error_memory (&err);
      order_fail (order, &err);
      return;
    }
  calls->order = order;
  calls->count = count;
  order->cancel = call_cancel;
  for (size_t i = 0; i < count; i++)
    calls->all[i]
        = (struct call){ .calls = calls,
                         .given = json_object_array_get_idx (list, i) };
  go_on (calls);
}
