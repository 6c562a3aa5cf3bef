/* SPDX-License-Identifier: Apache-2.0
 *
 * What the parts of the module upload share.
 */
#ifndef PLUGINS_UPLOAD_H
#define PLUGINS_UPLOAD_H

#include <json-c/json.h>
#include <kbsh/kube.h>
#include <kbsh/plugin.h>

/* A tree as a YAML text inside another tree. */
int upload_set_yaml (struct kbsh_ctx *ctx, json_object **values,
                     const char *pointer, json_object *tree);
/* Fill a data file and apply its objects. */
int upload_apply (struct kbsh_ctx *ctx, const struct kbsh_kube *kube,
                  const char *file, json_object *values);

/* The encrypted certificates. */
#define UPLOAD_SECRET "/api/v1/namespaces/kube-system/secrets/kubeadm-certs"
/* What the control planes share: name in that Secret -> path. The caller owns
 * it. */
json_object *upload_shared (struct kbsh_ctx *ctx);
/* 64 hexadecimal digits. */
int upload_parse_key (struct kbsh_ctx *ctx, const char *hex, uint8_t key[32]);

int upload_config (struct kbsh_ctx *ctx);  /* config.c */
int upload_kubelet (struct kbsh_ctx *ctx); /* kubelet.c */
int upload_certs (struct kbsh_ctx *ctx);   /* certs.c */
int upload_admin (struct kbsh_ctx *ctx);   /* admin.c */
int upload_download (struct kbsh_ctx *ctx); /* download.c */
int upload_status (struct kbsh_ctx *ctx);  /* status.c */

#endif
