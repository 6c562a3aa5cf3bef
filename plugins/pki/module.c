/* SPDX-License-Identifier: Apache-2.0
 *
 * Certificates and keys in files.
 */
#include "pki-steps.h"

#include <kbsh/service.h>

KBSH_STEP (
    certificate, certificate_run, .name = "pki.certificate",
    .summary = "make a certificate and its key, or check those that are there",
    .accepts = "[{\"name\": \"name\", \"type\": \"string\", \"required\": true,"
               "  \"help\": \"which one of the configuration's certificates\"},"
               " {\"name\": \"backend\", \"type\": \"string\","
               "  \"default\": \"ca-files.ca\","
               "  \"help\": \"the service of the role ca that signs\"}]",
    .touches = "{\"paths\": [\"${config:/paths/pki}/\"], \"calls\": [\"ca\"]}");

KBSH_STEP (keypair, keypair_run, .name = "pki.keypair",
           .summary
           = "make a private and a public key, or check those that are there",
           .accepts
           = "[{\"name\": \"name\", \"type\": \"string\", \"required\": true,"
             "  \"help\": \"NAME.key and NAME.pub\"}]",
           .touches = "{\"paths\": [\"${config:/paths/pki}/\"]}");

KBSH_STEP (shared, shared_run, .name = "pki.shared",
           .summary = "look for the CAs and keys that control planes share");

static const struct kbsh_service *const services[]
    = { &certificate, &keypair, &shared, NULL };

KBSH_MODULE (.name = "pki", .version = "0.1.0", .licence = "Apache-2.0",
             .vendor = "kbsh", .summary = "certificates and keys in files",
             .services = services);
