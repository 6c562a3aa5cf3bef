/* SPDX-License-Identifier: Apache-2.0
 *
 * How a machine that joins finds its cluster.
 */
#include "discovery.h"

#include <kbsh/service.h>

KBSH_STEP (find_service, discovery_find, .name = "discovery.find",
           .summary = "find the cluster to join, and verify that it is the one",
           .accepts
           = "[{\"name\": \"from\", \"type\": \"any\", \"required\": true,"
             "  \"help\": \"token or file, and what to verify it with\"}]",
           .touches = "{\"hosts\": [\"*\"]}");

static const struct kbsh_service *const services[] = { &find_service, NULL };

KBSH_MODULE (.name = "discovery", .version = "0.1.0", .licence = "Apache-2.0",
             .vendor = "kbsh",
             .summary = "finding the cluster to join, and trusting it",
             .services = services);
