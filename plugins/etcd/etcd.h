/* SPDX-License-Identifier: Apache-2.0
 *
 * What the parts of the module etcd share: a client of etcd's JSON gateway,
 * and its members. IDs are texts, as the gateway gives them: they are numbers
 * of 64 bits, which JSON numbers do not hold.
 */
#ifndef PLUGINS_ETCD_H
#define PLUGINS_ETCD_H

#include <json-c/json.h>
#include <kbsh/plugin.h>

enum
{
  ETCD_LAST = 600, /* room for why nobody answered */
  ETCD_HEX = 20,   /* room for an ID as people see it */
  ETCD_POLL_MS = 250
};

/* How to reach a cluster. */
struct etcd
{
  char *ca, *certificate, *key; /* PEM; the key is wiped when it is freed */
  json_object *endpoints;       /* URLs of members, a list */
  size_t current;               /* the one that answered last */
  char last[ETCD_LAST];         /* why nobody answered */
};

/* Where the endpoints come from: what the parameter `endpoints` lists, or
 * else from these. */
enum etcd_source
{
  ETCD_LOCAL = 1, /* this machine's own manifest of etcd */
  ETCD_PODS = 2,  /* the annotations of etcd's Pods in the cluster, or else
                     where its API servers are */
  ETCD_AWAIT = 4  /* which may not be seen there yet */
};

/* -- connect.c */
int etcd_open (struct kbsh_ctx *ctx, int sources, struct etcd *etcd);
void etcd_close (struct etcd *etcd);

/* -- endpoints.c */
/* What etcd_open() finds, in the list; none found is no failure. */
int etcd_find_endpoints (struct kbsh_ctx *ctx, int sources, struct etcd *etcd);
/* Is that URL in the list? Otherwise it is added. */
int etcd_add_endpoint (struct kbsh_ctx *ctx, struct etcd *etcd,
                       const char *url);
/* Those that the cluster's Pods of etcd say. */
int etcd_add_pods (struct kbsh_ctx *ctx, struct etcd *etcd);

/* -- local.c: this machine's own member, as its manifest says it */
struct etcd_local
{
  char *path;                      /* of the manifest */
  json_object *pod;                /* NULL: there is none */
  const char *name, *peer, *client, *data; /* of the command, or "" */
};
int etcd_local_open (struct kbsh_ctx *ctx, struct etcd_local *local);
void etcd_local_close (struct etcd_local *local);

/* -- client.c: the calls return the HTTP status; 0: nobody answered, and
 * etcd->last says why; -1: the failure is recorded. */
/* Ask the members, one after the other until one can say it. */
int etcd_call (struct kbsh_ctx *ctx, struct etcd *etcd, const char *path,
               json_object *body, uint32_t flags, json_object **answer);
/* Ask this one. With KBSH_WAIT until it answers 200. */
int etcd_ask (struct kbsh_ctx *ctx, struct etcd *etcd, const char *url,
              const char *path, json_object *body, uint32_t flags,
              uint32_t timeout_ms, json_object **answer);
/* What etcd itself says in an answer that is an error, or "". */
const char *etcd_message (json_object *answer);
/* May it be otherwise in a moment? */
int etcd_passes (const char *message);
/* Record that nobody answered. */
int etcd_fail_silence (struct kbsh_ctx *ctx, const struct etcd *etcd);

/* -- members.c */
/* The members, and from now on their endpoints: 200, 0 or -1 as above; what
 * is neither is recorded. */
int etcd_list (struct kbsh_ctx *ctx, struct etcd *etcd, json_object **members);
/* The same, where silence is a failure. NULL: recorded. */
json_object *etcd_members (struct kbsh_ctx *ctx, struct etcd *etcd);
/* The member with this peer URL, name or ID; borrowed, or NULL. */
json_object *etcd_find_peer (json_object *members, const char *url);
json_object *etcd_find_name (json_object *members, const char *name);
const char *etcd_id (json_object *member);
const char *etcd_name (json_object *member); /* "" before it has started */
const char *etcd_peer (json_object *member);
const char *etcd_client (json_object *member); /* "" before it has started */
int etcd_is_learner (json_object *member);
void etcd_hex (const char *id, char out[ETCD_HEX]);
/* Does it serve, and know a leader? 1; 0 with the reason; -1: recorded. It is
 * asked until the time is over. */
int etcd_serves (struct kbsh_ctx *ctx, struct etcd *etcd, json_object *member,
                 uint32_t timeout_ms, char reason[ETCD_LAST]);
/* Remove a member; one that is not there is fine. For a few seconds after one
 * has come etcd lets none go: it is asked again. 0: it is gone; 1: not, and
 * etcd->last says why; -1: recorded. */
int etcd_remove (struct kbsh_ctx *ctx, struct etcd *etcd, const char *id);
/* May this member go, so that the others still are a cluster that works? 1;
 * 0 with the reason; -1: recorded. */
int etcd_spares (struct kbsh_ctx *ctx, struct etcd *etcd, json_object *members,
                 json_object *member, char reason[ETCD_LAST]);

/* -- time */
void etcd_pause (void);

/* -- join.c, and its parts in queue.c and start.c */
struct join
{
  struct etcd etcd;
  const char *name;  /* of the node */
  char *peer;        /* URL */
  char *client;      /* URL */
  char *manifest;    /* path */
  const char *data;  /* folder */
  char *id;          /* of the member, once there is one */
  char *cluster;     /* what its manifest has to say of the members */
  int promoted;      /* it has a vote, and has served */
};
/* Is a member's data in the folder? */
int join_has_data (const struct join *join);
/* A member that stands in the way, since it is a lost one of the same name or
 * address: recorded. 0: there is none. */
int join_refuse_stale (struct kbsh_ctx *ctx, const struct join *join,
                       json_object *members);
/* The member, a new one or the one that an earlier run left. */
int join_add (struct kbsh_ctx *ctx, struct join *join);
/* Wait until it serves, and give it its vote. */
int join_start (struct kbsh_ctx *ctx, struct join *join);
int join_promote (struct kbsh_ctx *ctx, struct join *join);

int join_open (struct kbsh_ctx *ctx, struct join *join);
void join_close (struct join *join);

int check_run (struct kbsh_ctx *ctx);         /* check.c */
int join_run (struct kbsh_ctx *ctx);          /* join.c */
int leave_run (struct kbsh_ctx *ctx);         /* leave.c */
int may_leave_run (struct kbsh_ctx *ctx);     /* leave.c */
int member_list_run (struct kbsh_ctx *ctx);   /* command.c */
int member_remove_run (struct kbsh_ctx *ctx); /* command.c */

#endif
