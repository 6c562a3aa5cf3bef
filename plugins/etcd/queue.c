/* SPDX-License-Identifier: Apache-2.0
 *
 * Getting into the cluster: one learner at a time, and none while a member is
 * not well. Whoever comes at the same time waits for his turn.
 */
#include "etcd.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <string.h>
#include <sys/stat.h>

int
join_has_data (const struct join *join)
{
  kbsh_autofree char *path = kbsh_text ("%s/member", join->data);
  struct stat there;
  return path && !stat (path, &there);
}

static int
refuse_data (struct kbsh_ctx *ctx, const struct join *join)
{
  return kbsh_fail (ctx,
                    "they are of another member, and etcd would refuse to "
                    "start with them",
                    "Save what is worth keeping, and remove the folder "
                    "(kbsh reset does).",
                    "there are data of etcd in %s", join->data);
}

/* A started member without its data here is another machine's, or was this
 * one's before it was made anew: taking up its vote without what it voted for
 * could lose what the cluster has agreed on. */
int
join_refuse_stale (struct kbsh_ctx *ctx, const struct join *join,
                   json_object *members)
{
  json_object *same = etcd_find_name (members, join->name);
  kbsh_autofree char *why = NULL, *remedy = NULL;
  char hex[ETCD_HEX];
  if (!same)
    same = etcd_find_peer (members, join->peer);
  if (!same || !*etcd_name (same)
      || (!strcmp (etcd_peer (same), join->peer) && join_has_data (join)))
    return 0;
  etcd_hex (etcd_id (same), hex);
  why = kbsh_text ("member %s is there with the name %s and the address %s",
                   hex, etcd_name (same), etcd_peer (same));
  remedy = kbsh_text ("If that machine is gone, or was made anew, remove its "
                      "member (on a control plane that works): kbsh etcd "
                      "member remove %s. Otherwise give this one another "
                      "--node-name.",
                      hex);
  return kbsh_fail (ctx, why, remedy,
                    "etcd has a member of this name or address already, and "
                    "its data are not on this machine");
}

/* NAME=URL,...: as they stand in the list; who has not said his name yet is
 * known by his number, and this one is known by name. */
static int
set_cluster (struct kbsh_ctx *ctx, struct join *join, json_object *members)
{
  KBSH_CLEANUP (kbsh_buffer_free) struct kbsh_buffer text = { 0 };
  int here = 0;
  for (size_t i = 0; i < json_object_array_length (members); i++)
    {
      json_object *one = json_object_array_get_idx (members, i);
      int mine = !strcmp (etcd_peer (one), join->peer);
      char hex[ETCD_HEX];
      etcd_hex (etcd_id (one), hex);
      here |= mine;
      kbsh_buffer_printf (&text, "%s%s=%s", text.length ? "," : "",
                          mine                ? join->name
                          : *etcd_name (one) ? etcd_name (one)
                                             : hex,
                          etcd_peer (one));
    }
  if (!here) /* a dry run: nobody was added */
    kbsh_buffer_printf (&text, "%s%s=%s", text.length ? "," : "", join->name,
                        join->peer);
  free (join->cluster);
  join->cluster = kbsh_buffer_take (&text);
  return join->cluster ? 0 : kbsh_fail_memory (ctx);
}

static int
take (struct kbsh_ctx *ctx, struct join *join, json_object *member,
      json_object *members)
{
  free (join->id);
  join->id = strdup (etcd_id (member));
  join->promoted = member && !etcd_is_learner (member) && *etcd_name (member);
  return join->id ? set_cluster (ctx, join, members) : kbsh_fail_memory (ctx);
}

/* ---------------------------------------------------------------- */

