/* SPDX-License-Identifier: Apache-2.0
 *
 * Effect: an HTTP request, once or until it is answered as expected. What a
 * dry run makes of it stands in plan_request.c.
 */
#include "config.h"

#include "act/request.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/plugin.h>

#include "act/touches.h"

#define TIMEOUT_MS 10000
#define POLL_MS 100 /* between two tries */
#define TRY_MS 5000 /* the most that one try takes when it is repeated */
#define PARTS 4     /* body, ca, certificate, key */

static void try_over (const struct http_response *response, void *data);

/* ---------------------------------------------------------------- */
/* Reading the message                                               */

/* A part of the bytes as a text of its own. */
static int
take_part (const struct message *message, int64_t length, size_t *at,
           char **out)
{
  if (length < 0)
    return 0;
  if ((uint64_t)length > message->blob_length - *at)
    return -1;
  *out = malloc ((size_t)length + 1);
  if (!*out)
    return -1;
  memcpy (*out, (char *)message->blob + *at, (size_t)length);
  (*out)[length] = '\0';
  *at += (size_t)length;
  return 0;
}

static int
take_parts (struct request *request)
{
  struct message *message = &request->order->message;
  json_object *list = kbsh_json_at (message->json, "/parts");
  int64_t lengths[PARTS];
  size_t at = 0;
  if (!json_object_is_type (list, json_type_array)
      || json_object_array_length (list) != PARTS)
    return -1;
  for (size_t i = 0; i < PARTS; i++)
    lengths[i] = json_object_get_int64 (json_object_array_get_idx (list, i));
  if (lengths[0] > 0 && (uint64_t)lengths[0] > message->blob_length)
    return -1;
  /* The body stays where it is: it may be large. */
  request->http.body = lengths[0] >= 0 ? message->blob : NULL;
  request->http.body_length = lengths[0] >= 0 ? (size_t)lengths[0] : 0;
  at = request->http.body_length;
  if (take_part (message, lengths[1], &at, &request->ca)
      || take_part (message, lengths[2], &at, &request->certificate)
      || take_part (message, lengths[3], &at, &request->key))
    return -1;
  request->http.ca = request->ca;
  request->http.certificate = request->certificate;
  request->http.key = request->key;
  return 0;
}

static int
good_headers (json_object *list)
{
  if (!list)
    return 1;
  if (!json_object_is_type (list, json_type_array))
    return 0;
  for (size_t i = 0; i < json_object_array_length (list); i++)
    {
      json_object *one = json_object_array_get_idx (list, i);
      const char *text = json_object_is_type (one, json_type_string)
                             ? json_object_get_string (one)
                             : "";
      if (!strchr (text, ':') || strpbrk (text, "\r\n"))
        return 0;
    }
  return 1;
}

/* A word in capital letters. */
static int
good_method (const char *method)
{
  size_t length = method ? strspn (method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") : 0;
  return length > 0 && length < 16 && !method[length];
}

static int
good_url (const char *url)
{
  return url && (!strncmp (url, "http://", 7) || !strncmp (url, "https://", 8))
         && !url[strcspn (url, " \t\r\n\\\"<>")];
}

static int
read_message (struct request *request)
{
  struct order *order = request->order;
  struct http_request *http = &request->http;
  http->method = order_string (order, "method");
  http->url = order_string (order, "url");
  http->unix_socket = order_string (order, "socket");
  http->headers = kbsh_json_at (order->message.json, "/headers");
  http->timeout_ms = order_int (order, "timeout", 0);
  http->http2 = order_has (order, KBSH_HTTP2);
  http->insecure = order_has (order, KBSH_INSECURE);
  request->subject = order_string (order, "subject");
  request->expect = (int)order_int (order, "expect", 0);
  if (http->timeout_ms <= 0)
    http->timeout_ms = TIMEOUT_MS;
  if (http->timeout_ms > INT_MAX)
    http->timeout_ms = INT_MAX;
  request->deadline = loop_now_ms () + http->timeout_ms;
  if (!good_method (http->method) || !good_url (http->url)
      || !good_headers (http->headers) || take_parts (request))
    return -1;
  request->looks = !strcmp (http->method, "GET")
                   || !strcmp (http->method, "HEAD")
                   || order_has (order, KBSH_QUERY);
  snprintf (request->target, sizeof request->target, "%s %s", http->method,
            http->url);
  return 0;
}

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

void
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

void
request_answer (struct request *request, int status, const char *reason,
                const struct kbsh_buffer *headers,
                const struct kbsh_buffer *body)
{
  struct order *order = request->order;
  KBSH_CLEANUP (kbsh_buffer_free) struct kbsh_buffer all = { .data = NULL };
  json_object *reply = json_object_new_object ();
  struct kbsh_error err;
  if (headers && headers->length)
    kbsh_buffer_add (&all, headers->data, headers->length);
  if (reply)
    {
      json_object_object_add (reply, "status", json_object_new_int (status));
      json_object_object_add (reply, "reason", json_object_new_string (reason));
      json_object_object_add (reply, "headers",
                              json_object_new_int64 ((int64_t)all.length));
    }
  if (body && body->length)
    kbsh_buffer_add (&all, body->data, body->length);
  request_free (request);
  if (reply && !all.failed)
    {
      order_reply (order, reply, all.data, all.length);
      return;
    }
  json_object_put (reply);
  kbsh_error_memory (&err);
  order_fail (order, &err);
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
  int64_t left = request->deadline - loop_now_ms ();
  request->timer = 0;
  if (request->repeat)
    http.timeout_ms = left < TRY_MS ? left : TRY_MS;
  if (http.timeout_ms < 1)
    http.timeout_ms = 1;
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
  kbsh_duration_text (order_int (request->order, "timeout", 0) > 0
                          ? order_int (request->order, "timeout", 0)
                          : TIMEOUT_MS,
                      limit);
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
  request_fail (request, &err);
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
  if (!done && loop_now_ms () + 2 * POLL_MS < request->deadline)
    {
      progress (request, 1);
      request->timer = loop_timer (order->broker->run->loop, POLL_MS, try_now,
                                   request, &err);
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
  request_answer (request, response->status, response->reason,
                  &response->headers, &response->body);
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
  if (read_message (request))
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
