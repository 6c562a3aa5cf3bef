/* SPDX-License-Identifier: Apache-2.0
 *
 * kbsh/kube.h - a client of the Kubernetes API over the host's requests, and
 * kubeconfig files (client-go's kubeconfig v1). Since 1.0.
 */
#ifndef KBSH_KUBE_H
#define KBSH_KUBE_H

#include <json-c/json.h>

#include <kbsh/error.h>
#include <kbsh/plugin.h>

/* How to reach an API server, as a kubeconfig's current context says. */
struct kbsh_kube
{
  char *server;        /* https://host:port */
  char *ca;            /* PEM */
  char *certificate;   /* PEM, or NULL */
  char *key;           /* PEM, wiped when freed, or NULL */
  char *token;         /* bearer token, wiped when freed, or NULL */
  uint32_t timeout_ms; /* for one request; 0: 10 s */
  char *user;          /* its name in the kubeconfig, for messages; or NULL */
};

/* Read a kubeconfig file (through the host). */
int kbsh_kube_open (struct kbsh_ctx *ctx, const char *kubeconfig,
                    struct kbsh_kube *kube);
/* Open what the service's parameter `kubeconfig` (of type "any") says: a text
 * is the path of a file, an object is a kubeconfig itself, as an earlier step
 * put it. A file that an object names is named from the root. */
int kbsh_kube_connect (struct kbsh_ctx *ctx, struct kbsh_kube *kube);
/* Open a kubeconfig that was read already; the files that it names are seen
 * from the folder of `path`, which messages name (NULL: it was no file). */
int kbsh_kube_open_tree (struct kbsh_ctx *ctx, json_object *tree,
                         const char *path, struct kbsh_kube *kube);
/* Free, wipe, and set to nothing; fine for one that was never opened. */
void kbsh_kube_close (struct kbsh_kube *kube);

/* A kubeconfig as a tree: one cluster, one user, one context
 * "USER@CLUSTER". Client certificate and key are embedded; with
 * `certificate_path` they are named as one file instead. Without a `user`
 * there is the cluster alone. */
struct kbsh_kubeconfig
{
  const char *cluster, *server, *ca; /* ca: PEM */
  const char *user;
  const char *certificate, *key; /* PEM */
  const char *certificate_path;
};
json_object *kbsh_kubeconfig (const struct kbsh_kubeconfig *spec,
                              struct kbsh_error *err);

/* One request; *answer (may be NULL) becomes the body as a tree the caller
 * owns. Returns the HTTP status, or -1 with the failure recorded: no answer, or
 * a status that is none of 2xx, 404 and 409 (the Status object's message is the
 * cause, and 401/403 say who asked). Bodies are secret when `path` or `body` is
 * that of a Secret. */
int kbsh_kube_request (struct kbsh_ctx *ctx, const struct kbsh_kube *kube,
                       const char *method, const char *path,
                       const char *content_type, json_object *body,
                       json_object **answer);

/* The same for a GET, which is repeated for so long while nobody answers, or
 * the server can't serve just now (429, 5xx): an API server that is restarted,
 * or one of several that is gone. A server that is not trusted is not asked
 * again. */
int kbsh_kube_get (struct kbsh_ctx *ctx, const struct kbsh_kube *kube,
                   const char *path, uint32_t patience_ms,
                   json_object **answer);

/* The API path of an object ("/api/v1/namespaces/x/configmaps/y"), or of its
 * collection, from its apiVersion, kind and metadata. The caller frees. Kinds
 * known: those of core/v1, apps/v1, rbac/v1 and certificates/v1 that a
 * bootstrapper needs. */
char *kbsh_kube_path (json_object *object, int collection,
                      struct kbsh_error *err);

enum kbsh_applied
{
  KBSH_APPLY_FAILED = -1,
  KBSH_UNCHANGED = 0,
  KBSH_CREATED = 1,
  KBSH_UPDATED = 2
};

/* Make an object be so: created when it is not there, left alone when all that
 * `object` says is there already, otherwise updated to it with a merge patch.
 * A conflict is tried again. `secret`: its body is never shown. */
enum kbsh_applied kbsh_kube_apply (struct kbsh_ctx *ctx,
                                   const struct kbsh_kube *kube,
                                   json_object *object, int secret);
/* All objects of a list, in its order. Returns how many were created or
 * updated, or -1. */
int kbsh_kube_apply_all (struct kbsh_ctx *ctx, const struct kbsh_kube *kube,
                         json_object *list);
/* Get an object, waiting for it to appear until the deadline. */
json_object *kbsh_kube_wait (struct kbsh_ctx *ctx, const struct kbsh_kube *kube,
                             const char *path, const char *subject,
                             uint32_t timeout_ms);

/* One annotation: its key, with whatever signs, and its value. */
struct kbsh_annotation
{
  const char *key, *value;
};
/* Give an object an annotation, waiting for it to appear until the deadline.
 * `subject` is what the object is called in messages. Returns 1 when that
 * changed it, 0 when it was so already, or -1. */
int kbsh_kube_annotate (struct kbsh_ctx *ctx, const struct kbsh_kube *kube,
                        const char *path, const char *subject,
                        const struct kbsh_annotation *note,
                        uint32_t timeout_ms);

#endif
