/* SPDX-License-Identifier: Apache-2.0
 *
 * upload.status: a control plane's entry in the ClusterStatus, which releases
 * up to 1.21 keep beside the configuration. Others may change it at the same
 * time: what is written is what was read, or it is tried again.
 */
#include "upload.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>
#include <kbsh/yaml.h>

#include <string.h>

#define MAP "/api/v1/namespaces/kube-system/configmaps/kubeadm-config"

enum
{
  TRIES = 20
};

static json_object *
read_status (struct kbsh_ctx *ctx, json_object *map)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  const char *text = kbsh_json_string (map, "/data/ClusterStatus", "{}");
  json_object *tree
      = kbsh_yaml_one ("ClusterStatus", text, strlen (text), &err);
  if (!tree)
    kbsh_fail_error (ctx, &err);
  return tree;
}

/* Lay this node's entry over it. 0: done, 1: changed by another meanwhile, -1 */
static int
try_once (struct kbsh_ctx *ctx, const struct kbsh_kube *kube,
          json_object *over)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *map = NULL, *have = NULL, *want = NULL;
  int status = kbsh_kube_request (ctx, kube, "GET", MAP, NULL, NULL, &map);
  if (status < 0)
    return -1;
  if (status != 200)
    return kbsh_fail (ctx, "the API server has no such object",
                      "On a control plane, run kbsh init phase upload-config "
                      "kubeadm.",
                      "ConfigMap kube-system/kubeadm-config is needed");
  have = read_status (ctx, map);
  if (!have)
    return -1;
  want = kbsh_json_merge (have, over, &err);
  if (!want)
    return kbsh_fail_error (ctx, &err);
  if (kbsh_json_equal (have, want))
    return 0;
  if (upload_set_yaml (ctx, &map, "/data/ClusterStatus", want))
    return -1;
  status = kbsh_kube_request (ctx, kube, "PUT", MAP, NULL, map, NULL);
  return status < 0 ? -1 : status == 409;
}

int
upload_status (struct kbsh_ctx *ctx)
{
  KBSH_CLEANUP (kbsh_kube_close) struct kbsh_kube kube = { 0 };
  kbsh_autojson json_object *over = kbsh_input (ctx, "config:/storedStatus");
  int status = 1;
  if (!over)
    return ctx->host->failed (ctx) ? -1 : 0; /* this release keeps none */
  if (kbsh_kube_connect (ctx, &kube))
    return -1;
  for (int i = 0; status > 0 && i < TRIES; i++)
    status = try_once (ctx, &kube, over);
  return status <= 0 ? status
                     : kbsh_fail (ctx, "others keep changing it",
                                  "Run the same command again.",
                                  "ConfigMap kube-system/kubeadm-config was "
                                  "not changed");
}
