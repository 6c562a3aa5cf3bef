/* SPDX-License-Identifier: Apache-2.0
 *
 * kubelet.start: the kubelet of a node whose kubelet.conf is made by us.
 */
#include "kubelet.h"

#include <kbsh/cleanup.h>

int
kubelet_start (struct kbsh_ctx *ctx)
{
  KBSH_CLEANUP (kubelet_files_free) struct kubelet_files files = { 0 };
  return kubelet_files_prepare (ctx, &files, 0)
                 || kubelet_files_start (ctx, &files)
             ? -1
             : 0;
}
