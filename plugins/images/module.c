/* SPDX-License-Identifier: Apache-2.0
 *
 * images.pull: the images that this node needs, fetched before they are
 * waited for.
 */
#include "pull.h"

#include <kbsh/plugin.h>
#include <kbsh/service.h>

KBSH_STEP (
    pull, pull_run, .name = "images.pull",
    .summary = "pull the images that the control plane needs",
    .accepts
    = "[{\"name\": \"images\", \"type\": \"any\","
      "  \"help\": \"names (list or map); otherwise those of the"
      " configuration\"},"
      " {\"name\": \"service\", \"type\": \"string\","
      "  \"help\": \"the runtime's service; otherwise the one detected\"},"
      " {\"name\": \"socket\", \"type\": \"string\","
      "  \"help\": \"its socket; otherwise the one detected\"},"
      " {\"name\": \"policy\", \"type\": \"string\","
      "  \"values\": [\"IfNotPresent\", \"Never\", \"Always\"],"
      "  \"help\": \"otherwise the configuration's\"},"
      " {\"name\": \"serial\", \"type\": \"bool\","
      "  \"help\": \"one after the other; otherwise as configured\"},"
      " {\"name\": \"ignore\", \"type\": \"list\","
      "  \"help\": \"checks whose errors are warnings: ImagePull, all\"}]",
    .touches = "{\"calls\": [\"runtime\"]}");

static const struct kbsh_service *const services[] = { &pull, NULL };

KBSH_MODULE (.name = "images", .version = "0.1.0", .licence = "Apache-2.0",
             .vendor = "kbsh", .summary = "container images",
             .services = services);
