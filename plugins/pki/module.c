/* SPDX-License-Identifier: Apache-2.0
 *
 * Certificates and keys in files.
 */
#include "pki-steps.h"

static const struct kbsh_step_ops certificate_ops
    = { .size = sizeof certificate_ops, .run = certificate_run };
static const struct kbsh_step_ops keypair_ops
    = { .size = sizeof keypair_ops, .run = keypair_run };

static const struct kbsh_service certificate = {
  .size = sizeof certificate,
  .role = "step",
  .name = "pki.certificate",
  .summary = "make a certificate and its key, or check those that are there",
  .accepts = "[{\"name\": \"name\", \"type\": \"string\", \"required\": true,"
             "  \"help\": \"which one of the configuration's certificates\"},"
             " {\"name\": \"backend\", \"type\": \"string\","
             "  \"default\": \"ca-files.ca\","
             "  \"help\": \"the service of the role ca that signs\"}]",
  .touches = "{\"paths\": [\"${config:/paths/pki}/\"], \"calls\": [\"ca\"]}",
  .ops = &certificate_ops,
};

static const struct kbsh_service keypair = {
  .size = sizeof keypair,
  .role = "step",
  .name = "pki.keypair",
  .summary = "make a private and a public key, or check those that are there",
  .accepts = "[{\"name\": \"name\", \"type\": \"string\", \"required\": true,"
             "  \"help\": \"NAME.key and NAME.pub\"}]",
  .touches = "{\"paths\": [\"${config:/paths/pki}/\"]}",
  .ops = &keypair_ops,
};

static const struct kbsh_service *const services[]
    = { &certificate, &keypair, NULL };

KBSH_MODULE (.name = "pki", .version = "0.1.0", .licence = "Apache-2.0",
             .vendor = "kbsh", .summary = "certificates and keys in files",
             .services = services);
