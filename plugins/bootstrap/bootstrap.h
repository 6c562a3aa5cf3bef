/* SPDX-License-Identifier: Apache-2.0
 *
 * What the parts of the module bootstrap share.
 */
#ifndef PLUGINS_BOOTSTRAP_H
#define PLUGINS_BOOTSTRAP_H

#include <json-c/json.h>
#include <kbsh/kube.h>
#include <kbsh/plugin.h>

#define BOOTSTRAP_ID 6      /* letters of a token's id */
#define BOOTSTRAP_SECRET 16 /* and of its secret */
#define BOOTSTRAP_GROUP "system:bootstrappers:kubeadm:default-node-token"
#define BOOTSTRAP_SECRETS "/api/v1/namespaces/kube-system/secrets"
/* All of them are of this type. */
#define BOOTSTRAP_LIST                                                         \
  BOOTSTRAP_SECRETS "?fieldSelector=type%3Dbootstrap.kubernetes.io%2Ftoken"

/* token.c: what a token may be. */
int bootstrap_is_id (const char *text);
int bootstrap_is_token (const char *text);
/* A random one; the caller wipes and frees. NULL: failed. */
char *bootstrap_new_token (struct kbsh_ctx *ctx);
/* It, and the part that is secret, are shown to nobody from now on. */
int bootstrap_keep_secret (struct kbsh_ctx *ctx, const char *token);
/* A date and time (RFC 3339) as seconds since the epoch; -1: it is none. */
int bootstrap_time (const char *text, int64_t *when);
/* Check a BootstrapToken (kubeadm): {token, ttl or expires, usages, groups}. */
int bootstrap_check (struct kbsh_ctx *ctx, json_object *spec);

/* secret.c: a token as a Secret. */

/* A member of a Secret's data, decoded; the caller frees. NULL: none. */
char *bootstrap_decoded (json_object *secret, const char *name);
/* ID.SECRET of a Secret; the caller wipes and frees. */
char *bootstrap_token_of (json_object *secret);
/* The Secret of a BootstrapToken; NULL: failed. */
json_object *bootstrap_secret (struct kbsh_ctx *ctx, json_object *spec,
                               const char *token);
/* The BootstrapToken of a Secret; NULL: it is none. */
json_object *bootstrap_spec (json_object *secret);
/* Texts of a list with commas; the caller frees. */
char *bootstrap_joined (json_object *list);

/* join-line.c: the command by which a machine joins. */
struct bootstrap_line
{
  const char *endpoint; /* host:port */
  const char *ca;       /* PEM; each certificate is pinned */
  const char *token;
  const char *key; /* of the uploaded certificates: a control plane; or NULL */
  const char *space; /* between its parts */
};
/* The caller wipes and frees; NULL: failed. */
char *bootstrap_join_line (struct kbsh_ctx *ctx,
                           const struct bootstrap_line *line);

/* tokens.c: make each token of config:/init/bootstrapTokens be there, and put
 * it as a fact. */
int bootstrap_tokens (struct kbsh_ctx *ctx, const struct kbsh_kube *kube);
/* cluster-info.c: what a machine without credentials may learn. */
int bootstrap_cluster_info (struct kbsh_ctx *ctx, const struct kbsh_kube *kube);
/* share.c: store the certificates of the control plane in the cluster, by a
 * call of upload.certs; the key, which the caller wipes and frees. */
char *bootstrap_share (struct kbsh_ctx *ctx, const struct kbsh_kube *kube,
                       const char *key);

/* list.c: print BootstrapTokens as "text", "json" or "yaml". */
int bootstrap_print (struct kbsh_ctx *ctx, json_object *list, const char *form);

/* The services. */
int bootstrap_show (struct kbsh_ctx *ctx);            /* show.c */
int bootstrap_create (struct kbsh_ctx *ctx);          /* create.c */
int bootstrap_list (struct kbsh_ctx *ctx);            /* list.c */
int bootstrap_delete (struct kbsh_ctx *ctx);          /* delete.c */
int bootstrap_generate (struct kbsh_ctx *ctx);        /* generate.c */
int bootstrap_certificate_key (struct kbsh_ctx *ctx); /* generate.c */

#endif
