/* SPDX-License-Identifier: Apache-2.0
 *
 * From a member that was added to one that has a vote.
 */
#include "etcd.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <string.h>

enum
{
  PATIENCE_MS = 240000
};

int
join_start (struct kbsh_ctx *ctx, struct join *join)
{
  kbsh_autofree char *url = kbsh_text ("%s/version", join->client);
  struct kbsh_response response = { 0 };
  struct kbsh_request request = {
    .size = sizeof request,
    .method = "GET",
    .url = url,
    .ca = join->etcd.ca,
    .certificate = join->etcd.certificate,
    .key = join->etcd.key,
    .subject = "this machine's etcd",
    .timeout_ms = (uint32_t)ctx->host->get_int (
        ctx, "config:/timeouts/control-plane", PATIENCE_MS),
    .expect = 200,
    .flags = KBSH_WAIT,
  };
  if (!url)
    return kbsh_fail_memory (ctx);
  if (!ctx->host->request (ctx, &request, &response))
    return 0;
  return kbsh_fail (ctx, NULL,
                    "Look at what etcd says (/var/log/pods/kube-system_etcd-*) "
                    "and, when there is nothing, at the kubelet: journalctl "
                    "-u kubelet",
                    "etcd does not come up on this machine");
}

/* A vote: 1 it has it, 0 not yet (why: etcd.last), -1 recorded. */
static int
ask_for_vote (struct kbsh_ctx *ctx, struct join *join)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *body = NULL, *answer = NULL;
  const char *message;
  int status;
  if (kbsh_json_set_string (&body, "/ID", join->id, &err))
    return kbsh_fail_error (ctx, &err);
  status = etcd_call (ctx, &join->etcd, "/v3/cluster/member/promote", body, 0,
                      &answer);
  if (status <= 0)
    return status;
  if (status < 300)
    return 1;
  message = etcd_message (answer);
  snprintf (join->etcd.last, sizeof join->etcd.last, "it answered %d: %s",
            status, message);
  if (!strstr (message, "member not found"))
    return 0;
  return kbsh_fail (ctx, "somebody has removed it meanwhile",
                    "Run the same command again.",
                    "this machine's member of etcd is gone");
}

/* How far it has come: what a learner has applied, of what the others have.
 * It is asked before the vote is, which would only be refused. */
static int
is_in_sync (struct kbsh_ctx *ctx, struct join *join)
{
  kbsh_autojson json_object *own = NULL, *other = NULL;
  long long have, want;
  int status = etcd_ask (ctx, &join->etcd, join->client,
                         "/v3/maintenance/status", NULL, KBSH_QUERY, 0, &own);
  if (status != 200)
    return status < 0 ? -1 : 0;
  status = etcd_call (ctx, &join->etcd, "/v3/maintenance/status", NULL,
                      KBSH_QUERY, &other);
  if (status != 200)
    return status < 0 ? -1 : 0;
  have = atoll (kbsh_json_string (own, "/raftAppliedIndex", "0"));
  want = atoll (kbsh_json_string (other, "/raftAppliedIndex", "0"));
  snprintf (join->etcd.last, sizeof join->etcd.last,
            "it has %lld of %lld entries", have, want);
  kbsh_progress (ctx, "waiting for etcd: %lld of %lld entries", have, want);
  return want && have >= want - want / 10;
}

/* Whether it has the vote already: from an earlier run, or since an answer
 * was lost. */
static int
has_vote (struct kbsh_ctx *ctx, struct join *join)
{
  kbsh_autojson json_object *members = NULL;
  json_object *mine;
  int status = etcd_list (ctx, &join->etcd, &members);
  if (status <= 0)
    return status;
  mine = etcd_find_peer (members, join->peer);
  return mine && !etcd_is_learner (mine) && *etcd_name (mine);
}

static int
try_once (struct kbsh_ctx *ctx, struct join *join)
{
  int status = ctx->dry_run ? 1 : is_in_sync (ctx, join);
  if (status > 0)
    status = ask_for_vote (ctx, join);
  if (!status && !strstr (join->etcd.last, "in sync"))
    status = has_vote (ctx, join);
  return status;
}

int
join_promote (struct kbsh_ctx *ctx, struct join *join)
{
  int64_t begin = kbsh_now_ms ();
  int64_t limit = ctx->host->get_int (ctx, "config:/timeouts/etcd-api", 120000);
  char text[40];
  for (;;)
    {
      int status = try_once (ctx, join);
      if (status)
        {
          ctx->host->progress (ctx, NULL);
          join->promoted |= status > 0;
          return status < 0 ? -1 : 0;
        }
      if (kbsh_now_ms () - begin > limit)
        break;
      etcd_pause ();
    }
  kbsh_duration_text (limit, text);
  return kbsh_fail (ctx, join->etcd.last,
                    "Look at what etcd says on this machine and on the "
                    "others: kubectl -n kube-system logs etcd-NODE",
                    "this machine's etcd got no vote within %s", text);
}
