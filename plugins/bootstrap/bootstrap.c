/* SPDX-License-Identifier: Apache-2.0
 *
 * How other machines join: tokens, what they may do, what they may learn, and
 * the command to type.
 */
#include "bootstrap.h"

#include <kbsh/cleanup.h>
#include <kbsh/service.h>

static int
bootstrap_token (struct kbsh_ctx *ctx)
{
  KBSH_CLEANUP (kbsh_kube_close) struct kbsh_kube kube = { 0 };
  kbsh_autojson json_object *rbac
      = kbsh_data_list (ctx, "bootstrap", "rbac.yaml", NULL);
  if (!rbac || kbsh_kube_connect (ctx, &kube) || bootstrap_tokens (ctx, &kube)
      || kbsh_kube_apply_all (ctx, &kube, rbac) < 0)
    return -1;
  return bootstrap_cluster_info (ctx, &kube);
}

KBSH_STEP (token, bootstrap_token, .name = "bootstrap.token",
           .summary = "make tokens to join with, and say what they may do",
           .accepts = "[{\"name\": \"kubeconfig\", \"type\": \"any\","
                      "  \"required\": true,"
                      "  \"help\": \"how to reach the API server\"}]",
           .touches = "{\"hosts\": [\"*\"]}");

KBSH_STEP (
    show, bootstrap_show, .name = "bootstrap.show",
    .summary = "print what to do next",
    .accepts
    = "[{\"name\": \"token\", \"type\": \"string\", \"secret\": true,"
      "  \"help\": \"the token to print\"},"
      " {\"name\": \"certificate-key\", \"type\": \"string\","
      "  \"secret\": true, \"help\": \"key of the uploaded certificates\"},"
      " {\"name\": \"skip-token-print\", \"type\": \"bool\","
      "  \"help\": \"print no token\"},"
      " {\"name\": \"skip-certificate-key-print\", \"type\": \"bool\","
      "  \"help\": \"print no key\"}]");

static const struct kbsh_service *const services[] = { &token, &show, NULL };

KBSH_MODULE (.name = "bootstrap", .version = "0.1.0", .licence = "Apache-2.0",
             .vendor = "kbsh",
             .summary = "tokens, and what joining machines need",
             .services = services);
