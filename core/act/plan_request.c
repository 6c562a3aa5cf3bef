/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests in a dry run: what would change something is shown and pretended;
 * what reads gets what was pretended, or is really asked.
 */
#include "config.h"

#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/plugin.h>

#include "act/pretend.h"
#include "act/request.h"

static void
answer_text (struct request *request, int status, const char *text)
{
  struct http_response response = { .status = status, .reason = "" };
  kbsh_buffer_puts (&response.headers, "Content-Type: application/json\n");
  kbsh_buffer_puts (&response.body, text);
  request_answer (request, &response);
  kbsh_buffer_free (&response.headers);
  kbsh_buffer_free (&response.body);
}

static void
answer_tree (struct request *request, int status, json_object *tree)
{
  const char *text = kbsh_json_text (tree, 0);
  answer_text (request, status, text ? text : "{}");
}

/* An answer in the form in which servers tell failures. */
static void
answer_failure (struct request *request, int status, const char *reason)
{
  kbsh_autojson json_object *tree = json_object_new_object ();
  if (tree)
    {
      json_object_object_add (tree, "kind", json_object_new_string ("Status"));
      json_object_object_add (tree, "status",
                              json_object_new_string ("Failure"));
      json_object_object_add (tree, "reason", json_object_new_string (reason));
      json_object_object_add (tree, "code", json_object_new_int (status));
      json_object_object_add (
          tree, "message",
          json_object_new_string ("a dry run: no server has this"));
    }
  answer_tree (request, status, tree);
}

/* ---------------------------------------------------------------- */

/* What is known of a URL without asking; 1 when it was answered. */
static int
answer_known (struct request *request)
{
  struct pretend *pretend = request->order->broker->pretend;
  json_object *object = NULL;
  int state = pretend_get (pretend, request->http.url, &object);
  if (state == 1)
    answer_tree (request, 200, object);
  else if (state == 2 || pretend_is_dead (pretend, request->http.url))
    answer_failure (request, 404, "NotFound");
  else
    return 0;
  return 1;
}

static void
plan_wait (struct request *request)
{
  struct order *order = request->order;
  const char *subject = request->subject ? request->subject : request->http.url;
  kbsh_autofree char *text = kbsh_text ("would wait for %s\n", subject);
  json_object *object = NULL;
  order_plan (order, "request", request->target, "wait", text ? text : "");
  if (pretend_get (order->broker->pretend, request->http.url, &object) == 1)
    answer_tree (request, 200, object);
  else
    answer_text (request, request->expect ? request->expect : 200, "{}");
}

static void
got (const struct http_response *response, void *data)
{
  struct request *request = data;
  struct kbsh_error err;
  if (request_lost (request, response))
    return;
  if (response->status)
    request_answer (request, response);
  else if (pretend_set_dead (&request->order->broker->pretend,
                             request->http.url, &err))
    request_fail (request, &err);
  else
    answer_failure (request, 404, "NotFound");
}

/* ---------------------------------------------------------------- */

static int
show (struct request *request, struct kbsh_error *err)
{
  struct order *order = request->order;
  kbsh_autowipe char *body
      = pretend_text (request->http.body, request->http.body_length,
                      order_has (order, KBSH_SECRET));
  kbsh_autowipe char *text = NULL;
  if (body)
    text = kbsh_text ("%s\n%s", request->target, body);
  if (!text)
    return kbsh_error_memory (err);
  order_plan (order, "request", request->target, "send", text);
  return 0;
}

/* Pretend, with what a PATCH is laid over. */
static void
send_over (struct request *request, json_object *base)
{
  kbsh_autojson json_object *answer = NULL;
  struct kbsh_error err = KBSH_ERROR_INIT;
  int status
      = pretend_send (&request->order->broker->pretend, request->http.method,
                      request->http.url, request->sent, base, &answer, &err);
  if (status < 0 || (status < 300 && show (request, &err)))
    request_fail (request, &err);
  else if (status >= 400)
    answer_failure (request, status,
                    status == 409 ? "AlreadyExists" : "NotFound");
  else if (answer)
    answer_tree (request, status, answer);
  else
    answer_text (request, status, "{}");
}

static void
got_base (const struct http_response *response, void *data)
{
  struct request *request = data;
  kbsh_autojson json_object *base = NULL;
  if (request_lost (request, response))
    return;
  if (response->status == 200 && response->body.length)
    base = kbsh_json_parse (response->body.data, response->body.length, NULL);
  send_over (request, base);
}

/* A PATCH of what is not known yet: ask what there is. */
static int
ask_base (struct request *request, struct kbsh_error *err)
{
  struct http_request http = request->http;
  http.method = "GET";
  http.body = NULL;
  http.body_length = 0;
  http.headers = NULL;
  return request_start (request, &http, got_base, err);
}

static void
plan_send (struct request *request)
{
  struct pretend *pretend = request->order->broker->pretend;
  struct kbsh_error err;
  json_object *object;
  if (request->http.body_length)
    request->sent
        = kbsh_json_parse (request->http.body, request->http.body_length, NULL);
  if (strcmp (request->http.method, "PATCH") || !request->sent
      || pretend_get (pretend, request->http.url, &object)
      || pretend_is_dead (pretend, request->http.url))
    send_over (request, NULL);
  else if (ask_base (request, &err))
    request_fail (request, &err);
}

void
request_plan (struct request *request)
{
  struct kbsh_error err;
  if (request->repeat)
    plan_wait (request);
  else if (!request->looks)
    plan_send (request);
  else if (!answer_known (request)
           && request_start (request, &request->http, got, &err))
    request_fail (request, &err);
}
