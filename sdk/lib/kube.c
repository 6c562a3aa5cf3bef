/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests to the Kubernetes API, made by the host.
 */
#include "config.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/kube.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <string.h>
#include <time.h>

#include "kube_lib.h"
#include "tree.h"

enum
{
  PAUSE_MS = 500 /* between two tries */
};

int
kube_fail (struct kbsh_ctx *ctx, const struct kbsh_error *err)
{
  struct kbsh_failure failure
      = { .size = sizeof failure,
          .what = err->what,
          .why = err->why[0] ? err->why : NULL,
          .remedy = err->remedy[0] ? err->remedy : NULL };
  return ctx->host->fail (ctx, &failure);
}

static int
fail_memory (struct kbsh_ctx *ctx)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_error_memory (&err);
  return kube_fail (ctx, &err);
}

/* The message of a Status object, or the beginning of what came instead. */
static void
say_cause (struct kbsh_error *err, const struct kbsh_response *response)
{
  struct kbsh_error ignored = KBSH_ERROR_INIT;
  kbsh_autojson json_object *status
      = kbsh_json_parse (response->body, response->body_length, &ignored);
  const char *message = kbsh_json_string (status, "/message", NULL);
  kbsh_error_why (err, "%.1000s", message ? message : response->body);
}

static int
fail_status (struct kbsh_ctx *ctx, const struct kbsh_kube *kube,
             const struct kube_call *call, const struct kbsh_response *response)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  int status = response->status;
  int denied = status == 401 || status == 403;
  kbsh_error_set (&err, "%s %s%s%s: the API server answered %d", call->method,
                  call->subject ? call->subject : call->path,
                  denied && kube->user ? " as " : "",
                  denied && kube->user ? kube->user : "", status);
  say_cause (&err, response);
  if (status == 401)
    kbsh_error_remedy (&err, "the server does not take this client's "
                             "certificate or token: look whether it is out of "
                             "date, or of another cluster's CA");
  if (status == 403)
    kbsh_error_remedy (&err, "use the kubeconfig of somebody who may do this");
  return kube_fail (ctx, &err);
}

static int
fail_silence (struct kbsh_ctx *ctx, const struct kbsh_kube *kube,
              const struct kube_call *call, const char *reason)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_error_set (&err, "%s %s: no answer from the API server at %s",
                  call->method, call->subject ? call->subject : call->path,
                  kube->server);
  kbsh_error_why (&err, "%s", reason);
  kbsh_error_remedy (&err, "look whether the API server runs and can be "
                           "reached from this machine");
  return kube_fail (ctx, &err);
}

static int
read_answer (struct kbsh_ctx *ctx, const struct kube_call *call,
             const struct kbsh_response *response, json_object **answer)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  *answer = NULL;
  if (!response->body_length)
    return 0;
  *answer = kbsh_json_parse (response->body, response->body_length, &err);
  if (*answer || !err.what[0])
    return 0;
  /* what is no Status may stand behind an error; its number says enough */
  if (response->status >= 300)
    return 0;
  kbsh_error_wrap (&err, "%s %s: the API server's answer", call->method,
                   call->path);
  return kube_fail (ctx, &err);
}

static int
is_secret (const struct kube_call *call)
{
  return call->flags & KBSH_SECRET || strstr (call->path, "/secrets")
         || !strcmp (kbsh_json_string (call->body, "/kind", ""), "Secret");
}