/* Ask to be added: 1 done, 0 not now (why: etcd.last), -1 recorded. */
static int
ask_to_add (struct kbsh_ctx *ctx, struct join *join, json_object *members)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *body = NULL, *answer = NULL;
  json_object *all;
  int status;
  if (kbsh_json_set (&body, "/peerURLs", json_object_new_array (), &err)
      || kbsh_json_set_string (&body, "/peerURLs/-", join->peer, &err)
      || kbsh_json_set (&body, "/isLearner", json_object_new_boolean (1), &err))
    return kbsh_fail_error (ctx, &err);
  status
      = etcd_call (ctx, &join->etcd, "/v3/cluster/member/add", body, 0, &answer);
  if (status <= 0)
    return status;
  all = kbsh_json_at (answer, "/members");
  if (status < 300)
    return take (ctx, join, kbsh_json_at (answer, "/member"),
                 all ? all : members)
               ? -1
               : 1;
  snprintf (join->etcd.last, sizeof join->etcd.last, "it answered: %s",
            etcd_message (answer));
  if (etcd_passes (etcd_message (answer)))
    return 0;
  return kbsh_fail (ctx, join->etcd.last, NULL,
                    "etcd does not take %s as a new member", join->peer);
}

struct queue
{
  struct kbsh_ctx *ctx;
  struct join *join;
  int64_t begin;
  char blocker[ETCD_HEX]; /* the learner that is waited for */
};

/* Another one's turn: his having come in or gone begins the wait anew. */
static void
note_blocker (struct queue *queue, json_object *learner)
{
  char hex[ETCD_HEX];
  etcd_hex (etcd_id (learner), hex);
  if (strcmp (hex, queue->blocker))
    queue->begin = kbsh_now_ms ();
  snprintf (queue->blocker, sizeof queue->blocker, "%s", hex);
  snprintf (queue->join->etcd.last, sizeof queue->join->etcd.last,
            "member %s (%s) is still joining", hex, etcd_peer (learner));
  kbsh_progress (queue->ctx, "waiting for etcd: member %s (%s) is joining", hex,
                 etcd_peer (learner));
}

static json_object *
other_learner (json_object *members)
{
  for (size_t i = 0; i < json_object_array_length (members); i++)
    if (etcd_is_learner (json_object_array_get_idx (members, i)))
      return json_object_array_get_idx (members, i);
  return NULL;
}

/* One try: 1 we are in, 0 not yet, -1 recorded. */
static int
try_once (struct queue *queue)
{
  struct kbsh_ctx *ctx = queue->ctx;
  struct join *join = queue->join;
  kbsh_autojson json_object *members = NULL;
  json_object *mine, *learner;
  int status = etcd_list (ctx, &join->etcd, &members);
  if (status <= 0)
    return status;
  if (join_refuse_stale (ctx, join, members))
    return -1;
  mine = etcd_find_peer (members, join->peer);
  if (mine)
    return take (ctx, join, mine, members) ? -1 : 1;
  if (join_has_data (join))
    return refuse_data (ctx, join);
  learner = other_learner (members);
  if (!learner)
    {
      queue->blocker[0] = '\0';
      return ask_to_add (ctx, join, members);
    }
  note_blocker (queue, learner);
  return 0;
}

static int
too_late (const struct queue *queue, int64_t limit)
{
  struct kbsh_ctx *ctx = queue->ctx;
  char text[40];
  kbsh_autofree char *remedy
      = *queue->blocker
            ? kbsh_text ("If that machine's join is not at work any more, "
                         "remove its member: kbsh etcd member remove %s",
                         queue->blocker)
            : kbsh_text ("Look at the health of the members: kbsh etcd member "
                         "list");
  kbsh_duration_text (limit, text);
  return kbsh_fail (ctx, queue->join->etcd.last, remedy,
                    "etcd took no new member within %s", text);
}

int
join_add (struct kbsh_ctx *ctx, struct join *join)
{
  struct queue queue = { .ctx = ctx, .join = join, .begin = kbsh_now_ms () };
  int64_t limit = ctx->host->get_int (ctx, "config:/timeouts/etcd-api", 120000);
  for (;;)
    {
      int status = try_once (&queue);
      if (status)
        {
          ctx->host->progress (ctx, NULL);
          return status < 0 ? -1 : 0;
        }
      if (kbsh_now_ms () - queue.begin > limit)
        return too_late (&queue, limit);
      etcd_pause ();
    }
}
