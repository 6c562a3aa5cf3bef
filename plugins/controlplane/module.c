/* SPDX-License-Identifier: Apache-2.0
 *
 * The static Pods of the control plane, and the API server's audit policy.
 */
#include "controlplane.h"

#include <kbsh/service.h>

KBSH_STEP (
    manifest, manifest_run, .name = "controlplane.manifest",
    .summary = "write the manifest of a static Pod",
    .accepts
    = "[{\"name\": \"component\", \"type\": \"string\", \"required\": true,"
      "  \"values\": [\"etcd\", \"kube-apiserver\","
      "    \"kube-controller-manager\", \"kube-scheduler\"],"
      "  \"help\": \"whose manifest\"},"
      " {\"name\": \"initial-cluster\", \"type\": \"string\","
      "  \"help\": \"etcd: the members of the cluster that it joins,"
      " NAME=URL,...\"},"
      " {\"name\": \"config\", \"type\": \"any\","
      "  \"help\": \"the configuration, when another service calls\"}]",
    .touches = "{\"paths\": [\"${config:/paths/manifests}/\"]}");

KBSH_STEP (audit_policy, audit_policy_run, .name = "controlplane.audit-policy",
           .summary = "write the API server's audit policy",
           .accepts
           = "[{\"name\": \"file\", \"type\": \"string\", \"required\": true,"
             "  \"help\": \"a policy (audit.k8s.io/v1), or \\\"default\\\"\"}]",
           .touches = "{\"paths\": [\"${config:/audit/policy}\","
                      "  \"${config:/paths/kubernetes}/audit/\","
                      "  \"/var/log/kubernetes/audit/\"]}");

static const struct kbsh_service *const services[]
    = { &manifest, &audit_policy, NULL };

KBSH_MODULE (.name = "controlplane", .version = "0.1.0",
             .licence = "Apache-2.0", .vendor = "kbsh",
             .summary = "static Pods of the control plane",
             .services = services);
