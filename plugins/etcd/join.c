/* SPDX-License-Identifier: Apache-2.0
 *
 * etcd.join: one thought in one step, so that it can take itself back: the
 * member is added as a learner, its manifest written, and when it is in sync
 * it gets its vote. Every part looks at what is there: a run that was killed
 * is taken up where it was.
 */
#include "etcd.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <string.h>

enum
{
  PATIENCE_MS = 20000 /* for an etcd that ends */
};

#define ADDRESS "config:/init/localAPIEndpoint/advertiseAddress"

void
join_close (struct join *join)
{
  etcd_close (&join->etcd);
  free (join->peer);
  free (join->client);
  free (join->manifest);
  free (join->id);
  free (join->cluster);
  *join = (struct join){ 0 };
}

int
join_open (struct kbsh_ctx *ctx, struct join *join)
{
  const char *address = ctx->host->get_string (ctx, ADDRESS, "");
  const char *open = strchr (address, ':') ? "[" : "";
  const char *end = *open ? "]" : "";
  *join = (struct join){
    .name = ctx->host->get_string (ctx, "config:/node/name", ""),
    .data = ctx->host->get_string (ctx, "config:/paths/etcd", "/var/lib/etcd"),
    .peer = kbsh_text ("https://%s%s%s:2380", open, address, end),
    .client = kbsh_text ("https://%s%s%s:2379", open, address, end),
    .manifest = kbsh_text ("%s/etcd.yaml",
                           ctx->host->get_string (ctx, "config:/paths/manifests",
                                                  "/etc/kubernetes/manifests")),
  };
  if (!join->peer || !join->client || !join->manifest)
    return kbsh_fail_memory (ctx);
  return etcd_open (ctx, ETCD_PODS | ETCD_AWAIT, &join->etcd);
}

/* What the manifest is made from: all but what is secret in it, and what
 * belongs to joining. */
static json_object *
manifest_args (struct kbsh_ctx *ctx, const struct join *join)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *args = NULL;
  json_object *config = kbsh_input (ctx, "config:");
  if (!config)
    {
      kbsh_fail (ctx, NULL, NULL, "there is no configuration");
      return NULL;
    }
  kbsh_json_remove (config, "/init/certificateKey");
  kbsh_json_remove (config, "/init/bootstrapTokens");
  kbsh_json_remove (config, "/join");
  if (kbsh_json_set (&args, "/config", config, &err)
      || kbsh_json_set_string (&args, "/component", "etcd", &err)
      || kbsh_json_set_string (&args, "/initial-cluster", join->cluster, &err))
    {
      kbsh_fail_error (ctx, &err);
      return NULL;
    }
  return kbsh_steal (&args);
}

/* What is there stays: once it has started, etcd does not look at the list of
 * members any more, and writing another one would restart it. */
static int
write_manifest (struct kbsh_ctx *ctx, const struct join *join)
{
  kbsh_autojson json_object *answer = NULL;
  json_object *args;
  if (ctx->host->read_file (ctx, join->manifest, NULL))
    return 0;
  if (ctx->host->failed (ctx))
    return -1;
  args = manifest_args (ctx, join);
  if (!args)
    return -1;
  answer = kbsh_call_one (ctx, "step", "controlplane.manifest", "run", args);
  return answer ? 0 : -1;
}

/* Until nothing answers here any more: a member that was removed ends itself. */
static void
await_end (struct kbsh_ctx *ctx, struct join *join)
{
  int64_t begin = kbsh_now_ms ();
  int status;
  do
    {
      kbsh_autojson json_object *answer = NULL;
      status = etcd_ask (ctx, &join->etcd, join->client,
                         "/v3/maintenance/status", NULL, KBSH_QUERY, 1000,
                         &answer);
      if (status > 0)
        etcd_pause ();
    }
  while (status > 0 && kbsh_now_ms () - begin < PATIENCE_MS);
}

/* The data of a member that never had a vote: nobody misses them, and the next
 * member could not start with them. */
static void
take_data (struct kbsh_ctx *ctx, struct join *join)
{
  kbsh_autofree char *folder = kbsh_text ("%s/member", join->data);
  if (!folder || !join_has_data (join))
    return;
  await_end (ctx, join);
  if (ctx->host->remove_tree (ctx, folder, 0))
    kbsh_warn (ctx, "%s could not be removed", folder);
}

/* The failure is recorded already: what goes wrong here is told beside it. */
static void
take_back (struct kbsh_ctx *ctx, struct join *join)
{
  char hex[ETCD_HEX];
  int status;
  etcd_hex (join->id, hex);
  if (ctx->host->remove_file (ctx, join->manifest))
    kbsh_warn (ctx, "%s could not be removed again", join->manifest);
  status = etcd_remove (ctx, &join->etcd, join->id);
  if (status)
    kbsh_warn (ctx,
               "member %s could not be taken out of etcd again (%s): on a "
               "control plane that works, run kbsh etcd member remove %s",
               hex, join->etcd.last, hex);
  else
    kbsh_say (ctx, "Took member %s out of etcd again", hex);
  if (!status)
    take_data (ctx, join);
}

static int
put_facts (struct kbsh_ctx *ctx, const struct join *join)
{
  return ctx->host->put_string (ctx, "/id", join->id)
                 || ctx->host->put_string (ctx, "/peer", join->peer)
             ? -1
             : 0;
}

int
join_run (struct kbsh_ctx *ctx)
{
  KBSH_CLEANUP (join_close) struct join join = { 0 };
  char hex[ETCD_HEX];
  int was_member;
  if (join_open (ctx, &join) || join_add (ctx, &join))
    return -1;
  etcd_hex (join.id, hex);
  was_member = join.promoted;
  if (!was_member)
    kbsh_say (ctx, "Member %s of etcd, still without a vote", hex);
  if (write_manifest (ctx, &join) || join_start (ctx, &join)
      || (!was_member && join_promote (ctx, &join)))
    {
      if (!join.promoted)
        take_back (ctx, &join);
      return -1;
    }
  kbsh_say (ctx, was_member ? "This machine is member %s of etcd already"
                            : "This machine is member %s of etcd",
            hex);
  return put_facts (ctx, &join);
}
