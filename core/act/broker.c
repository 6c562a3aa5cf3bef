/* SPDX-License-Identifier: Apache-2.0
 *
 * The broker: it listens to every worker, tells the kinds of messages apart
 * and has the effects done. What an effect does stands in effect_*.c.
 */
#include "config.h"

#include "act/broker.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>

#include "act/effect.h"
#include "act/http.h"
#include "act/peer.h"
#include "act/pretend.h"
#include "act/pretend_file.h"
#include "act/tell.h"

static const struct
{
  const char *kind;
  effect_fn *effect;
} kinds[] = {
  { "write", effect_write },     { "remove", effect_remove },
  { "mkdir", effect_mkdir },     { "chmod", effect_chmod },
  { "symlink", effect_symlink }, { "read", effect_read },
  { "program", effect_program }, { "unit", effect_unit },
  { "request", effect_request }, { "call", effect_call },
  { "unmount", effect_unmount }, { "remove-tree", effect_remove_tree },
};

int
broker_open (struct run *run, struct kbsh_error *err)
{
  struct broker *broker = calloc (1, sizeof *broker);
  if (!broker)
    return kbsh_error_memory (err);
  broker->run = run;
  run->broker = broker;
  return 0;
}

void
broker_close (struct run *run)
{
  struct broker *broker = run->broker;
  if (!broker)
    return;
  while (broker->peers)
    broker_detach (broker->peers->job);
  http_free (broker->http);
  pretend_free (broker->pretend);
  pretend_file_free (broker->files);
  json_object_put (broker->units);
  journal_close (broker->journal);
  free (broker);
  run->broker = NULL;
}

int
broker_journal (struct broker *broker, struct kbsh_error *err)
{
  if (broker->journal)
    return 0;
  return journal_open (broker->run->state_folder, &broker->journal, err);
}

int
broker_record (struct broker *broker, const char *kind, json_object *what,
               uint64_t *sequence, struct kbsh_error *err)
{
  struct run *run = broker->run;
  json_object *clean;
  if (run->dry_run)
    {
      json_object_put (what);
      return 0;
    }
  clean = redacted (run->events, what);
  json_object_put (what);
  if (!clean)
    return kbsh_error_memory (err);
  if (broker_journal (broker, err))
    {
      json_object_put (clean);
      return -1;
    }
  return journal_add (broker->journal, kind, clean, sequence, err);
}

int
broker_note (struct run *run, const char *kind, json_object *record,
             struct kbsh_error *err)
{
  return broker_record (run->broker, kind, record, NULL, err);
}

void
broker_warn (struct broker *broker, struct job *job,
             const struct kbsh_error *err)
{
  char text[2900];
  json_object *event = json_object_new_object ();
  if (!event)
    return;
  if (job)
    json_object_object_add (event, "step", json_object_new_string (job->step));
  json_object_object_add (event, "level", json_object_new_string ("warning"));
  json_object_object_add (
      event, "text",
      json_object_new_string (kbsh_error_text (err, text, sizeof text)));
  events_send (broker->run->events, "step-log", event);
}

/* One message of a worker. -1: it makes no sense. */
static int
handle (struct peer *peer, struct message *message, struct kbsh_error *err)
{
  const char *kind = kbsh_json_string (message->json, "/kind", "");
  struct order *order;
  int told = tell (peer->job, kind, message, err);
  if (told)
    return told < 0 ? -1 : 0;
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
    if (!strcmp (kind, kinds[i].kind))
      {
        if (peer->order)
          return kbsh_error_set (err, "it asks before it has its answer");
        order = calloc (1, sizeof *order);
        if (!order)
          return kbsh_error_memory (err);
        order->broker = peer->broker;
        order->peer = peer;
        order->job = peer->job;
        order->started = kbsh_now_ms ();
        order->message = *message;
        memset (message, 0, sizeof *message);
        peer->order = order;
        kinds[i].effect (order);
        return 0;
      }
  return kbsh_error_set (err, "a message is of an unknown kind, '%.40s'", kind);
}

static void peer_ready (int fd, int events, void *data);

static void
peer_watch (struct peer *peer, int events)
{
  struct kbsh_error err;
  if (loop_fd (peer->broker->run->loop, peer->job->fd, events, peer_ready, peer,
               &err))
    peer_break (peer, &err);
}

