/* SPDX-License-Identifier: Apache-2.0
 *
 * upload.config: the configuration of the cluster as a ConfigMap, in the form
 * that this release's own tools read.
 */
#include "upload.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/yaml.h>

#include <string.h>

/* The status text that the cluster has, as a tree: other nodes are in it. */
static json_object *
parse_status (json_object *map)
{
  const char *text = kbsh_json_string (map, "/data/ClusterStatus", NULL);
  return text ? kbsh_yaml_one ("ClusterStatus", text, strlen (text), NULL)
              : NULL;
}

static int
get_map (struct kbsh_ctx *ctx, const struct kbsh_kube *kube, json_object **map)
{
  int status = kbsh_kube_request (
      ctx, kube, "GET",
      "/api/v1/namespaces/kube-system/configmaps/kubeadm-config", NULL, NULL,
      map);
  if (status == 404)
    {
      json_object_put (*map);
      *map = NULL;
    }
  return status < 0 ? -1 : 0;
}

/* This node's entry, beside those of the others. */
static int
set_status (struct kbsh_ctx *ctx, const struct kbsh_kube *kube,
            json_object **values)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *map = NULL, *others = NULL, *all = NULL;
  kbsh_autojson json_object *own = kbsh_input (ctx, "config:/storedStatus");
  if (!own)
    return 0; /* this release keeps none */
  if (get_map (ctx, kube, &map))
    return -1;
  others = parse_status (map);
  all = others ? kbsh_json_merge (others, own, &err) : json_object_get (own);
  return all ? upload_set_yaml (ctx, values, "/status", all)
             : kbsh_fail_error (ctx, &err);
}

int
upload_config (struct kbsh_ctx *ctx)
{
  KBSH_CLEANUP (kbsh_kube_close) struct kbsh_kube kube = { 0 };
  kbsh_autojson json_object *stored = kbsh_input (ctx, "config:/stored");
  kbsh_autojson json_object *values = NULL;
  int changed;
  if (kbsh_kube_connect (ctx, &kube)
      || upload_set_yaml (ctx, &values, "/configuration", stored)
      || set_status (ctx, &kube, &values))
    return -1;
  changed = upload_apply (ctx, &kube, "kubeadm-config.yaml", values);
  if (changed > 0)
    kbsh_say (ctx, "Stored the configuration in ConfigMap "
                   "kube-system/kubeadm-config");
  return changed < 0 ? -1 : 0;
}
