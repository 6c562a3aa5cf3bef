/* SPDX-License-Identifier: Apache-2.0
 *
 * Orders: reading what a worker sent, the journal, the events, the answer.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>

#include "act/effect.h"
#include "act/peer.h"

const char *
order_string (const struct order *order, const char *name)
{
  json_object *value = NULL;
  const char *text;
  if (!json_object_object_get_ex (order->message.json, name, &value)
      || !json_object_is_type (value, json_type_string))
    return NULL;
  text = json_object_get_string (value);
  return strlen (text) == (size_t)json_object_get_string_len (value) ? text
                                                                     : NULL;
}

int64_t
order_int (const struct order *order, const char *name, int64_t otherwise)
{
  json_object *value = NULL;
  if (!json_object_object_get_ex (order->message.json, name, &value)
      || !json_object_is_type (value, json_type_int))
    return otherwise;
  return json_object_get_int64 (value);
}

int
order_has (const struct order *order, uint32_t flag)
{
  return (order_int (order, "flags", 0) & flag) != 0;
}

void
order_busy (struct order *order)
{
  if (order->job && !order->busy)
    {
      order->busy = 1;
      order->job->busy++;
    }
}

/* The end of an order; `failure` NULL: it was carried out. */
static void
release (struct order *order, const struct kbsh_error *failure)
{
  void (*over) (void *, const struct kbsh_error *) = order->over;
  void *data = order->over_data;
  if (order->busy && order->job)
    order->job->busy--;
  if (order->peer)
    peer_forget (order->peer);
  message_free (&order->message);
  json_object_put (order->event);
  json_object_put (order->undoes);
  free (order);
  if (over)
    over (data, failure);
}

void
order_changed (struct order *order)
{
  order->broker->run->changes++;
  if (order->job)
    order->job->changes++;
}

static json_object *
redacted_string (struct events *events, json_object *text)
{
  kbsh_autofree char *clean
      = events_redact (events, json_object_get_string (text));
  return json_object_new_string (clean ? clean : "<redacted>");
}

json_object *
redacted (struct events *events, json_object *tree)
{
  json_object *copy;
  if (json_object_is_type (tree, json_type_string))
    return redacted_string (events, tree);
  if (json_object_is_type (tree, json_type_array))
    {
      copy = json_object_new_array ();
      for (size_t i = 0; copy && i < json_object_array_length (tree); i++)
        json_object_array_add (
            copy, redacted (events, json_object_array_get_idx (tree, i)));
      return copy;
    }
  if (!json_object_is_type (tree, json_type_object))
    return json_object_get (tree);
  copy = json_object_new_object ();
  json_object_object_foreach (tree, name, value)
  {
    if (copy)
      json_object_object_add (copy, name, redacted (events, value));
  }
  return copy;
}

static int
record (struct order *order, const char *kind, json_object *what,
        uint64_t *sequence, struct kbsh_error *err)
{
  return broker_record (order->broker, kind, what, sequence, err);
}

int
order_intent (struct order *order, const char *effect, const char *target,
              json_object *details, struct kbsh_error *err)
{
  json_object *what = details ? details : json_object_new_object ();
  if (!what)
    return kbsh_error_memory (err);
  json_object_object_add (what, "step",
                          json_object_new_string (order->job->step));
  json_object_object_add (what, "service",
                          json_object_new_string (order->job->service->name));
  json_object_object_add (what, "effect", json_object_new_string (effect));
  json_object_object_add (what, "target", json_object_new_string (target));
  if (order->undoes)
    json_object_object_add (what, "undoes", json_object_get (order->undoes));
  return record (order, "intent", what, &order->intent, err);
}

/* What became of the intent. A failure to write this down changes nothing
 * for the worker: the effect is as it is. */
static void
settle (struct order *order, const struct kbsh_error *failure)
{
  json_object *what;
  struct kbsh_error err;
  if (!order->intent)
    return;
  what = json_object_new_object ();
  if (!what)
    return;
  json_object_object_add (what, "intent",
                          json_object_new_int64 ((int64_t)order->intent));
  if (order->status)
    json_object_object_add (what, "status",
                            json_object_new_int (order->status));
  if (failure)
    json_object_object_add (what, "error", error_tree (failure));
  if (record (order, failure ? "failed" : "done", what, NULL, &err))
    broker_warn (order->broker, order->job, &err);
  order->intent = 0;
}

