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

#define P(name, type, help)                                                    \
  "{\"name\": \"" name "\", \"type\": \"" type "\", \"help\": \"" help "\"}"
#define SECRET(name, help)                                                     \
  "{\"name\": \"" name "\", \"type\": \"string\", \"secret\": true,"           \
  " \"help\": \"" help "\"}"
#define ADMIN                                                                  \
  "{\"name\": \"kubeconfig\", \"type\": \"path\","                             \
  " \"default\": \"/etc/kubernetes/admin.conf\","                              \
  " \"help\": \"how to reach the API server\"}"
#define OUTPUT                                                                 \
  "{\"name\": \"output\", \"short\": \"o\", \"type\": \"string\","             \
  " \"values\": [\"text\", \"json\", \"yaml\"], \"default\": \"text\","        \
  " \"help\": \"form of the output\"}"
#define API "{\"hosts\": [\"*\"]}"

KBSH_STEP (token, bootstrap_token, .name = "bootstrap.token",
           .summary = "make tokens to join with, and say what they may do",
           .accepts = "[{\"name\": \"kubeconfig\", \"type\": \"any\","
                      "  \"required\": true,"
                      "  \"help\": \"how to reach the API server\"}]",
           .touches = API);

/* clang-format off */
static const char show_accepts[] = "["
  SECRET ("token", "the token to print") ","
  SECRET ("certificate-key", "key of the uploaded certificates") ","
  P ("skip-token-print", "bool", "print no token") ","
  P ("skip-certificate-key-print", "bool", "print no key") "]";

static const char create_accepts[] = "["
  "{\"name\": \"token\", \"type\": \"string\", \"positional\": true,"
  " \"secret\": true, \"help\": \"the token (default a random one)\"},"
  P ("config", "path",
     "a configuration file of kubeadm, whose bootstrapTokens are made") ","
  P ("ttl", "duration",
     "how long it is valid (default 24h0m0s; 0 for ever)") ","
  P ("usages", "list", "signing, authentication, or both (default both)") ","
  P ("groups", "list",
     "groups of those who log in with it (default " BOOTSTRAP_GROUP ")") ","
  P ("description", "string", "what it is for") ","
  P ("print-join-command", "bool",
     "print the command by which a machine joins with it") ","
  SECRET ("certificate-key",
          "with --print-join-command: the command of a control plane") ","
  P ("upload-certs", "bool", "with --print-join-command: upload the "
     "certificates, and print the command of a control plane") ","
  OUTPUT "," ADMIN "]";

static const char delete_accepts[] = "["
  "{\"name\": \"token\", \"type\": \"list\", \"positional\": true,"
  " \"required\": true, \"help\": \"ids or whole tokens\"}," ADMIN "]";
/* clang-format on */

KBSH_STEP (show, bootstrap_show, .name = "bootstrap.show",
           .summary = "print what to do next", .accepts = show_accepts);

#define COMMAND(id, function, typed, ...)                                      \
  static const struct kbsh_command_ops id##_ops                                \
      = { sizeof id##_ops, typed, function };                                  \
  KBSH_SERVICE_ (id, "command", __VA_ARGS__)

COMMAND (create, bootstrap_create, "token create",
         .name = "bootstrap.token-create",
         .summary = "make a bootstrap token in the cluster",
         .accepts = create_accepts,
         .touches = "{\"hosts\": [\"*\"], \"calls\": [\"step\"]}");
COMMAND (list, bootstrap_list, "token list", .name = "bootstrap.token-list",
         .summary = "list the bootstrap tokens of the cluster",
         .accepts = "[" OUTPUT "," ADMIN "]", .touches = API);
COMMAND (delete, bootstrap_delete, "token delete",
         .name = "bootstrap.token-delete", .summary = "delete bootstrap tokens",
         .accepts = delete_accepts, .touches = API);
COMMAND (generate, bootstrap_generate, "token generate",
         .name = "bootstrap.token-generate",
         .summary = "print a random token; it is not made in the cluster");
COMMAND (certificate_key, bootstrap_certificate_key, "certs certificate-key",
         .name = "bootstrap.certificate-key",
         .summary = "print a random key for uploaded certificates");

static const struct kbsh_service *const services[]
    = { &token,  &show,     &create,          &list,
        &delete, &generate, &certificate_key, NULL };

KBSH_MODULE (.name = "bootstrap", .version = "0.1.0", .licence = "Apache-2.0",
             .vendor = "kbsh",
             .summary = "tokens, and what joining machines need",
             .services = services);
