/* SPDX-License-Identifier: Apache-2.0
 *
 * upload.admin: bind the groups of the client certificates to their roles, in
 * releases whose certificates name no group that may do everything anyway.
 */
#include "upload.h"

#include <kbsh/cleanup.h>
#include <kbsh/service.h>

/* Apply a file when the release's table says that it is needed. */
static int
bind_when (struct kbsh_ctx *ctx, const struct kbsh_kube *kube,
           const char *needed, const char *file, const char *said)
{
  int changed;
  if (!ctx->host->get_bool (ctx, needed, 0))
    return 0;
  changed = upload_apply (ctx, kube, file, NULL);
  if (changed > 0)
    kbsh_say (ctx, "%s", said);
  return changed < 0 ? -1 : 0;
}

int
upload_admin (struct kbsh_ctx *ctx)
{
  KBSH_CLEANUP (kbsh_kube_close) struct kbsh_kube kube = { 0 };
  const char *path = ctx->host->get_string (ctx, "super-kubeconfig", "");
  if (kbsh_kube_open (ctx, path, &kube)
      || bind_when (ctx, &kube, "config:/release/objects/admin-binding",
                    "admin.yaml",
                    "Bound the group of admin.conf to "
                    "cluster-admin"))
    return -1;
  return bind_when (ctx, &kube,
                    "config:/release/objects/kubelet-client-binding",
                    "kubelet-client.yaml",
                    "Bound the API server's kubelet client to its role");
}