void
peer_break (struct peer *peer, const struct kbsh_error *cause)
{
  struct kbsh_error err;
  if (peer->broken)
    return;
  peer->broken = 1;
  loop_fd (peer->broker->run->loop, peer->job->fd, 0, NULL, NULL, NULL);
  kbsh_error_set (&err, "%s does not keep to the contract",
                  peer->job->service->name);
  kbsh_error_why (&err, "%s%s%s", cause->what, cause->why[0] ? ": " : "",
                  cause->why);
  kbsh_error_remedy (&err, "tell the vendor of the plugin");
  job_end (peer->job, &err);
}

/* Everything that arrived. `last`: only what needs no answer still counts. */
static void
peer_read (struct peer *peer, int last)
{
  struct kbsh_error err;
  int end = 0;
  while (!peer->broken && !end)
    {
      struct message message = { .json = NULL };
      int got;
      end = wire_fill (peer->wire, &err);
      got = end < 0 ? -1 : wire_next (peer->wire, &message, &err);
      if (got > 0 && last)
        got = tell (peer->job, kbsh_json_string (message.json, "/kind", ""),
                    &message, &err)
                      < 0
                  ? -1
                  : 1;
      else if (got > 0)
        got = handle (peer, &message, &err) ? -1 : 1;
      message_free (&message);
      if (got < 0)
        peer_break (peer, &err);
      if (got <= 0)
        break;
    }
  if (end == 1 && !peer->broken)
    loop_fd (peer->broker->run->loop, peer->job->fd, 0, NULL, NULL, NULL);
}

static void
peer_flush (struct peer *peer)
{
  struct kbsh_error err;
  int left = wire_flush (peer->wire, &err);
  /* A worker that is gone is job.c's to tell about. */
  if (left < 0)
    loop_fd (peer->broker->run->loop, peer->job->fd, 0, NULL, NULL, NULL);
  else
    peer_watch (peer, left ? POLLIN | POLLOUT : POLLIN);
}

static void
peer_ready (int fd, int events, void *data)
{
  struct peer *peer = data;
  (void)fd;
  if (events & POLLOUT)
    peer_flush (peer);
  if (events & POLLIN)
    peer_read (peer, 0);
}

void
peer_answer (struct peer *peer, json_object *reply, const void *blob,
             size_t length)
{
  struct kbsh_error err;
  kbsh_autojson json_object *empty = NULL;
  if (peer->broken)
    return;
  if (!reply)
    reply = empty = json_object_new_object ();
  if (!reply)
    kbsh_error_memory (&err);
  if (!reply || wire_put (peer->wire, reply, blob, length, &err))
    peer_break (peer, &err);
  else
    peer_flush (peer);
}

void
peer_forget (struct peer *peer)
{
  peer->order = NULL;
}

int
broker_attach (struct job *job, struct kbsh_error *err)
{
  struct broker *broker = job->run->broker;
  struct peer *peer = calloc (1, sizeof *peer);
  if (!peer)
    return kbsh_error_memory (err);
  peer->broker = broker;
  peer->job = job;
  if (wire_new (job->fd, &peer->wire, err))
    {
      free (peer);
      return -1;
    }
  if (loop_fd (job->run->loop, job->fd, POLLIN, peer_ready, peer, err))
    {
      wire_free (peer->wire);
      free (peer);
      return -1;
    }
  peer->next = broker->peers;
  broker->peers = peer;
  return 0;
}

/* The worker no longer waits for what is under way. */
static void
orphan (struct order *order)
{
  if (order->busy)
    order->job->busy--;
  order->busy = 0;
  order->peer = NULL;
  order->job = NULL;
  if (order->cancel)
    order->cancel (order);
}

void
broker_detach (struct job *job)
{
  struct peer **place = &job->run->broker->peers, *peer;
  while (*place && (*place)->job != job)
    place = &(*place)->next;
  peer = *place;
  if (!peer)
    return;
  *place = peer->next;
  peer_read (peer, 1);
  if (peer->order)
    orphan (peer->order);
  loop_fd (job->run->loop, job->fd, 0, NULL, NULL, NULL);
  wire_free (peer->wire);
  free (peer);
}
