/* SPDX-License-Identifier: Apache-2.0
 *
 * What the kubelet's node and files are called.
 */
#include "kubelet.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/rules.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

static json_object *
arguments (struct kbsh_ctx *ctx)
{
  return kbsh_input (ctx, "config:/init/nodeRegistration/kubeletExtraArgs");
}

const char *
kubelet_folder (struct kbsh_ctx *ctx)
{
  return ctx->host->get_string (ctx, "config:/paths/kubelet",
                                "/var/lib/kubelet");
}

/* The kubelet's own flag has the last word. */
char *
kubelet_node (struct kbsh_ctx *ctx)
{
  kbsh_autojson json_object *given = arguments (ctx);
  const char *name = kbsh_argument (given, "hostname-override");
  return strdup (name ? name
                      : ctx->host->get_string (ctx, "config:/node/name", ""));
}

char *
kubelet_node_path (struct kbsh_ctx *ctx, const char *node)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *object = NULL;
  char *path = NULL;
  if (!kbsh_json_set_string (&object, "/apiVersion", "v1", &err)
      && !kbsh_json_set_string (&object, "/kind", "Node", &err)
      && !kbsh_json_set_string (&object, "/metadata/name", node, &err))
    path = kbsh_kube_path (object, 0, &err);
  if (!path)
    kbsh_fail_error (ctx, &err);
  return path;
}

char *
kubelet_kubeconfig (struct kbsh_ctx *ctx)
{
  return kbsh_text ("%s/kubelet.conf",
                    ctx->host->get_string (ctx, "config:/paths/kubeconfigs",
                                           "/etc/kubernetes"));
}

char *
kubelet_bootstrap_kubeconfig (struct kbsh_ctx *ctx)
{
  return kbsh_text ("%s/bootstrap-kubelet.conf",
                    ctx->host->get_string (ctx, "config:/paths/kubernetes",
                                           "/etc/kubernetes"));
}

/* In the user's folder, or the kubelet's own. */
char *
kubelet_certificate (struct kbsh_ctx *ctx)
{
  kbsh_autojson json_object *given = arguments (ctx);
  const char *folder = kbsh_argument (given, "cert-dir");
  return folder ? kbsh_text ("%s/kubelet-client-current.pem", folder)
                : kbsh_text ("%s/pki/kubelet-client-current.pem",
                             kubelet_folder (ctx));
}
