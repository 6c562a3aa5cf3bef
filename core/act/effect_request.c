/* SPDX-License-Identifier: Apache-2.0
 *
 * Effect: an HTTP request, once or until it is answered as expected. What a
 * dry run makes of it stands in plan_request.c.
 */
#include "config.h"

#include "act/request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/plugin.h>
#include <kbsh/text.h>

#include "act/touches.h"

#define POLL_MS 100   /* between two tries, at least */
#define PAUSE_MS 1000 /* and at most */
#define TRY_MS 5000   /* the most that one try takes when it is repeated */

static void try_over (const struct http_response *response, void *data);

static int
allowed (struct request *request, struct kbsh_error *err)
{
  struct order *order = request->order;
  const char *path = request->http.unix_socket;
  char socket[256];
  if (path)
    snprintf (socket, sizeof socket, "unix:%s", path);
  return touches_host (order->job, request->http.url, path ? socket : NULL,
                       request->looks, err);
}

/* ---------------------------------------------------------------- */

static void
request_free (struct request *request)
{
  char *secrets[] = { request->ca, request->certificate, request->key };
  loop_timer_cancel (request->order->broker->run->loop, request->timer);
  request->order->cancel = NULL;
  request->order->state = NULL;
  for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++)
    kbsh_cleanup_wipe (&secrets[i]);
  json_object_put (request->sent);
  free (request);
}

void
request_fail (struct request *request, const struct kbsh_error *err)
{
  struct order *order = request->order;
  request_free (request);
  order_fail (order, err);
}

static void
request_cancel (struct order *order)
{
  struct request *request = order->state;
  struct kbsh_error err;
  kbsh_error_set (&err, "%s was broken off", request->target);
  kbsh_error_why (&err, "the worker that asked for it is gone");
  if (request->call)
    http_cancel (request->call);
  request_fail (request, &err);
}

/* Both ends of an order with an answer; `err` NULL: it is as it should be. */
static void
end_with (struct request *request, const struct http_response *response,
          const struct kbsh_error *err)
{
  struct order *order = request->order;
  KBSH_CLEANUP (kbsh_buffer_free) struct kbsh_buffer all = { .data = NULL };
  json_object *reply = json_object_new_object ();
  struct kbsh_error memory;
  const struct kbsh_buffer *headers = &response->headers;
  const struct kbsh_buffer *body = &response->body;
  if (headers->length)
    kbsh_buffer_add (&all, headers->data, headers->length);
  if (reply)
    {
      json_object_object_add (reply, "status",
                              json_object_new_int (response->status));
      json_object_object_add (reply, "reason",
                              json_object_new_string (response->reason));
      json_object_object_add (reply, "untrusted",
                              json_object_new_boolean (response->untrusted));
      json_object_object_add (reply, "headers",
                              json_object_new_int64 ((int64_t)all.length));
    }
  if (body->length)
    kbsh_buffer_add (&all, body->data, body->length);
  request_free (request);
  if (reply && !all.failed)
    {
      if (err)
        order_fail_with (order, err, reply, all.data, all.length);
      else
        order_reply (order, reply, all.data, all.length);
      return;
    }
  json_object_put (reply);
  kbsh_error_memory (&memory);
  order_fail (order, &memory);
}

void
request_answer (struct request *request, const struct http_response *response)
{
  end_with (request, response, NULL);
}

int
request_lost (struct request *request, const struct http_response *response)
{
  struct kbsh_error err;
  request->call = NULL;
  if (!response->lost)
    return 0;
  kbsh_error_set (&err, "%s has no answer", request->target);
  kbsh_error_why (&err, "%s", response->lost->why);
  kbsh_error_remedy (&err, "%s", response->lost->remedy);
  request_fail (request, &err);
  return 1;
}

/* ---------------------------------------------------------------- */
/* Doing it                                                          */

int
request_start (struct request *request, const struct http_request *http,
               http_done *done, struct kbsh_error *err)
{
  struct broker *broker = request->order->broker;
  if (!broker->http && http_new (broker->run->loop, &broker->http, err))
    return -1;
  return http_start (broker->http, http, done, request, &request->call, err);
}

static void
progress (struct request *request, int waiting)
{
  json_object *event;
  struct order *order = request->order;
  char text[300];
  if (!request->subject || request->waiting == waiting || !order->job)
    return;
  request->waiting = waiting;
  event = json_object_new_object ();
  if (!event)
    return;
  snprintf (text, sizeof text, "waiting for %s", request->subject);
  json_object_object_add (event, "step",
                          json_object_new_string (order->job->step));
  json_object_object_add (event, "text",
                          waiting ? json_object_new_string (text) : NULL);
  events_send (order->broker->run->events, "step-progress", event);
}

