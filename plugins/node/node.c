/* SPDX-License-Identifier: Apache-2.0
 *
 * Marks a node of the control plane: labels and taints of the release, or the
 * taints that the user wants.
 */
#include "node.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/kube.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <string.h>

enum
{
  TRIES = 5 /* how often somebody else may change the node meanwhile */
};

static int
same_text (json_object *a, json_object *b, const char *pointer)
{
  return strcmp (kbsh_json_string (a, pointer, ""),
                 kbsh_json_string (b, pointer, ""))
         == 0;
}

static int
has_taint (json_object *list, json_object *taint)
{
  for (size_t i = 0; i < kbsh_json_length (list, ""); i++)
    {
      json_object *t = json_object_array_get_idx (list, i);
      if (same_text (t, taint, "/key") && same_text (t, taint, "/effect")
          && same_text (t, taint, "/value"))
        return 1;
    }
  return 0;
}

/* Add the labels that are missing to the patch. */
static int
missing_labels (json_object **patch, json_object *node, json_object *labels,
                struct kbsh_error *err)
{
  json_object *have = kbsh_json_at (node, "/metadata/labels");
  kbsh_autojson json_object *new = json_object_new_object ();
  if (!new)
    return kbsh_error_memory (err);
  for (size_t i = 0; i < kbsh_json_length (labels, ""); i++)
    {
      const char *label
          = json_object_get_string (json_object_array_get_idx (labels, i));
      json_object *is;
      if (json_object_object_get_ex (have, label, &is))
        continue;
      if (json_object_object_add (new, label, json_object_new_string ("")))
        return kbsh_error_memory (err);
    }
  return json_object_object_length (new) == 0
             ? 0
             : kbsh_json_set (patch, "/metadata/labels", kbsh_steal (&new),
                              err);
}

/* The same with the taints, which a patch can only give as a whole list. */
static int
missing_taints (json_object **patch, json_object *node, json_object *taints,
                struct kbsh_error *err)
{
  json_object *have = kbsh_json_at (node, "/spec/taints");
  size_t before = kbsh_json_length (have, "");
  kbsh_autojson json_object *all
      = have ? kbsh_json_copy (have) : json_object_new_array ();
  if (!all)
    return kbsh_error_memory (err);
  for (size_t i = 0; i < kbsh_json_length (taints, ""); i++)
    {
      json_object *taint = json_object_array_get_idx (taints, i);
      if (has_taint (all, taint))
        continue;
      if (json_object_array_add (all, json_object_get (taint)))
        return kbsh_error_memory (err);
    }
  return kbsh_json_length (all, "") == before
             ? 0
             : kbsh_json_set (patch, "/spec/taints", kbsh_steal (&all), err);
}

/* With the version seen, so that nobody's taint is lost. */
static int
pin_version (json_object **patch, json_object *node, struct kbsh_error *err)
{
  const char *version
      = kbsh_json_string (node, "/metadata/resourceVersion", NULL);
  return version ? kbsh_json_set_string (patch, "/metadata/resourceVersion",
                                         version, err)
                 : 0;
}

static json_object *
get_node (struct kbsh_ctx *ctx, const struct kbsh_kube *kube, const char *path,
          const char *name)
{
  int64_t ms
      = ctx->host->get_int (ctx, "config:/timeouts/kubernetes-api", 60000);
  return kbsh_kube_wait (ctx, kube, path, name, (uint32_t)ms);
}

/* Patch what is missing. 0 done, 1 it changed under our hands, -1. */
static int
mark_once (struct kbsh_ctx *ctx, const struct kbsh_kube *kube, const char *path,
           const char *name)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *labels = kbsh_input (ctx, "config:/node/labels");
  kbsh_autojson json_object *taints = kbsh_input (ctx, "config:/node/taints");
  kbsh_autojson json_object *node = get_node (ctx, kube, path, name);
  kbsh_autojson json_object *patch = NULL;
  int status;
  if (!node)
    return -1;
  if (missing_labels (&patch, node, labels, &err)
      || missing_taints (&patch, node, taints, &err))
    return kbsh_fail_error (ctx, &err);
  if (!patch)
    return 0;
  if (pin_version (&patch, node, &err))
    return kbsh_fail_error (ctx, &err);
  status = kbsh_kube_request (ctx, kube, "PATCH", path,
                              "application/merge-patch+json", patch, NULL);
  if (status >= 200 && status < 300)
    kbsh_say (ctx, "Marked the node %s as control plane", name);
  return status < 0 ? -1 : status == 409;
}

static int
node_mark (struct kbsh_ctx *ctx)
{
  KBSH_CLEANUP (kbsh_kube_close) struct kbsh_kube kube = { 0 };
  const char *name = ctx->host->get_string (ctx, "config:/node/name", "");
  kbsh_autofree char *path = kbsh_text ("/api/v1/nodes/%s", name);
  int status = 1;
  if (!path)
    return kbsh_fail_memory (ctx);
  if (kbsh_kube_connect (ctx, &kube))
    return -1;
  for (int i = 0; status == 1 && i < TRIES; i++)
    status = mark_once (ctx, &kube, path, name);
  return status == 1
             ? kbsh_fail (ctx, "somebody else changes it again and again",
                          "run the same command again",
                          "the node %s can't be marked", name)
             : status;
}

KBSH_STEP (mark, node_mark, .name = "node.mark",
           .summary = "label and taint a node of the control plane",
           .accepts = "[{\"name\": \"kubeconfig\", \"type\": \"any\","
                      "  \"required\": true,"
                      "  \"help\": \"how to reach the API server\"}]",
           .touches = "{\"hosts\": [\"*\"]}");

KBSH_STEP (joined, node_joined, .name = "node.joined",
           .summary = "say that a machine has joined, and what to do next");

static const struct kbsh_service *const services[] = { &mark, &joined, NULL };

KBSH_MODULE (.name = "node", .version = "0.1.0", .licence = "Apache-2.0",
             .vendor = "kbsh", .summary = "labels and taints of nodes",
             .services = services);
