/* SPDX-License-Identifier: Apache-2.0
 *
 * cri.runtime: containerd, CRI-O and whatever else speaks the Container
 * Runtime Interface.
 */
#include "api.h"

#include <kbsh/plugin.h>

static const struct kbsh_runtime_ops ops = {
  .size = sizeof ops,
  .detect = cri_detect,
  .describe = cri_describe,
  .images = cri_images,
  .pull = cri_pull,
  .containers = cri_containers,
  .clear = cri_clear,
};

static const struct kbsh_service runtime = {
  .size = sizeof runtime,
  .role = "runtime",
  .name = "cri.runtime",
  .summary = "containerd and CRI-O, through the Container Runtime Interface",
  .accepts
  = "[{\"name\": \"socket\", \"type\": \"string\","
    "  \"help\": \"the runtime's socket, with or without unix://\"},"
    " {\"name\": \"image\", \"type\": \"string\", \"help\": \"what to pull\"},"
    " {\"name\": \"always\", \"type\": \"bool\","
    "  \"help\": \"pull it even when it is present\"},"
    " {\"name\": \"label\", \"type\": \"string\","
    "  \"help\": \"only containers with this label (key=value)\"}]",
  .touches = "{\"hosts\": [\"${socket}\","
             " \"unix:/run/containerd/containerd.sock\","
             " \"unix:/var/run/crio/crio.sock\","
             " \"unix:/var/run/cri-dockerd.sock\"]}",
  .ops = &ops,
};

static const struct kbsh_service *const services[] = { &runtime, NULL };

KBSH_MODULE (.name = "cri", .version = "0.1.0", .licence = "Apache-2.0",
             .vendor = "kbsh",
             .summary = "container runtimes that speak the CRI",
             .services = services);
