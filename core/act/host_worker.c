/* SPDX-License-Identifier: Apache-2.0
 *
 * In the worker: what the functions of the host table are made of. The error
 * recorded, what was handed out and lives until the service ends, messages to
 * the broker.
 */
#include "config.h"

#include "act/host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kbsh/json.h>

#include "act/effect.h"

struct kept
{
  struct kept *next;
  size_t length;
  char data[];
};

int
worker_fail (struct worker *worker, const struct kbsh_error *err)
{
  struct kbsh_error first = worker->error;
  if (!worker->failed)
    {
      worker->error = *err;
      worker->failed = 1;
      return -1;
    }
  snprintf (worker->error.what, sizeof worker->error.what, "%s: %s", err->what,
            first.what);
  if (err->why[0])
    snprintf (worker->error.why, sizeof worker->error.why, "%s%s%s", err->why,
              first.why[0] ? "; " : "", first.why);
  if (err->remedy[0])
    kbsh_error_remedy (&worker->error, "%s", err->remedy);
  return -1;
}

int
worker_fail_memory (struct worker *worker)
{
  struct kbsh_error err;
  kbsh_error_memory (&err);
  return worker_fail (worker, &err);
}

const char *
worker_keep (struct worker *worker, const void *data, size_t length)
{
  struct kept *kept = malloc (sizeof *kept + length + 1);
  if (!kept)
    {
      worker_fail_memory (worker);
      return NULL;
    }
  kept->length = length;
  if (length)
    memcpy (kept->data, data, length);
  kept->data[length] = '\0';
  kept->next = worker->kept;
  worker->kept = kept;
  return kept->data;
}

void
worker_forget (struct worker *worker)
{
  while (worker->kept)
    {
      struct kept *first = worker->kept;
      worker->kept = first->next;
      explicit_bzero (first->data, first->length);
      free (first);
    }
}

json_object *
worker_message (const char *kind)
{
  json_object *json = json_object_new_object ();
  if (json)
    add_text (json, "kind", kind);
  return json;
}

void
add_text (json_object *to, const char *name, const char *text)
{
  if (to && text)
    json_object_object_add (to, name, json_object_new_string (text));
}

void
add_int (json_object *to, const char *name, int64_t number)
{
  if (to)
    json_object_object_add (to, name, json_object_new_int64 (number));
}

int
worker_tell (struct worker *worker, json_object *json, const void *blob,
             size_t length)
{
  struct kbsh_error err;
  int bad;
  if (!json)
    return worker_fail_memory (worker);
  bad = wire_send (worker->job->fd, json, blob, length, &err);
  json_object_put (json);
  return bad ? worker_fail (worker, &err) : 0;
}

int
worker_ask (struct worker *worker, json_object *json, const void *blob,
            size_t length, struct message *reply)
{
  struct kbsh_error err;
  json_object *error;
  int got;
  memset (reply, 0, sizeof *reply);
  if (worker_tell (worker, json, blob, length))
    return -1;
  got = wire_receive (worker->job->fd, reply, &err);
  if (got > 0)
    kbsh_error_set (&err, "there was no answer");
  if (got)
    return worker_fail (worker, &err);
  error = kbsh_json_at (reply->json, "/error");
  if (!error)
    return 0;
  error_from_tree (error, &err);
  return worker_fail (worker, &err);
}
