/* SPDX-License-Identifier: Apache-2.0
 *
 * The kubelet of this machine: its files, and its start.
 */
#include "kubelet.h"

#include <kbsh/service.h>

#define ACCEPTS                                                                \
  "[{\"name\": \"kubeconfig\", \"type\": \"any\", \"required\": true,"         \
  "  \"help\": \"how to reach the cluster until the kubelet has a"             \
  " certificate: a path, or a kubeconfig as a tree\"}]"

KBSH_STEP (start, kubelet_start, .name = "kubelet.start",
           .summary = "write the kubelet's files and start it",
           .touches = "{\"paths\": [\"${config:/paths/kubelet}/\"],"
                      " \"units\": [\"kubelet\"]}");

KBSH_STEP (name, kubelet_name_run, .name = "kubelet.check-name",
           .summary = "look whether the node's name is free",
           .accepts = ACCEPTS, .touches = "{\"hosts\": [\"*\"]}");

KBSH_STEP (bootstrap, kubelet_bootstrap, .name = "kubelet.bootstrap",
           .summary
           = "start a kubelet that asks the cluster for its certificate",
           .accepts = ACCEPTS,
           .touches = "{\"paths\": [\"${config:/paths/kubelet}/\","
                      " \"${config:/paths/kubernetes}/\","
                      " \"${config:/join/caCertPath}\"],"
                      " \"units\": [\"kubelet\"], \"hosts\": [\"*\"]}");

KBSH_STEP (wait_bootstrap, kubelet_wait_bootstrap,
           .name = "kubelet.wait-bootstrap",
           .summary = "wait until the kubelet has a certificate of its own",
           .accepts = ACCEPTS,
           .touches
           = "{\"paths\":"
             "  [\"${config:/paths/kubernetes}/bootstrap-kubelet.conf\"],"
             " \"programs\": [\"journalctl\"], \"hosts\": [\"*\"]}");

KBSH_STEP (finalize, kubelet_finalize, .name = "kubelet.finalize",
           .summary
           = "let the kubelet use the client certificate that it rotates",
           .touches = "{\"paths\": [\"${config:/paths/kubeconfigs}/\"]}");

static const struct kbsh_service *const services[]
    = { &start, &name, &bootstrap, &wait_bootstrap, &finalize, NULL };

KBSH_MODULE (.name = "kubelet", .version = "0.1.0", .licence = "Apache-2.0",
             .vendor = "kbsh", .summary = "the kubelet of this machine",
             .services = services);
