/* SPDX-License-Identifier: Apache-2.0
 *
 * controlplane.manifest: the manifest of one static Pod.
 */
#include "controlplane.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/patch.h>
#include <kbsh/rules.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

/* The component's table, filled from the values. */
static json_object *
fill (struct kbsh_ctx *ctx, json_object *components, const char *name)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  json_object *table = NULL;
  if (!json_object_object_get_ex (components, name, &table))
    {
      kbsh_fail (ctx, "its table (components) does not name it",
                 "Use a version of Kubernetes that this kbsh has a table for.",
                 "the release does not know the component %s", name);
      return NULL;
    }
  kbsh_autojson json_object *values = controlplane_values (ctx, components);
  if (!values)
    return NULL;
  json_object *filled = kbsh_rules_fill (table, values, &err);
  if (!filled)
    {
      kbsh_error_wrap (&err, "the table of %s", name);
      kbsh_fail_error (ctx, &err);
    }
  return filled;
}

static int
set_rest (struct kbsh_ctx *ctx, const char *name, json_object *filled,
          json_object **parts)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autofree char *where = kbsh_text ("config:/images/%s", name);
  const char *image = where ? kbsh_input_string (ctx, where, NULL) : NULL;
  json_object *notes = kbsh_json_at (filled, "/annotations");
  json_object *requests = kbsh_json_at (filled, "/requests");
  if (!image)
    return kbsh_fail (ctx, "the configuration has no image for it",
                      "Use a version of Kubernetes that this kbsh has a table "
                      "for.",
                      "the manifest of %s cannot be written", name);
  if (kbsh_json_set_string (parts, "/name", name, &err)
      || kbsh_json_set_string (parts, "/image", image, &err)
      || kbsh_json_set (parts, "/annotations", json_object_get (notes), &err)
      || kbsh_json_set (parts, "/requests", json_object_get (requests), &err))
    return kbsh_fail_error (ctx, &err);
  return 0;
}

/* Lay over the Pod what the release has for all of them. */
static json_object *
finish (struct kbsh_ctx *ctx, json_object *components, json_object *pod)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  json_object *over = kbsh_json_at (components, "/pod");
  json_object *nulls = kbsh_json_at (components, "/null-members");
  size_t n = kbsh_json_length (components, "/null-members");
  kbsh_autojson json_object *result
      = over ? kbsh_json_merge (pod, over, &err) : kbsh_json_copy (pod);
  for (size_t i = 0; result && i < n; i++)
    if (kbsh_json_set (
            &result,
            json_object_get_string (json_object_array_get_idx (nulls, i)), NULL,
            &err))
      {
        kbsh_fail_error (ctx, &err);
        return NULL;
      }
  if (!result)
    kbsh_fail_error (ctx, &err);
  return kbsh_steal (&result);
}

static json_object *
render (struct kbsh_ctx *ctx, const char *name)
{
  kbsh_autojson json_object *components
      = kbsh_input (ctx, "config:/release/components");
  kbsh_autojson json_object *filled = fill (ctx, components, name);
  kbsh_autojson json_object *parts = NULL;
  if (!filled || part_command (ctx, name, filled, &parts)
      || part_mounts (ctx, filled, &parts) || part_env (ctx, filled, &parts)
      || part_probes (ctx, components, filled, &parts)
      || set_rest (ctx, name, filled, &parts))
    return NULL;
  kbsh_autojson json_object *pod
      = kbsh_data (ctx, "controlplane", "pod.yaml", parts);
  return pod ? finish (ctx, components, pod) : NULL;
}

int
manifest_run (struct kbsh_ctx *ctx)
{
  const char *name = kbsh_input_string (ctx, "component", "");
  const char *folder = ctx->host->get_string (ctx, "config:/paths/manifests",
                                              "/etc/kubernetes/manifests");
  const char *patches
      = kbsh_input_string (ctx, "config:/init/patches/directory", NULL);
  kbsh_autofree char *path = kbsh_text ("%s/%s.yaml", folder, name);
  kbsh_autojson json_object *pod = render (ctx, name);
  if (!path)
    return kbsh_fail_memory (ctx);
  if (!pod)
    return -1;
  if (patches)
    {
      json_object *patched
          = kbsh_patch_folder (ctx, patches, kbsh_patch_targets (), name,
                               kbsh_patch_pod_keys (), pod);
      if (!patched)
        return -1;
      json_object_put (pod);
      pod = patched;
    }
  return ctx->host->make_dir (ctx, folder, 0700)
                 || kbsh_write_yaml (ctx, path, pod, 0600)
             ? -1
             : 0;
}
