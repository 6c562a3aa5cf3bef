/* SPDX-License-Identifier: Apache-2.0
 *
 * node.joined: what has become of this machine, and what to do next.
 */
#include "node.h"

#include <kbsh/service.h>

static int
joined_worker (struct kbsh_ctx *ctx, const char *name)
{
  return kbsh_print (ctx,
                     "\nThis node has joined the cluster:\n\n"
                     "* Its name is %s.\n"
                     "* The cluster signed a certificate for its kubelet, "
                     "which uses it from now on.\n\n"
                     "On a control plane, see it become ready:\n\n"
                     "  kubectl get nodes\n\n",
                     name);
}

static int
joined_control_plane (struct kbsh_ctx *ctx, const char *name, const char *etcd)
{
  const char *admin = ctx->host->get_string (ctx, "config:/paths/admin",
                                             "/etc/kubernetes/admin.conf");
  return kbsh_print (ctx,
                     "\nThis node has joined the cluster and a new control "
                     "plane instance was created:\n\n"
                     "* Its name is %s, with the labels and taints of a "
                     "control plane.\n"
                     "* The cluster signed a certificate for its kubelet, "
                     "which uses it from now on.\n%s\n"
                     "To use it as an ordinary user:\n\n"
                     "  mkdir -p $HOME/.kube\n"
                     "  sudo cp -i %s $HOME/.kube/config\n"
                     "  sudo chown $(id -u):$(id -g) $HOME/.kube/config\n\n"
                     "See it become ready:\n\n"
                     "  kubectl get nodes\n\n",
                     name, etcd, admin);
}

int
node_joined (struct kbsh_ctx *ctx)
{
  const char *name = ctx->host->get_string (ctx, "config:/node/name", "");
  int external = ctx->host->get (ctx, "config:/cluster/etcd/external") != NULL;
  if (ctx->dry_run)
    return 0;
  if (!ctx->host->get_bool (ctx, "config:/control-plane", 0))
    return joined_worker (ctx, name);
  return joined_control_plane (ctx, name,
                               external ? "" : "* etcd has one more member.\n");
}
