/* SPDX-License-Identifier: Apache-2.0
 *
 * Addons that are a template: render, apply, verify, remove.
 */
#include <kbsh/addon.h>
#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/kube.h>
#include <kbsh/service.h>
#include <kbsh/yaml.h>

static json_object *
objects_of (struct kbsh_ctx *ctx, const struct kbsh_addon *addon)
{
  return kbsh_data_list (ctx, addon->module, addon->file, addon->values);
}

int
kbsh_addon_render (struct kbsh_ctx *ctx, const struct kbsh_addon *addon)
{
  json_object *objects = objects_of (ctx, addon);
  return objects ? kbsh_put (ctx, "/objects", objects) : -1;
}

static int
print_manifest (struct kbsh_ctx *ctx, json_object *objects)
{
  for (size_t i = 0; i < json_object_array_length (objects); i++)
    {
      struct kbsh_error err = KBSH_ERROR_INIT;
      kbsh_autofree char *text
          = kbsh_yaml_text (json_object_array_get_idx (objects, i), &err);
      if (!text)
        return kbsh_fail_error (ctx, &err);
      if (kbsh_print (ctx, "---\n%s", text))
        return -1;
    }
  return 0;
}

int
kbsh_addon_apply (struct kbsh_ctx *ctx, const struct kbsh_addon *addon)
{
  KBSH_CLEANUP (kbsh_kube_close) struct kbsh_kube kube = { 0 };
  kbsh_autojson json_object *objects = objects_of (ctx, addon);
  int changed;
  if (!objects)
    return -1;
  if (ctx->host->get_bool (ctx, "print-manifest", 0))
    return print_manifest (ctx, objects);
  if (kbsh_kube_connect (ctx, &kube))
    return -1;
  changed = kbsh_kube_apply_all (ctx, &kube, objects);
  if (changed > 0)
    kbsh_say (ctx, "Applied the addon %s", addon->title);
  return changed < 0 ? -1 : 0;
}

/* One object, as the server has it; NULL with the failure recorded. */
static json_object *
get_object (struct kbsh_ctx *ctx, const struct kbsh_kube *kube,
            const char *path)
{
  json_object *answer = NULL;
  int status = kbsh_kube_request (ctx, kube, "GET", path, NULL, NULL, &answer);
  if (status == 404)
    kbsh_fail (ctx, "it is not there", "apply the addon again", "%s", path);
  if (status >= 200 && status < 300)
    return answer;
  json_object_put (answer);
  return NULL;
}

static int
verify_one (struct kbsh_ctx *ctx, const struct kbsh_kube *kube,
            json_object *object)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autofree char *path = kbsh_kube_path (object, 0, &err);
  kbsh_autojson json_object *have = NULL;
  if (!path)
    return kbsh_fail_error (ctx, &err);
  have = get_object (ctx, kube, path);
  if (!have)
    return -1;
  return kbsh_json_covers (have, object)
             ? 0
             : kbsh_fail (ctx, "it was changed since it was applied",
                          "apply the addon again, or keep the change", "%s",
                          path);
}

int
kbsh_addon_verify (struct kbsh_ctx *ctx, const struct kbsh_addon *addon)
{
  KBSH_CLEANUP (kbsh_kube_close) struct kbsh_kube kube = { 0 };
  kbsh_autojson json_object *objects = objects_of (ctx, addon);
  int status = objects ? kbsh_kube_connect (ctx, &kube) : -1;
  for (size_t i = 0; !status && i < json_object_array_length (objects); i++)
    status = verify_one (ctx, &kube, json_object_array_get_idx (objects, i));
  return status;
}

static int
remove_one (struct kbsh_ctx *ctx, const struct kbsh_kube *kube,
            json_object *object)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autofree char *path = kbsh_kube_path (object, 0, &err);
  if (!path)
    return kbsh_fail_error (ctx, &err);
  return kbsh_kube_request (ctx, kube, "DELETE", path, NULL, NULL, NULL) < 0
             ? -1
             : 0;
}

int
kbsh_addon_remove (struct kbsh_ctx *ctx, const struct kbsh_addon *addon)
{
  KBSH_CLEANUP (kbsh_kube_close) struct kbsh_kube kube = { 0 };
  kbsh_autojson json_object *objects = objects_of (ctx, addon);
  int status = objects ? kbsh_kube_connect (ctx, &kube) : -1;
  size_t i = objects ? json_object_array_length (objects) : 0;
  while (!status && i-- > 0)
    status = remove_one (ctx, &kube, json_object_array_get_idx (objects, i));
  return status;
}
