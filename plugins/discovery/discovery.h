/* SPDX-License-Identifier: Apache-2.0
 *
 * What the parts of the module discovery share.
 */
#ifndef PLUGINS_DISCOVERY_H
#define PLUGINS_DISCOVERY_H

#include <json-c/json.h>
#include <kbsh/kube.h>
#include <kbsh/plugin.h>

#define DISCOVERY_ID 6      /* letters of a token's id */
#define DISCOVERY_SECRET 16 /* and of its secret */

/* One place that cluster-info is read from, until the deadline. Texts are
 * borrowed. */
struct source
{
  struct kbsh_ctx *ctx;
  const char *server; /* https://host:port */
  const char *ca;     /* PEM, or NULL: the machine's own list */
  const char *certificate, *key, *token; /* credentials, or NULL */
  int unverified;                        /* whoever answers there */
  int64_t deadline;                      /* kbsh_now_ms() */
  const char *timeout; /* the same as the user said it: "5m0s" */
  /* what came of it */
  int status;          /* of the last answer; 0: none */
  char why[600];       /* why the last try gave nothing; or "" */
  int64_t clock_ahead; /* seconds that the server's clock is ahead of ours */
};

/* What to do with an answer: 0 take it, 1 ask again (source->why says what was
 * wrong), -1 failed. */
typedef int discovery_judge (struct source *source, json_object *map,
                             void *data);

/* read.c: ask until `judge` takes the ConfigMap, or until the deadline. -1:
 * failed. 401 and 403 are asked again unless `refusal` is set: then *map is
 * NULL. The caller owns *map. */
int discovery_read (struct source *source, discovery_judge *judge, void *data,
                    int refusal, json_object **map);

/* jws.c: is `signature` (RFC 7515, compact form, detached payload, HS256) one
 * of the token "ID.SECRET" over the text? 1, 0, or -1: failed. */
int discovery_signed (struct kbsh_ctx *ctx, const char *signature,
                      const char *token, const char *text);

/* ca.c: the certificates of a cluster's CA. */

/* Pins as they are written, "sha256:" and 64 hex digits: checked. */
int discovery_pins (struct kbsh_ctx *ctx, json_object *pins);
/* Those certificates of the text `ca` that a pin names, as one text the caller
 * owns; NULL: failed, none is. */
char *discovery_pinned (struct kbsh_ctx *ctx, const char *server,
                        const char *ca, json_object *pins);
/* Fail unless one of the certificates is a CA's and valid right now.
 * `whose`: "of the cluster at X", "in FILE". */
int discovery_ca_valid (struct kbsh_ctx *ctx, const char *ca,
                        const char *whose);

/* cluster.c: what a kubeconfig says about its cluster. */

/* The one cluster that a kubeconfig is about: the unnamed one, or that of the
 * current context. NULL: there is none; *user is that of the context, or NULL.
 */
json_object *discovery_cluster (json_object *tree, json_object **user,
                                const char **who);
/* A kubeconfig's text; the caller owns the tree. NULL: err says why. */
json_object *discovery_parse (const char *name, const char *text, size_t length,
                              struct kbsh_error *err);
/* Server and CA of the kubeconfig in cluster-info. */
int discovery_in_map (struct kbsh_ctx *ctx, const char *server,
                      json_object *map, struct kbsh_kube *found);

/* url.c: the kubeconfig at a path or at https://...; the caller owns it. */
json_object *discovery_get (struct kbsh_ctx *ctx, const char *file);

/* token.c, file.c: find the cluster as the input `from` says. */
int discovery_by_token (struct kbsh_ctx *ctx, struct kbsh_kube *found);
int discovery_by_file (struct kbsh_ctx *ctx, struct kbsh_kube *found);
/* The time for all of it, from `from`. */
void discovery_deadline (struct source *source, char text[40]);

/* find.c: the service. */
int discovery_find (struct kbsh_ctx *ctx);

#endif
