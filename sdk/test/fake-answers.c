/* SPDX-License-Identifier: Apache-2.0
 *
 * Effects that get an answer: programs, units, requests and calls.
 */
#include "config.h"

#include "fake-inner.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>

/* The scripted answer to `what`, used up unless it is one for always, or NULL.
 * The caller owns it. */
static json_object *
answer_to (struct fake *fake, const char *what)
{
  json_object *all = kbsh_json_at (fake->world, "/answers");
  size_t count = kbsh_json_length (fake->world, "/answers");
  for (size_t i = 0; i < count; i++)
    {
      json_object *one = json_object_array_get_idx (all, i);
      if (strcmp (kbsh_json_string (one, "/to", ""), what))
        continue;
      if (kbsh_json_bool (one, "/always", 0))
        return kbsh_json_copy (one);
      json_object_get (one);
      json_object_array_del_idx (all, i, 1);
      return one;
    }
  return NULL;
}

static int
refuse (struct kbsh_ctx *ctx, const char *what)
{
  struct kbsh_failure failure = { .size = sizeof failure, .what = what };
  return ctx->host->fail (ctx, &failure);
}

static int
host_run_program (struct kbsh_ctx *ctx, const struct kbsh_program *program,
                  struct kbsh_output *output)
{
  KBSH_CLEANUP (kbsh_buffer_free) struct kbsh_buffer words = { 0 };
  kbsh_autojson json_object *answer = NULL;
  struct fake *fake = fake_of (ctx);
  json_object *e;
  for (size_t i = 0; program->argv[i]; i++)
    kbsh_buffer_printf (&words, "%s%s", i ? " " : "", program->argv[i]);
  e = fake_effect (ctx, "program", "command", words.data);
  fake_note (e, "input", program->input, program->input_length);
  fake_note_secret (e, program->flags);
  answer = answer_to (fake, words.data);
  output->status = (int)kbsh_json_int (answer, "/status", 0);
  output->out = fake_keep (fake, kbsh_json_string (answer, "/out", ""));
  output->out_length = strlen (output->out);
  output->err = fake_keep (fake, kbsh_json_string (answer, "/err", ""));
  output->err_length = strlen (output->err);
  if (!output->status || program->flags & KBSH_ALLOW_FAIL)
    return 0;
  return refuse (ctx, words.data);
}

static int
host_unit (struct kbsh_ctx *ctx, const char *name, uint32_t op,
           struct kbsh_unit_state *state)
{
  static const char *const ops[]
      = { "state", "enable", "disable", "start", "stop", "restart", "reload" };
  kbsh_autofree char *what = kbsh_text ("unit %s", name);
  kbsh_autojson json_object *answer = answer_to (fake_of (ctx), what);
  if (op)
    fake_note (fake_effect (ctx, "unit", "unit", name), "op", ops[op % 7],
               strlen (ops[op % 7]));
  if (!state)
    return 0;
  state->known = kbsh_json_bool (answer, "/known", 0);
  state->enabled = kbsh_json_bool (answer, "/enabled", 0);
  state->active = kbsh_json_bool (answer, "/active", 0);
  return 0;
}

static const char *
body_of (struct fake *fake, json_object *answer)
{
  json_object *body = kbsh_json_at (answer, "/body");
  if (!body)
    return "";
  return fake_keep (fake, json_object_is_type (body, json_type_string)
                              ? json_object_get_string (body)
                              : kbsh_json_text (body, 0));
}

static void
note_request (struct kbsh_ctx *ctx, const struct kbsh_request *request,
              const char *what)
{
  json_object *e = fake_effect (ctx, "request", "to", what);
  json_object *headers = json_object_new_array ();
  fake_note (e, "body", request->body, request->body_length);
  fake_note_secret (e, request->flags);
  if (request->ca)
    fake_note (e, "ca", request->ca, strlen (request->ca));
  if (request->flags & KBSH_INSECURE)
    json_object_object_add (e, "insecure", json_object_new_boolean (1));
  for (size_t i = 0; request->headers && request->headers[i]; i++)
    json_object_array_add (headers,
                           json_object_new_string (request->headers[i]));
  json_object_object_add (e, "headers", headers);
}

/* Waits as long as the answer takes. One that takes longer than the request may
 * is none. */
static json_object *
in_time (json_object *answer, uint32_t timeout_ms)
{
  int64_t delay = kbsh_json_int (answer, "/delay", 0);
  int late = timeout_ms && delay > timeout_ms;
  usleep ((useconds_t)(late ? timeout_ms : delay) * 1000);
  if (!late)
    return answer;
  json_object_put (answer);
  answer = json_object_new_object ();
  json_object_object_add (answer, "status", json_object_new_int (0));
  json_object_object_add (answer, "reason",
                          json_object_new_string ("too late"));
  return answer;
}

static int
host_request (struct kbsh_ctx *ctx, const struct kbsh_request *request,
              struct kbsh_response *response)
{
  struct fake *fake = fake_of (ctx);
  kbsh_autofree char *what = kbsh_text ("%s %s", request->method, request->url);
  kbsh_autojson json_object *answer
      = in_time (answer_to (fake, what), request->timeout_ms);
  uint32_t expect = request->expect;
  note_request (ctx, request, what);
  response->status = (int)kbsh_json_int (answer, "/status", 404);
  response->reason = fake_keep (fake, kbsh_json_string (answer, "/reason", ""));
  response->untrusted = kbsh_json_bool (answer, "/untrusted", 0);
  response->headers
      = fake_keep (fake, kbsh_json_string (answer, "/headers", ""));
  response->body = body_of (fake, answer);
  response->body_length = strlen (response->body);
  if (!(request->flags & KBSH_WAIT))
    return 0;
  if (expect ? (uint32_t)response->status == expect
             : response->status >= 200 && response->status < 300)
    return 0;
  return refuse (ctx, "the deadline passed");
}

static int
host_call (struct kbsh_ctx *ctx, const struct kbsh_call *calls, size_t count,
           uint32_t flags, const char **results)
{
  struct fake *fake = fake_of (ctx);
  int failed = 0;
  for (size_t i = 0; i < count; i++)
    {
      kbsh_autofree char *what
          = kbsh_text ("call %s %s", calls[i].service, calls[i].op);
      kbsh_autojson json_object *answer = answer_to (fake, what);
      fake_note (fake_effect (ctx, "call", "to", what), "args", calls[i].args,
                 strlen (calls[i].args));
      json_object_object_del (answer, "to");
      failed |= !kbsh_json_at (answer, "/result");
      results[i]
          = fake_keep (fake, answer ? kbsh_json_text (answer, 0)
                                    : "{\"error\":{\"what\":\"no answer\","
                                      "\"why\":\"\",\"remedy\":\"\"}}");
    }
  return failed && !(flags & KBSH_PARTIAL) ? refuse (ctx, "a call failed") : 0;
}

static const char *
host_services (struct kbsh_ctx *ctx, const char *role)
{
  json_object *list = NULL;
  json_object_object_get_ex (kbsh_json_at (fake_of (ctx)->world, "/services"),
                             role, &list);
  return list ? fake_keep (fake_of (ctx), kbsh_json_text (list, 0)) : "[]";
}

static const char *
host_data_dir (struct kbsh_ctx *ctx, const char *module)
{
  (void)module;
  return kbsh_json_string (fake_of (ctx)->world, "/data", ".");
}

void
fake_answers (struct kbsh_host *host)
{
  host->run_program = host_run_program;
  host->unit = host_unit;
  host->request = host_request;
  host->call = host_call;
  host->services = host_services;
  host->data_dir = host_data_dir;
}
