/* SPDX-License-Identifier: Apache-2.0
 *
 * In the worker: effects. Each is one message to the broker, and one back.
 */
#include "config.h"

#include "act/host.h"

#include <stdlib.h>
#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>

static int
refuse (struct kbsh_ctx *ctx, const char *what)
{
  struct kbsh_error err;
  kbsh_error_set (&err, "%s asks for what can't be", ctx->service);
  kbsh_error_why (&err, "%s", what);
  return worker_fail (worker_of (ctx), &err);
}

/* Ask when nothing but success matters. */
static int
ask (struct kbsh_ctx *ctx, json_object *json, const void *blob, size_t length)
{
  struct message reply;
  int bad = worker_ask (worker_of (ctx), json, blob, length, &reply);
  message_free (&reply);
  return bad;
}

int
host_write_file (struct kbsh_ctx *ctx, const struct kbsh_file *file)
{
  json_object *json = worker_message ("write");
  add_text (json, "path", file->path);
  add_int (json, "mode", file->mode);
  add_int (json, "flags", file->flags);
  return ask (ctx, json, file->data, file->length);
}

static int
ask_path (struct kbsh_ctx *ctx, const char *kind, const char *path,
          uint32_t mode, const char *target)
{
  json_object *json = worker_message (kind);
  add_text (json, "path", path);
  add_int (json, "mode", mode);
  add_text (json, "target", target);
  return ask (ctx, json, NULL, 0);
}

int
host_remove_file (struct kbsh_ctx *ctx, const char *path)
{
  return ask_path (ctx, "remove", path, 0, NULL);
}

int
host_make_dir (struct kbsh_ctx *ctx, const char *path, uint32_t mode)
{
  return ask_path (ctx, "mkdir", path, mode, NULL);
}

int
host_change_mode (struct kbsh_ctx *ctx, const char *path, uint32_t mode)
{
  return ask_path (ctx, "chmod", path, mode, NULL);
}

int
host_make_symlink (struct kbsh_ctx *ctx, const char *path, const char *target)
{
  return ask_path (ctx, "symlink", path, 0, target);
}

static int
ask_flags (struct kbsh_ctx *ctx, const char *kind, const char *path,
           uint32_t flags)
{
  json_object *json = worker_message (kind);
  add_text (json, "path", path);
  add_int (json, "flags", flags);
  return ask (ctx, json, NULL, 0);
}

int
host_remove_tree (struct kbsh_ctx *ctx, const char *path, uint32_t flags)
{
  return ask_flags (ctx, "remove-tree", path, flags);
}

int
host_unmount (struct kbsh_ctx *ctx, const char *folder, uint32_t flags)
{
  return ask_flags (ctx, "unmount", folder, flags);
}

static void
add_list (json_object *to, const char *name, const char *const *list)
{
  json_object *array = list ? json_object_new_array () : NULL;
  for (; array && *list; list++)
    json_object_array_add (array, json_object_new_string (*list));
  if (to && array)
    json_object_object_add (to, name, array);
  else
    json_object_put (array);
}

/* Fill what the caller has room for: a structure that begins with its size,
 * 0 standing for the one that it had in 1.0. */
static void
hand_over (void *to, size_t in_1_0, const void *from, size_t known)
{
  size_t room = *(size_t *)to;
  size_t size = room ? room : in_1_0;
  memcpy (to, from, size < known ? size : known);
  *(size_t *)to = room;
}

int
host_run_program (struct kbsh_ctx *ctx, const struct kbsh_program *program,
                  struct kbsh_output *caller)
{
  struct kbsh_output filled = { .out = "", .err = "" }, *output = &filled;
  struct worker *worker = worker_of (ctx);
  json_object *json;
  struct message reply;
  size_t cut;
  int bad;
  hand_over (caller, 48, output, sizeof *output);
  if (!program->argv || !program->argv[0])
    return refuse (ctx, "a program without a name");
  json = worker_message ("program");
  add_list (json, "argv", program->argv);
  add_list (json, "env", program->env);
  add_int (json, "timeout", program->timeout_ms);
  add_int (json, "flags", program->flags);
  bad = worker_ask (worker, json, program->input,
                    program->input ? program->input_length : 0, &reply);
  cut = (size_t)kbsh_json_int (reply.json, "/out", 0);
  if (reply.blob && cut <= reply.blob_length)
    {
      const char *out = worker_keep (worker, reply.blob, cut);
      const char *err = worker_keep (worker, (char *)reply.blob + cut,
                                     reply.blob_length - cut);
      output->status = (int)kbsh_json_int (reply.json, "/status", 0);
      output->out = out ? out : "";
      output->out_length = out ? cut : 0;
      output->err = err ? err : "";
      output->err_length = err ? reply.blob_length - cut : 0;
      bad = bad || !out || !err ? -1 : 0;
    }
  hand_over (caller, 48, output, sizeof *output);
  message_free (&reply);
  return bad;
}

