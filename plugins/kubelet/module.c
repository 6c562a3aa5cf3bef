/* SPDX-License-Identifier: Apache-2.0
 *
 * The kubelet of this machine: its files, and its start.
 */
#include "kubelet.h"

#include <kbsh/service.h>

KBSH_STEP (start, kubelet_start, .name = "kubelet.start",
           .summary = "write the kubelet's files and start it",
           .touches = "{\"paths\": [\"${config:/paths/kubelet}/\"],"
                      " \"units\": [\"kubelet\"]}");

KBSH_STEP (finalize, kubelet_finalize, .name = "kubelet.finalize",
           .summary
           = "let the kubelet use the client certificate that it rotates",
           .touches = "{\"paths\": [\"${config:/paths/kubeconfigs}/\"],"
                      " \"units\": [\"kubelet\"]}");

static const struct kbsh_service *const services[]
    = { &start, &finalize, NULL };

KBSH_MODULE (.name = "kubelet", .version = "0.1.0", .licence = "Apache-2.0",
             .vendor = "kbsh", .summary = "the kubelet of this machine",
             .services = services);
