/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of the Kubernetes client share; not installed.
 */
#ifndef KBSH_LIB_KUBE_LIB_H
#define KBSH_LIB_KUBE_LIB_H

#include <kbsh/error.h>
#include <kbsh/kube.h>

/* Record `err` in the context; always -1. */
int kube_fail (struct kbsh_ctx *ctx, const struct kbsh_error *err);

/* A request as kbsh_kube_request() makes it, with more said about it. */
struct kube_call
{
  const char *method, *path;
  const char *content_type; /* NULL: application/json */
  json_object *body;        /* or NULL */
  const char *subject;      /* or NULL */
  uint32_t timeout_ms;      /* 0: what the client says */
  uint32_t flags;           /* KBSH_* */
  uint32_t patience_ms;     /* how long it is repeated while it can't be
                               answered just now; 0: once */
};
int kube_call (struct kbsh_ctx *ctx, const struct kbsh_kube *kube,
               const struct kube_call *call, json_object **answer);

/* A kubeconfig that is read: `path` is NULL when it is no file. */
struct opener
{
  struct kbsh_ctx *ctx;
  const char *path;
  struct kbsh_error *err;
};
/* kubeconfig_read.c: what its current context says. */
int kubeconfig_read (struct opener *o, json_object *tree,
                     struct kbsh_kube *kube);
/* "the kubeconfig PATH can't be used: WHY 'NAME'"; always -1. */
int kubeconfig_wrong (struct opener *o, const char *why, const char *name);

#endif
