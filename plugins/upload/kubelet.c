/* SPDX-License-Identifier: Apache-2.0
 *
 * upload.kubelet: the kubelets' configuration as a ConfigMap, and on the node
 * which socket its runtime has, where the release keeps that.
 */
#include "upload.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <string.h>

/* Tools tell by this whether the configuration was written by a person. */
static int
set_hash (struct kbsh_ctx *ctx, json_object **values)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  char hash[80] = "sha256:";
  const char *text = kbsh_json_string (*values, "/kubelet", "");
  if (ctx->host->get_bool (ctx, "config:/kubeletGiven", 0))
    return 0;
  kbsh_sha256 (text, strlen (text), hash + strlen (hash));
  return kbsh_json_set_string (values, "/hash", hash, &err)
             ? kbsh_fail_error (ctx, &err)
             : 0;
}

static int
annotate (struct kbsh_ctx *ctx, const struct kbsh_kube *kube, const char *key,
          const char *value)
{
  const struct kbsh_annotation note = { key, value };
  const char *name = ctx->host->get_string (ctx, "config:/node/name", "");
  kbsh_autofree char *path = kbsh_text ("/api/v1/nodes/%s", name);
  if (!path)
    return kbsh_fail_memory (ctx);
  return kbsh_kube_annotate (ctx, kube, path, name, &note,
                             (uint32_t)ctx->host->get_int (
                                 ctx, "config:/timeouts/kubernetes-api", 60000))
                 < 0
             ? -1
             : 0;
}

static int
store (struct kbsh_ctx *ctx, const struct kbsh_kube *kube)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *config = kbsh_input (ctx, "config:/kubelet");
  kbsh_autojson json_object *values = NULL;
  const char *name = ctx->host->get_string (
      ctx, "config:/release/objects/kubelet-config", "kubelet-config");
  int changed;
  if (upload_set_yaml (ctx, &values, "/kubelet", config)
      || set_hash (ctx, &values))
    return -1;
  if (kbsh_json_set_string (&values, "/name", name, &err))
    return kbsh_fail_error (ctx, &err);
  changed = upload_apply (ctx, kube, "kubelet-config.yaml", values);
  if (changed > 0)
    kbsh_say (ctx,
              "Stored the kubelets' configuration in ConfigMap "
              "kube-system/%s",
              name);
  return changed < 0 ? -1 : 0;
}

int
upload_kubelet (struct kbsh_ctx *ctx)
{
  KBSH_CLEANUP (kbsh_kube_close) struct kbsh_kube kube = { 0 };
  const char *key = kbsh_input_string (
      ctx, "config:/release/objects/cri-socket-annotation", NULL);
  const char *socket = kbsh_input_string (ctx, "runtime:/socket", NULL);
  if (kbsh_kube_connect (ctx, &kube) || store (ctx, &kube))
    return -1;
  return key && socket ? annotate (ctx, &kube, key, socket) : 0;
}