static void
try_now (void *data)
{
  struct request *request = data;
  struct http_request http = request->http;
  struct kbsh_error err;
  int64_t left = request->deadline - kbsh_now_ms ();
  request->timer = 0;
  if (request->repeat)
    http.timeout_ms = left < TRY_MS ? left : TRY_MS;
  if (http.timeout_ms < 1)
    http.timeout_ms = 1;
  request->asked = kbsh_now_ms ();
  if (request_start (request, &http, try_over, &err))
    request_fail (request, &err);
}

static int
as_expected (const struct request *request, int status)
{
  return request->expect ? status == request->expect
                         : status >= 200 && status < 300;
}

/* The first line of a body, for an error. */
static void
first_line (const struct kbsh_buffer *body, char *out, size_t room)
{
  size_t length = body->data ? strcspn (body->data, "\r\n") : 0;
  length = length < room ? length : room - 1;
  if (length)
    memcpy (out, body->data, length);
  out[length] = '\0';
}

static void
too_late (struct request *request, const struct http_response *response)
{
  struct kbsh_error err;
  char limit[40], said[400] = "";
  kbsh_duration_text (request->http.timeout_ms, limit);
  kbsh_error_set (&err, "%s did not answer as expected within %s",
                  request->subject ? request->subject : request->target, limit);
  if (!order_has (request->order, KBSH_SECRET))
    first_line (&response->body, said, sizeof said);
  if (response->status)
    kbsh_error_why (&err, "the last answer was %d%s%s", response->status,
                    *said ? ": " : "", said);
  else
    kbsh_error_why (&err, "%s", response->reason);
  progress (request, 0);
  end_with (request, response, &err);
}

/* Whoever takes long to answer has much to do, and is not asked as often: many
 * may wait for the same. */
int64_t
request_pause (int64_t took_ms)
{
  int64_t pause = 4 * took_ms;
  return pause < POLL_MS ? POLL_MS : pause > PAUSE_MS ? PAUSE_MS : pause;
}

/* Until the next try, which is no later than shortly before the deadline. */
static int64_t
pause_of (const struct request *request)
{
  int64_t now = kbsh_now_ms (), left = request->deadline - now - POLL_MS;
  int64_t pause = request_pause (now - request->asked);
  return pause < left ? pause : left;
}

static void
try_over (const struct http_response *response, void *data)
{
  struct request *request = data;
  struct order *order = request->order;
  int done = !request->repeat || as_expected (request, response->status);
  int changed = !request->looks && http_did (response);
  struct kbsh_error err;
  if (request_lost (request, response))
    return;
  /* A try that is cut short would say less than this one did. */
  if (!done && kbsh_now_ms () + 2 * POLL_MS < request->deadline)
    {
      progress (request, 1);
      request->timer = loop_timer (order->broker->run->loop, pause_of (request),
                                   try_now, request, &err);
      if (!request->timer)
        request_fail (request, &err);
      return;
    }
  if (changed)
    order_changed (order);
  if (!request->looks)
    order_tell (order, "request", request->target, "send", changed,
                response->status);
  if (!done)
    {
      too_late (request, response);
      return;
    }
  progress (request, 0);
  order->status = response->status;
  request_answer (request, response);
}

static int
announce (struct request *request, struct kbsh_error *err)
{
  json_object *details = NULL;
  char sha[65];
  if (request->looks)
    return 0;
  kbsh_sha256 (request->http.body ? request->http.body : "",
               request->http.body_length, sha);
  if (kbsh_json_set_string (&details, "/after/sha256", sha, err))
    return -1;
  if (order_intent (request->order, "request", request->target, details, err))
    return -1;
  order_busy (request->order);
  return 0;
}

void
effect_request (struct order *order)
{
  struct request *request = calloc (1, sizeof *request);
  struct kbsh_error err = KBSH_ERROR_INIT;
  if (!request)
    {
      kbsh_error_memory (&err);
      order_fail (order, &err);
      return;
    }
  request->order = order;
  order->state = request;
  order->cancel = request_cancel;
  if (request_read (request))
    {
      request_free (request);
      order_broken (order, "a request has no possible method, URL, headers "
                           "or parts");
      return;
    }
  request->repeat = order_has (order, KBSH_WAIT);
  if (allowed (request, &err))
    request_fail (request, &err);
  else if (order->broker->run->dry_run && !order_has (order, KBSH_QUERY))
    request_plan (request);
  else if (announce (request, &err))
    request_fail (request, &err);
  else
    try_now (request);
}
