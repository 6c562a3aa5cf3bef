/* SPDX-License-Identifier: Apache-2.0
 *
 * The ConfigMap cluster-info: who the cluster is, signed with the tokens by
 * its own controller.
 */
#include "bootstrap.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>
#include <kbsh/yaml.h>

#include <string.h>

/* A kubeconfig with nothing but the server and its CA. */
static json_object *
kubeconfig_tree (struct kbsh_ctx *ctx, const struct kbsh_kube *kube)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *values = NULL, *tree = NULL, *extra = NULL;
  kbsh_autofree char *ca
      = kube->ca ? kbsh_base64 (kube->ca, strlen (kube->ca)) : NULL;
  json_object *merged;
  if (!ca || kbsh_json_set_string (&values, "/ca", ca, &err)
      || kbsh_json_set_string (&values, "/server", kube->server, &err))
    {
      kbsh_fail (ctx, "the kubeconfig names no CA", NULL,
                 "cluster-info can't be made");
      return NULL;
    }
  tree = kbsh_data (ctx, "bootstrap", "kubeconfig.yaml", values);
  extra = kbsh_input (ctx, "config:/release/objects/cluster-info");
  if (!tree || !extra)
    return kbsh_steal (&tree);
  merged = kbsh_json_merge (tree, extra, &err);
  if (!merged)
    kbsh_fail_error (ctx, &err);
  return merged;
}

int
bootstrap_cluster_info (struct kbsh_ctx *ctx, const struct kbsh_kube *kube)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *tree = kubeconfig_tree (ctx, kube);
  kbsh_autojson json_object *values = NULL, *objects = NULL;
  kbsh_autofree char *text = tree ? kbsh_yaml_text (tree, &err) : NULL;
  if (!tree)
    return -1;
  if (!text || kbsh_json_set_string (&values, "/kubeconfig", text, &err))
    return kbsh_fail_error (ctx, &err);
  objects = kbsh_data_list (ctx, "bootstrap", "cluster-info.yaml", values);
  return objects && kbsh_kube_apply_all (ctx, kube, objects) >= 0 ? 0 : -1;
}
