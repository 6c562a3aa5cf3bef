/* SPDX-License-Identifier: Apache-2.0
 *
 * In the worker: calls of other services, as messages to the broker.
 */
#include "config.h"

#include "act/host.h"

#include <string.h>

#include <kbsh/json.h>

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