static int
send_request (struct kbsh_ctx *ctx, const struct kbsh_kube *kube,
              const struct kube_call *call, struct kbsh_response *response)
{
  KBSH_CLEANUP (kbsh_buffer_free) struct kbsh_buffer body = { 0 };
  kbsh_autofree char *url = kbsh_text ("%s%s", kube->server, call->path);
  kbsh_autowipe char *bearer
      = kbsh_text ("Authorization: Bearer %s", kube->token ? kube->token : "");
  kbsh_autofree char *type
      = kbsh_text ("Content-Type: %s", call->content_type ? call->content_type
                                                          : "application/json");
  const char *headers[] = { "Accept: application/json", NULL, NULL, NULL };
  struct kbsh_request request = { .size = sizeof request,
                                  .method = call->method,
                                  .url = url,
                                  .headers = headers,
                                  .ca = kube->ca,
                                  .certificate = kube->certificate,
                                  .key = kube->key,
                                  .subject = call->subject,
                                  .flags = call->flags };
  size_t n = 1;
  if (call->body)
    tree_write (&body, call->body, 1);
  if (!url || !bearer || !type || body.failed)
    return fail_memory (ctx);
  if (call->body)
    headers[n++] = type;
  if (kube->token)
    headers[n++] = bearer;
  request.body = body.data;
  request.body_length = body.length;
  request.timeout_ms = call->timeout_ms ? call->timeout_ms : kube->timeout_ms;
  request.flags |= is_secret (call) ? KBSH_SECRET : 0;
  *response = (struct kbsh_response){ 0 };
  return ctx->host->request (ctx, &request, response);
}

/* What may be otherwise in a moment: who is not trusted now will not be then.
 */
static int
may_pass (const struct kbsh_response *response)
{
  if (response->status)
    return response->status == 429 || response->status >= 500;
  return !response->untrusted;
}

static int
send_patiently (struct kbsh_ctx *ctx, const struct kbsh_kube *kube,
                const struct kube_call *call, struct kbsh_response *response)
{
  static const struct timespec pause = { 0, PAUSE_MS * 1000000L };
  int64_t begin = kbsh_now_ms ();
  int tries = 0, status;
  while (!(status = send_request (ctx, kube, call, response))
         && may_pass (response) && kbsh_now_ms () - begin < call->patience_ms)
    {
      if (response->status)
        kbsh_progress (ctx, "waiting for the API server at %s, which answers "
                            "%d",
                       kube->server, response->status);
      else
        kbsh_progress (ctx, "waiting for the API server at %s: %s",
                       kube->server, response->reason ? response->reason : "");
      tries++;
      nanosleep (&pause, NULL);
    }
  if (tries)
    ctx->host->progress (ctx, NULL);
  return status;
}

int
kube_call (struct kbsh_ctx *ctx, const struct kbsh_kube *kube,
           const struct kube_call *call, json_object **answer)
{
  struct kbsh_response response = { 0 };
  int status;
  if (answer)
    *answer = NULL;
  if (send_patiently (ctx, kube, call, &response))
    return -1;
  status = response.status;
  if (!response.body)
    response.body = "";
  if (!status)
    return fail_silence (ctx, kube, call,
                         response.reason ? response.reason : "");
  if ((status < 200 || status > 299) && status != 404 && status != 409)
    return fail_status (ctx, kube, call, &response);
  if (answer && read_answer (ctx, call, &response, answer))
    return -1;
  return status;
}

int
kbsh_kube_request (struct kbsh_ctx *ctx, const struct kbsh_kube *kube,
                   const char *method, const char *path,
                   const char *content_type, json_object *body,
                   json_object **answer)
{
  struct kube_call call = {
    .method = method, .path = path, .content_type = content_type, .body = body
  };
  return kube_call (ctx, kube, &call, answer);
}

int
kbsh_kube_get (struct kbsh_ctx *ctx, const struct kbsh_kube *kube,
               const char *path, uint32_t patience_ms, json_object **answer)
{
  struct kube_call call
      = { .method = "GET", .path = path, .patience_ms = patience_ms };
  return kube_call (ctx, kube, &call, answer);
}

json_object *
kbsh_kube_wait (struct kbsh_ctx *ctx, const struct kbsh_kube *kube,
                const char *path, const char *subject, uint32_t timeout_ms)
{
  struct kube_call call = { .method = "GET",
                            .path = path,
                            .subject = subject,
                            .timeout_ms = timeout_ms,
                            .flags = KBSH_WAIT };
  struct kbsh_error err = KBSH_ERROR_INIT;
  json_object *answer = NULL;
  int status = kube_call (ctx, kube, &call, &answer);
  if (status >= 200 && status <= 299 && answer)
    return answer;
  json_object_put (answer);
  if (status < 0)
    return NULL;
  kbsh_error_set (&err, "%s did not appear", subject ? subject : path);
  kbsh_error_why (&err, "the API server answered %d", status);
  kube_fail (ctx, &err);
  return NULL;
}