int
host_unit (struct kbsh_ctx *ctx, const char *name, uint32_t op,
           struct kbsh_unit_state *state)
{
  json_object *json = worker_message ("unit");
  struct message reply;
  int bad;
  add_text (json, "name", name);
  add_int (json, "op", op);
  bad = worker_ask (worker_of (ctx), json, NULL, 0, &reply);
  struct kbsh_unit_state filled = {
    .known = kbsh_json_bool (reply.json, "/known", 0),
    .enabled = kbsh_json_bool (reply.json, "/enabled", 0),
    .active = kbsh_json_bool (reply.json, "/active", 0),
  };
  if (state)
    hand_over (state, 24, &filled, sizeof filled);
  message_free (&reply);
  return bad;
}

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
    return refuse (ctx, "a request without a method or URL");
  json = request_message (request, &blob);
  bad = worker_ask (worker, json, blob.data, blob.length, &reply);
  if (take_response (worker, &reply, &filled))
    bad = -1;
  hand_over (caller, 48, &filled, sizeof filled);
  message_free (&reply);
  return bad;
}

static json_object *
call_tree (const struct kbsh_call *call, struct kbsh_error *err)
{
  json_object *tree = json_object_new_object ();
  const char *args = call->args ? call->args : "{}";
  json_object *value = kbsh_json_parse (args, strlen (args), err);
  if (!tree || !json_object_is_type (value, json_type_object))
    {
      kbsh_error_wrap (err, "the arguments of %s are no JSON object",
                       call->service ? call->service : "a call");
      json_object_put (tree);
      json_object_put (value);
      return NULL;
    }
  add_text (tree, "role", call->role);
  add_text (tree, "service", call->service);
  add_text (tree, "op", call->op);
  json_object_object_add (tree, "args", value);
  return tree;
}

static json_object *
calls_message (struct kbsh_ctx *ctx, const struct kbsh_call *calls,
               size_t count, uint32_t flags)
{
  json_object *json = worker_message ("call");
  json_object *list = json_object_new_array ();
  struct kbsh_error err = KBSH_ERROR_INIT;
  if (json && list)
    {
      json_object_object_add (json, "calls", list);
      add_int (json, "flags", flags);
    }
  else
    kbsh_error_memory (&err);
  for (size_t i = 0; i < count && !err.what[0]; i++)
    {
      json_object *tree = call_tree (&calls[i], &err);
      if (tree)
        json_object_array_add (list, tree);
    }
  if (!err.what[0])
    return json;
  json_object_put (json);
  worker_fail (worker_of (ctx), &err);
  return NULL;
}

int
host_call (struct kbsh_ctx *ctx, const struct kbsh_call *calls, size_t count,
           uint32_t flags, const char **results)
{
  struct worker *worker = worker_of (ctx);
  json_object *json = calls_message (ctx, calls, count, flags);
  struct message reply;
  int bad;
  for (size_t i = 0; i < count; i++)
    results[i] = "{}";
  if (!json)
    return -1;
  bad = worker_ask (worker, json, NULL, 0, &reply);
  for (size_t i = 0; i < kbsh_json_length (reply.json, "/results"); i++)
    {
      json_object *list = kbsh_json_at (reply.json, "/results");
      const char *text
          = kbsh_json_text (json_object_array_get_idx (list, i), 0);
      const char *kept = i < count && text
                             ? worker_keep (worker, text, strlen (text))
                             : NULL;
      if (kept)
        results[i] = kept;
    }
  message_free (&reply);
  return bad;
}