static void
tell_end (struct order *order, int failed)
{
  json_object *event = order->event;
  if (!event)
    return;
  order->event = NULL;
  if (failed)
    json_object_object_add (event, "changed", json_object_new_boolean (0));
  json_object_object_add (event, "status",
                          json_object_new_string (failed ? "failed" : "ok"));
  json_object_object_add (
      event, "seconds",
      json_object_new_double ((double)(kbsh_now_ms () - order->started)
                              / 1000));
  events_send (order->broker->run->events, "effect", event);
}

void
order_reply (struct order *order, json_object *reply, const void *blob,
             size_t length)
{
  settle (order, NULL);
  tell_end (order, 0);
  if (order->peer)
    peer_answer (order->peer, reply, blob, length);
  json_object_put (reply);
  release (order, NULL);
}

void
order_fail_with (struct order *order, const struct kbsh_error *err,
                 json_object *reply, const void *blob, size_t length)
{
  settle (order, err);
  tell_end (order, 1);
  if (!reply)
    reply = json_object_new_object ();
  if (reply)
    json_object_object_add (reply, "error", error_tree (err));
  if (order->peer)
    peer_answer (order->peer, reply, blob, length);
  json_object_put (reply);
  release (order, err);
}

void
order_fail (struct order *order, const struct kbsh_error *err)
{
  order_fail_with (order, err, NULL, NULL, 0);
}

void
order_broken (struct order *order, const char *why)
{
  struct kbsh_error err;
  struct peer *peer = order->peer;
  kbsh_error_set (&err, "a message can't be understood");
  kbsh_error_why (&err, "%s", why);
  if (peer)
    peer_break (peer, &err);
  release (order, &err);
}

static json_object *
event_of (struct order *order, const char *effect, const char *target,
          const char *action)
{
  json_object *event = json_object_new_object ();
  if (!event)
    return NULL;
  if (order->job)
    json_object_object_add (event, "step",
                            json_object_new_string (order->job->step));
  json_object_object_add (event, "effect", json_object_new_string (effect));
  json_object_object_add (event, "target", json_object_new_string (target));
  json_object_object_add (event, "action", json_object_new_string (action));
  return event;
}

void
order_tell (struct order *order, const char *effect, const char *target,
            const char *action, int changed, int code)
{
  json_object *event = event_of (order, effect, target, action);
  json_object_put (order->event);
  order->event = event;
  if (!event)
    return;
  json_object_object_add (event, "changed", json_object_new_boolean (changed));
  if (code >= 0)
    json_object_object_add (event, "code", json_object_new_int (code));
}

void
order_plan (struct order *order, const char *effect, const char *target,
            const char *action, const char *text)
{
  json_object *event = event_of (order, effect, target, action);
  if (!event)
    return;
  json_object_object_add (event, "text", json_object_new_string (text));
  events_send (order->broker->run->events, "plan", event);
}

json_object *
error_tree (const struct kbsh_error *err)
{
  json_object *tree = json_object_new_object ();
  if (!tree)
    return NULL;
  json_object_object_add (tree, "what", json_object_new_string (err->what));
  json_object_object_add (tree, "why", json_object_new_string (err->why));
  json_object_object_add (tree, "remedy", json_object_new_string (err->remedy));
  if (err->where[0])
    {
      json_object_object_add (tree, "file",
                              json_object_new_string (err->where));
      json_object_object_add (tree, "line", json_object_new_int (err->line));
      json_object_object_add (tree, "column",
                              json_object_new_int (err->column));
    }
  return tree;
}

void
error_from_tree (json_object *tree, struct kbsh_error *err)
{
  const char *file = kbsh_json_string (tree, "/file", NULL);
  kbsh_error_set (err, "%s", kbsh_json_string (tree, "/what", "failed"));
  kbsh_error_why (err, "%s", kbsh_json_string (tree, "/why", ""));
  kbsh_error_remedy (err, "%s", kbsh_json_string (tree, "/remedy", ""));
  if (file)
    kbsh_error_at (err, file, (int)kbsh_json_int (tree, "/line", 0),
                   (int)kbsh_json_int (tree, "/column", 0));
}
