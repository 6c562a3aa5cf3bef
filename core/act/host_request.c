/* SPDX-License-Identifier: Apache-2.0
 *
 * In the worker: HTTP requests, as messages to the broker.
 */
#include "config.h"

#include "act/host.h"

#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>

/* The bytes of a request: body, and what identifies both sides. What is not
 * given has the length -1. */
static int
add_parts (json_object *json, const struct kbsh_request *request,
           struct kbsh_buffer *blob)
{
  const char *const texts[]
      = { request->ca, request->certificate, request->key };
  json_object *parts = json_object_new_array ();
  if (!parts)
    return -1;
  json_object_array_add (
      parts, json_object_new_int64 (
                 request->body ? (int64_t)request->body_length : -1));
  if (request->body)
    kbsh_buffer_add (blob, request->body, request->body_length);
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
    {
      json_object_array_add (
          parts,
          json_object_new_int64 (texts[i] ? (int64_t)strlen (texts[i]) : -1));
      if (texts[i])
        kbsh_buffer_puts (blob, texts[i]);
    }
  json_object_object_add (json, "parts", parts);
  return blob->failed ? -1 : 0;
}

static json_object *
request_message (const struct kbsh_request *request, struct kbsh_buffer *blob)
{
  json_object *json = worker_message ("request");
  if (!json || add_parts (json, request, blob))
    {
      json_object_put (json);
      return NULL;
    }
  add_text (json, "method", request->method);
  add_text (json, "url", request->url);
  add_list (json, "headers", request->headers);
  add_text (json, "socket", request->unix_socket);
  add_text (json, "subject", request->subject);
  add_int (json, "timeout", request->timeout_ms);
  add_int (json, "expect", request->expect);
  add_int (json, "flags", request->flags);
  return json;
}

/* The answer: headers, then the body. */
static int
take_response (struct worker *worker, const struct message *reply,
               struct kbsh_response *response)
{
  size_t cut = (size_t)kbsh_json_int (reply->json, "/headers", 0);
  const char *reason = kbsh_json_string (reply->json, "/reason", "");
  if (!reply->blob || cut > reply->blob_length)
    return 0;
  reason = worker_keep (worker, reason, strlen (reason));
  response->status = (int)kbsh_json_int (reply->json, "/status", 0);
  response->untrusted = kbsh_json_bool (reply->json, "/untrusted", 0);
  response->headers = worker_keep (worker, reply->blob, cut);
  response->body_length = reply->blob_length - cut;
  response->body
      = worker_keep (worker, (char *)reply->blob + cut, response->body_length);
  response->reason = reason;
  return reason && response->headers && response->body ? 0 : -1;
}

int
host_request (struct kbsh_ctx *ctx, const struct kbsh_request *request,
              struct kbsh_response *caller)
{
  struct kbsh_response filled = { .reason = "", .headers = "", .body = "" };
  struct worker *worker = worker_of (ctx);
  KBSH_CLEANUP (kbsh_buffer_free) struct kbsh_buffer blob = { .data = NULL };
  json_object *json;
  struct message reply;
  int bad;
  hand_over (caller, 48, &filled, sizeof filled);
  if (!request->method || !request->url)
    return worker_refuse (ctx, "a request without a method or URL");
  json = request_message (request, &blob);
  bad = worker_ask (worker, json, blob.data, blob.length, &reply);
  if (take_response (worker, &reply, &filled))
    bad = -1;
  hand_over (caller, 48, &filled, sizeof filled);
  message_free (&reply);
  return bad;
}
