/* SPDX-License-Identifier: Apache-2.0
 *
 * etcd.leave: takes this machine's member out of its cluster, unless the
 * others could not do without it. etcd.may-leave: that question alone, before
 * anything else is changed.
 */
#include "etcd.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/kube.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <string.h>

struct leave
{
  struct etcd_local local;
  struct etcd etcd;
  json_object *members;
  json_object *mine; /* of the members */
  int force;
  int asks; /* and goes no further */
};

static void
leave_close (struct leave *leave)
{
  etcd_local_close (&leave->local);
  etcd_close (&leave->etcd);
  json_object_put (leave->members);
}

/* Those that cannot be asked are not there: 0. */
static size_t
count_other_nodes (struct kbsh_ctx *ctx, const char *name)
{
  KBSH_CLEANUP (kbsh_kube_close) struct kbsh_kube kube = { 0 };
  kbsh_autojson json_object *list = NULL;
  size_t count = 0;
  if (kbsh_kube_connect (ctx, &kube)
      || kbsh_kube_request (ctx, &kube, "GET", "/api/v1/nodes", NULL, NULL,
                            &list)
             < 0)
    {
      kbsh_debug (ctx, "the nodes cannot be asked for: %s",
                  ctx->host->forgive (ctx));
      return 0;
    }
  for (size_t i = 0; i < kbsh_json_length (list, "/items"); i++)
    count += strcmp (kbsh_json_string (json_object_array_get_idx (
                                           kbsh_json_at (list, "/items"), i),
                                       "/metadata/name", ""),
                     name)
             != 0;
  return count;
}

/* The members and this machine's: 1; 0: there is nothing to leave; -1. */
static int
look (struct kbsh_ctx *ctx, struct leave *leave)
{
  int status = etcd_list (ctx, &leave->etcd, &leave->members);
  if (!status && !etcd_add_pods (ctx, &leave->etcd))
    status = etcd_list (ctx, &leave->etcd, &leave->members);
  if (status < 0)
    return -1;
  if (!status && ctx->host->failed (ctx))
    ctx->host->forgive (ctx);
  if (!status && leave->asks)
    return 0; /* whoever leaves says it */
  if (!status)
    {
      kbsh_warn (ctx,
                 "etcd does not answer (%s). If its cluster lives on without "
                 "this machine, remove its member there: kbsh etcd member "
                 "remove %s",
                 leave->etcd.last, leave->local.name);
      return 0;
    }
  leave->mine = etcd_find_peer (leave->members, leave->local.peer);
  if (!leave->mine && !leave->asks)
    kbsh_say (ctx, "This machine is no member of etcd any more");
  return leave->mine != NULL;
}

static int
refuse (struct kbsh_ctx *ctx, const char *why)
{
  return kbsh_fail (ctx, why,
                    "Bring the other members back, or remove the nodes of a "
                    "cluster that is to go first; --force goes on in any case, "
                    "and what only this member has is lost.",
                    "the cluster cannot do without this machine's etcd");
}

/* The last one has no cluster that it could be taken out of. */
static int
last_one (struct kbsh_ctx *ctx, struct leave *leave)
{
  size_t others = count_other_nodes (ctx, leave->local.name);
  kbsh_autofree char *why = NULL;
  if (!others)
    return 0;
  why = kbsh_text ("it is the last member, and the cluster has %zu other "
                   "node%s",
                   others, others == 1 ? "" : "s");
  return refuse (ctx, why ? why : "it is the last member");
}

/* 0: it may go. */
static int
judge (struct kbsh_ctx *ctx, struct leave *leave)
{
  char reason[ETCD_LAST];
  int spares;
  if (leave->force)
    return 0;
  if (json_object_array_length (leave->members) == 1)
    return last_one (ctx, leave);
  spares
      = etcd_spares (ctx, &leave->etcd, leave->members, leave->mine, reason);
  if (spares)
    return spares < 0 ? -1 : 0;
  return refuse (ctx, reason);
}

/* Another one than ourselves is asked: what it says holds without us. */
static void
turn_to_others (struct leave *leave)
{
  json_object *list = leave->etcd.endpoints;
  for (size_t i = 0; i < json_object_array_length (list); i++)
    if (strcmp (json_object_get_string (json_object_array_get_idx (list, i)),
                etcd_client (leave->mine)))
      {
        leave->etcd.current = i;
        return;
      }
}

static int
remove_member (struct kbsh_ctx *ctx, struct leave *leave)
{
  char hex[ETCD_HEX];
  int status;
  etcd_hex (etcd_id (leave->mine), hex);
  turn_to_others (leave);
  status = etcd_remove (ctx, &leave->etcd, etcd_id (leave->mine));
  if (status > 0 && leave->force)
    {
      kbsh_warn (ctx, "member %s stays in etcd: %s", hex, leave->etcd.last);
      return 0;
    }
  if (status > 0)
    kbsh_fail (ctx, leave->etcd.last,
               "Look at the health of the members: kbsh etcd member list. "
               "--force goes on in any case.",
               "member %s could not be taken out of etcd", hex);
  if (status)
    return -1;
  kbsh_say (ctx, "Took member %s, this machine's, out of etcd", hex);
  return ctx->host->put (ctx, "/removed", "true");
}

static int
leave_now (struct kbsh_ctx *ctx, struct leave *leave)
{
  if (judge (ctx, leave))
    return -1;
  if (leave->asks)
    return 0;
  if (json_object_array_length (leave->members) > 1)
    return remove_member (ctx, leave);
  kbsh_say (ctx, "This machine has the last member of etcd: it goes with its "
                 "data");
  return 0;
}

/* Certificates that are gone or out of date: nobody can be asked. */
static int
open_local (struct kbsh_ctx *ctx, struct leave *leave)
{
  if (!etcd_open (ctx, ETCD_LOCAL, &leave->etcd))
    return 1;
  if (!leave->force)
    return -1;
  kbsh_warn (ctx, "this machine's member stays in etcd: %s",
             ctx->host->forgive (ctx));
  return 0;
}

static int
run (struct kbsh_ctx *ctx, struct leave *leave)
{
  int status = open_local (ctx, leave);
  if (status > 0)
    status = look (ctx, leave);
  return status > 0 ? leave_now (ctx, leave) : status;
}

int
may_leave_run (struct kbsh_ctx *ctx)
{
  KBSH_CLEANUP (leave_close) struct leave leave = { .asks = 1 };
  if (ctx->host->get_bool (ctx, "force", 0))
    return 0;
  if (etcd_local_open (ctx, &leave.local))
    return -1;
  return leave.local.pod ? run (ctx, &leave) : 0;
}

int
leave_run (struct kbsh_ctx *ctx)
{
  KBSH_CLEANUP (leave_close) struct leave leave = { 0 };
  leave.force = ctx->host->get_bool (ctx, "force", 0);
  if (etcd_local_open (ctx, &leave.local))
    return -1;
  if (!leave.local.pod)
    {
      kbsh_say (ctx, "This machine has no member of etcd");
      return 0;
    }
  if (*leave.local.data
      && ctx->host->put_string (ctx, "/data", leave.local.data))
    return -1;
  return run (ctx, &leave);
}
