/* SPDX-License-Identifier: Apache-2.0
 *
 * kubelet.check-name: is the name that this machine joins under free? Asked by
 * itself where much is written before the kubelet is started.
 */
#include "kubelet.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <string.h>

static int
is_ready (json_object *node)
{
  json_object *conditions = kbsh_json_at (node, "/status/conditions");
  for (size_t i = 0; i < kbsh_json_length (conditions, ""); i++)
    {
      json_object *one = json_object_array_get_idx (conditions, i);
      if (!strcmp (kbsh_json_string (one, "/type", ""), "Ready")
          && !strcmp (kbsh_json_string (one, "/status", ""), "True"))
        return 1;
    }
  return 0;
}

/* Two machines under one name would take each other's pods away. */
int
kubelet_check_name (struct kbsh_ctx *ctx, const struct kbsh_kube *kube,
                    const char *node)
{
  kbsh_autojson json_object *found = NULL;
  kbsh_autofree char *path = kubelet_node_path (ctx, node);
  kbsh_autofree char *remedy = NULL;
  int status;
  if (!path)
    return -1;
  status = kbsh_kube_request (ctx, kube, "GET", path, NULL, NULL, &found);
  if (status < 0)
    return kbsh_fail (ctx, NULL, NULL,
                      "whether the name %s is free can't be found out", node);
  if (status > 299 || !is_ready (found))
    return 0;
  remedy = kbsh_text ("give this one another name with --node-name; or, when "
                      "that machine is gone for good, delete its node first: "
                      "kubectl delete node %s",
                      node);
  return kbsh_fail (ctx, "a Ready node has it", remedy,
                    "the name %s is taken in this cluster", node);
}

/* A machine that has joined this cluster under this name may go on. */
int
kubelet_name_run (struct kbsh_ctx *ctx)
{
  KBSH_CLEANUP (kbsh_kube_close) struct kbsh_kube kube = { 0 };
  kbsh_autofree char *node = kubelet_node (ctx);
  int joined;
  if (!node)
    return kbsh_fail_memory (ctx);
  if (kbsh_kube_connect (ctx, &kube))
    return -1;
  joined = kubelet_joined (ctx, &kube, node);
  return joined < 0 || (!joined && kubelet_check_name (ctx, &kube, node)) ? -1
                                                                         : 0;
}
