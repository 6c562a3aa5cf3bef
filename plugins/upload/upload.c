/* SPDX-License-Identifier: Apache-2.0
 *
 * Stores in the cluster what others need who join or upgrade it.
 */
#include "upload.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/yaml.h>

int
upload_set_yaml (struct kbsh_ctx *ctx, json_object **values,
                 const char *pointer, json_object *tree)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autofree char *text = kbsh_yaml_text (tree, &err);
  if (!text || kbsh_json_set_string (values, pointer, text, &err))
    return kbsh_fail_error (ctx, &err);
  return 0;
}

int
upload_apply (struct kbsh_ctx *ctx, const struct kbsh_kube *kube,
              const char *file, json_object *values)
{
  kbsh_autojson json_object *objects
      = kbsh_data_list (ctx, "upload", file, values);
  return objects ? kbsh_kube_apply_all (ctx, kube, objects) : -1;
}

#define KUBECONFIG                                                             \
  "{\"name\": \"kubeconfig\", \"type\": \"any\", \"required\": true,"          \
  " \"help\": \"how to reach the API server\"}"

KBSH_STEP (config_service, upload_config, .name = "upload.config",
           .summary = "store the configuration of the cluster in it",
           .accepts = "[" KUBECONFIG "]", .touches = "{\"hosts\": [\"*\"]}");

KBSH_STEP (kubelet_service, upload_kubelet, .name = "upload.kubelet",
           .summary = "store the kubelets' configuration in the cluster",
           .accepts = "[" KUBECONFIG "]", .touches = "{\"hosts\": [\"*\"]}");

KBSH_STEP (certs_service, upload_certs, .name = "upload.certs",
           .summary = "store the control plane's certificates, encrypted",
           .accepts = "[" KUBECONFIG ","
                      " {\"name\": \"certificate-key\", \"type\": \"string\","
                      "  \"secret\": true, \"help\": \"64 hex digits; a random "
                      "one otherwise\"},"
                      " {\"name\": \"config\", \"type\": \"any\","
                      "  \"help\": \"the configuration, where no step has "
                      "read it\"},"
                      " {\"name\": \"skip-print\", \"type\": \"bool\","
                      "  \"help\": \"do not print the key\"}]",
           .touches = "{\"hosts\": [\"*\"]}");

KBSH_STEP (download_service, upload_download, .name = "upload.download-certs",
           .summary = "fetch the certificates that control planes share",
           .accepts = "[" KUBECONFIG ","
                      " {\"name\": \"certificate-key\", \"type\": \"string\","
                      "  \"required\": true, \"secret\": true,"
                      "  \"help\": \"the key that they were uploaded with\"}]",
           .touches = "{\"hosts\": [\"*\"],"
                      " \"paths\": [\"${config:/paths/pki}/\","
                      "  \"${config:/cluster/etcd/external/caFile}\","
                      "  \"${config:/cluster/etcd/external/certFile}\","
                      "  \"${config:/cluster/etcd/external/keyFile}\"]}");

KBSH_STEP (status_service, upload_status, .name = "upload.status",
           .summary = "enter this control plane in the cluster's status",
           .accepts = "[" KUBECONFIG "]", .touches = "{\"hosts\": [\"*\"]}");

KBSH_STEP (admin_service, upload_admin, .name = "upload.admin",
           .summary = "let the group of admin.conf administer the cluster",
           .accepts = "[" KUBECONFIG ","
                      " {\"name\": \"super-kubeconfig\", \"type\": \"path\","
                      "  \"required\": true,"
                      "  \"help\": \"with rights that need no binding\"}]",
           .touches = "{\"hosts\": [\"*\"]}");

static const struct kbsh_service *const services[]
    = { &config_service,   &kubelet_service, &certs_service,
        &download_service, &status_service,  &admin_service,
        NULL };

KBSH_MODULE (.name = "upload", .version = "0.1.0", .licence = "Apache-2.0",
             .vendor = "kbsh",
             .summary = "configuration and certificates kept in the cluster",
             .services = services);
