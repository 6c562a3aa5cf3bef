/* SPDX-License-Identifier: Apache-2.0
 *
 * In the worker: what a service says. Results, errors, messages, findings.
 */
#include "config.h"

#include "act/host.h"

#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>

int
host_put (struct kbsh_ctx *ctx, const char *pointer, const char *json)
{
  struct worker *worker = worker_of (ctx);
  struct kbsh_error err = KBSH_ERROR_INIT;
  json_object *value = kbsh_json_parse (json, strlen (json), &err);
  if (!value && err.what[0])
    {
      kbsh_error_wrap (&err, "the result %s is no JSON", pointer);
      return worker_fail (worker, &err);
    }
  if (kbsh_json_set (&worker->result, pointer, value, &err))
    return worker_fail (worker, &err);
  return 0;
}

int
host_put_string (struct kbsh_ctx *ctx, const char *pointer, const char *text)
{
  struct worker *worker = worker_of (ctx);
  struct kbsh_error err = KBSH_ERROR_INIT;
  if (kbsh_json_set_string (&worker->result, pointer, text, &err))
    return worker_fail (worker, &err);
  return 0;
}

int
host_secret (struct kbsh_ctx *ctx, const char *text)
{
  return worker_tell (worker_of (ctx), worker_message ("secret"), text,
                      strlen (text));
}

int
host_fail (struct kbsh_ctx *ctx, const struct kbsh_failure *failure)
{
  struct kbsh_error err;
  kbsh_error_set (&err, "%s", failure->what ? failure->what : "it failed");
  if (failure->why)
    kbsh_error_why (&err, "%s", failure->why);
  if (failure->remedy)
    kbsh_error_remedy (&err, "%s", failure->remedy);
  return worker_fail (worker_of (ctx), &err);
}

int
host_failed (struct kbsh_ctx *ctx)
{
  return worker_of (ctx)->failed;
}

const char *
host_forgive (struct kbsh_ctx *ctx)
{
  struct worker *worker = worker_of (ctx);
  char text[sizeof (struct kbsh_error)];
  const char *kept;
  if (!worker->failed)
    return "";
  kbsh_error_text (&worker->error, text, sizeof text);
  worker->failed = 0;
  kept = worker_keep (worker, text, strlen (text));
  worker->failed = 0;
  return kept ? kept : "";
}

void
host_log (struct kbsh_ctx *ctx, uint32_t level, const char *line)
{
  json_object *json = worker_message ("log");
  add_int (json, "level", level > KBSH_WARNING ? KBSH_WARNING : level);
  add_text (json, "text", line);
  worker_tell (worker_of (ctx), json, NULL, 0);
}

void
host_progress (struct kbsh_ctx *ctx, const char *text)
{
  json_object *json = worker_message ("progress");
  add_text (json, "text", text);
  worker_tell (worker_of (ctx), json, NULL, 0);
}

int
host_finding (struct kbsh_ctx *ctx, const struct kbsh_finding *finding)
{
  static const char *const status[] = { "passed", "note", "warning", "error" };
  json_object *json = worker_message ("finding");
  json_object *tree = json_object_new_object ();
  uint32_t severity
      = finding->severity > KBSH_ERROR ? KBSH_ERROR : finding->severity;
  if (!json || !tree)
    {
      json_object_put (json);
      json_object_put (tree);
      return worker_fail_memory (worker_of (ctx));
    }
  add_text (tree, "name", finding->name);
  add_text (tree, "status", status[severity]);
  add_text (tree, "found", finding->found);
  add_text (tree, "needed", finding->needed);
  add_text (tree, "remedy", finding->remedy);
  json_object_object_add (json, "finding", tree);
  return worker_tell (worker_of (ctx), json, NULL, 0);
}

int
host_print (struct kbsh_ctx *ctx, const char *text, size_t length)
{
  return worker_tell (worker_of (ctx), worker_message ("print"), text, length);
}
