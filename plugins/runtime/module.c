/* SPDX-License-Identifier: Apache-2.0
 *
 * runtime.detect: which container runtime this machine's node will use.
 */
#include "detect.h"

#include <kbsh/service.h>

KBSH_STEP (detect, detect_run, .name = "runtime.detect",
           .summary = "find the container runtime",
           .accepts
           = "[{\"name\": \"socket\", \"type\": \"string\","
             "  \"help\": \"the runtime's socket (empty: look for it)\"},"
             " {\"name\": \"default-socket\", \"type\": \"string\","
             "  \"help\": \"where the release looks by itself; otherwise the"
             " configuration's\"},"
             " {\"name\": \"scheme\", \"type\": \"bool\","
             "  \"help\": \"sockets are written as URLs; otherwise as the"
             " configuration's release wants\"},"
             " {\"name\": \"runtimes\", \"type\": \"list\","
             "  \"default\": [\"cri.runtime\", \"docker.runtime\"],"
             "  \"help\": \"the probes that are asked\"}]",
           .touches = "{\"calls\": [\"runtime\"]}");

static const struct kbsh_service *const services[] = { &detect, NULL };

KBSH_MODULE (.name = "runtime", .version = "0.1.0", .licence = "Apache-2.0",
             .vendor = "kbsh", .summary = "which container runtime is used",
             .services = services);
