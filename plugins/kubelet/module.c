/* SPDX-License-Identifier: Apache-2.0
 *
 * The kubelet of this machine: its files, and its start.
 */
#include "kubelet.h"

static const struct kbsh_step_ops start_ops
    = { sizeof start_ops, kubelet_start };
static const struct kbsh_step_ops finalize_ops
    = { sizeof finalize_ops, kubelet_finalize };

static const struct kbsh_service start = {
  .size = sizeof start,
  .role = "step",
  .name = "kubelet.start",
  .summary = "write the kubelet's files and start it",
  .touches = "{\"paths\": [\"${config:/paths/kubelet}/\"],"
             " \"units\": [\"kubelet\"]}",
  .ops = &start_ops,
};

static const struct kbsh_service finalize = {
  .size = sizeof finalize,
  .role = "step",
  .name = "kubelet.finalize",
  .summary = "let the kubelet use the client certificate that it rotates",
  .touches = "{\"paths\": [\"${config:/paths/kubeconfigs}/\"],"
             " \"units\": [\"kubelet\"]}",
  .ops = &finalize_ops,
};

static const struct kbsh_service *const services[]
    = { &start, &finalize, NULL };

KBSH_MODULE (.name = "kubelet", .version = "0.1.0", .licence = "Apache-2.0",
             .vendor = "kbsh", .summary = "the kubelet of this machine",
             .services = services);
