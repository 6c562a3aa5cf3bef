/* SPDX-License-Identifier: Apache-2.0
 *
 * kbsh config images list and pull: the images that a release needs.
 */
#include "config.h"

/* Where looking at the machine would be of no use for the names, it is spared.
 */
static int
make (struct config *config)
{
  const char *file = kbsh_input_string (config->ctx, "config", NULL);
  json_object *defaults;
  if ((file && config_read (config, file)) || config_given (config)
      || config_settle (config))
    return -1;
  defaults = config_default_tree (config);
  if (!defaults)
    return -1;
  if (kbsh_json_at (config->given, "/ClusterConfiguration/etcd/external"))
    kbsh_json_remove (defaults, "/ClusterConfiguration/etcd/local");
  config->tree = config_overlay (defaults, config->given);
  json_object_put (defaults);
  return config->tree ? 0 : kbsh_fail_memory (config->ctx);
}

/* /version/tag is all that the tags refer to. */
static int
names (struct config *config)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autofree char *tag = strdup (config->version_text);
  for (char *c = tag; c && *c; c++)
    *c = *c == '+' ? '_' : *c;
  if (!tag)
    return kbsh_fail_memory (config->ctx);
  if (kbsh_json_set_string (&config->facts, "/version/tag", tag, &err))
    return kbsh_fail_error (config->ctx, &err);
  return facts_images (config);
}

/* The names of the release's images. */
static json_object *
image_names (struct config *config)
{
  kbsh_autojson json_object *list = json_object_new_array ();
  json_object *images;
  if (!list || make (config) || names (config))
    return NULL;
  images = kbsh_json_at (config->facts, "/images");
  json_object_object_foreach (images, name, image)
  {
    (void)name;
    if (json_object_array_add (list, json_object_get (image)))
      return NULL;
  }
  return kbsh_steal (&list);
}

static int
print_list (struct kbsh_ctx *ctx, json_object *list)
{
  for (size_t i = 0; i < json_object_array_length (list); i++)
    if (kbsh_print (
            ctx, "%s\n",
            json_object_get_string (json_object_array_get_idx (list, i))))
      return -1;
  return 0;
}

/* kubeadm's own object: output.kubeadm.k8s.io Images. */
static int
print_object (struct kbsh_ctx *ctx, json_object *list, int yaml)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *tree = NULL;
  kbsh_autofree char *text = NULL;
  if (kbsh_json_set_string (&tree, "/apiVersion",
                            "output.kubeadm.k8s.io/v1alpha3", &err)
      || kbsh_json_set_string (&tree, "/kind", "Images", &err)
      || kbsh_json_set (&tree, "/images", json_object_get (list), &err))
    return kbsh_fail_error (ctx, &err);
  if (!yaml)
    return kbsh_print (
        ctx, "%s\n",
        json_object_to_json_string_ext (
            tree, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE));
  text = kbsh_yaml_text (tree, &err);
  return text ? kbsh_print (ctx, "%s", text) : kbsh_fail_error (ctx, &err);
}

int
config_images_list_run (struct kbsh_ctx *ctx)
{
  struct config config KBSH_CLEANUP (config_free) = { .ctx = ctx };
  const char *form = kbsh_input_string (ctx, "output", "text");
  kbsh_autojson json_object *list = image_names (&config);
  if (!list)
    return ctx->host->failed (ctx) ? -1 : kbsh_fail_memory (ctx);
  if (!strcmp (form, "text"))
    return print_list (ctx, list);
  return print_object (ctx, list, !strcmp (form, "yaml"));
}

/* The runtime that this release's node would use: what runtime.detect says of
 * it. The configuration's facts are not there yet for a command. */
static json_object *
find_runtime (struct config *config)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  json_object *args = NULL;
  const char *asked = kbsh_json_string (
      config->tree, "/InitConfiguration/nodeRegistration/criSocket", "");
  kbsh_autojson json_object *found = NULL;
  if ((*asked && kbsh_json_set_string (&args, "/socket", asked, &err))
      || kbsh_json_set_string (
          &args, "/default-socket",
          kbsh_json_string (config->release, "/cri-socket", ""), &err)
      || kbsh_json_set (&args, "/scheme",
                        json_object_new_boolean (kbsh_json_bool (
                            config->release, "/endpoint-needs-scheme", 1)),
                        &err))
    {
      json_object_put (args);
      kbsh_fail_error (config->ctx, &err);
      return NULL;
    }
  found = kbsh_call_one (config->ctx, "step", "runtime.detect", "run", args);
  if (!found || kbsh_json_bool (found, "/found", 0))
    return kbsh_steal (&found);
  kbsh_fail (config->ctx, kbsh_json_string (found, "/problem", NULL),
             "start one (containerd or CRI-O), or name its socket "
             "with --cri-socket",
             "no container runtime answers");
  return NULL;
}

static int
pull (struct kbsh_ctx *ctx, json_object *runtime, json_object *list)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  json_object *args = NULL;
  kbsh_autojson json_object *answer = NULL;
  if (kbsh_json_set_string (&args, "/service",
                            kbsh_json_string (runtime, "/service", ""), &err)
      || kbsh_json_set_string (&args, "/socket",
                               kbsh_json_string (runtime, "/path", ""), &err)
      || kbsh_json_set (&args, "/images", json_object_get (list), &err))
    {
      json_object_put (args);
      return kbsh_fail_error (ctx, &err);
    }
  answer = kbsh_call_one (ctx, "step", "images.pull", "run", args);
  return answer ? print_list (ctx, list) : -1;
}

int
config_images_pull_run (struct kbsh_ctx *ctx)
{
  struct config config KBSH_CLEANUP (config_free) = { .ctx = ctx };
  kbsh_autojson json_object *list = image_names (&config);
  kbsh_autojson json_object *runtime = NULL;
  if (!list)
    return ctx->host->failed (ctx) ? -1 : kbsh_fail_memory (ctx);
  runtime = find_runtime (&config);
  return runtime ? pull (ctx, runtime, list) : -1;
}
