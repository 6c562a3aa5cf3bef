/* SPDX-License-Identifier: Apache-2.0
 *
 * docker.runtime: docker, through its own API. The kubelet reaches it through
 * its built-in shim, in the releases that have one.
 */
#include "engine.h"

static const struct kbsh_runtime_ops ops = {
  .size = sizeof ops,
  .detect = docker_detect,
  .describe = docker_describe,
  .images = docker_images,
  .pull = docker_pull,
  .containers = docker_containers,
  .clear = docker_clear,
};

static const struct kbsh_service runtime = {
  .size = sizeof runtime,
  .role = "runtime",
  .name = "docker.runtime",
  .summary = "docker, through the Docker Engine API",
  .accepts
  = "[{\"name\": \"socket\", \"type\": \"string\","
    "  \"help\": \"docker's socket, or that of the kubelet's shim\"},"
    " {\"name\": \"image\", \"type\": \"string\", \"help\": \"what to pull\"},"
    " {\"name\": \"always\", \"type\": \"bool\","
    "  \"help\": \"pull it even when it is present\"},"
    " {\"name\": \"label\", \"type\": \"string\","
    "  \"help\": \"only containers with this label (key=value)\"}]",
  .touches = "{\"hosts\": [\"${socket}\", \"unix:" DOCKER_SOCKET "\"]}",
  .ops = &ops,
};

static const struct kbsh_service *const services[] = { &runtime, NULL };

KBSH_MODULE (.name = "docker", .version = "0.1.0", .licence = "Apache-2.0",
             .vendor = "kbsh", .summary = "the container runtime docker",
             .services = services);
