/* SPDX-License-Identifier: Apache-2.0
 *
 * kbsh config print ...: the defaults of a release, as kubeadm of that release
 * prints them.
 */
#include "config.h"

#include <unistd.h>

/* The release asked for, or the newest one. kubeadm prints its own minor
 * release's first version. */
static int
choose (struct config *config)
{
  const char *given
      = kbsh_input_string (config->ctx, "kubernetes-version", NULL);
  if (given)
    {
      config->given = NULL;
      return kbsh_json_set_string (&config->given,
                                   "/ClusterConfiguration/kubernetesVersion",
                                   given, NULL)
                 ? kbsh_fail_memory (config->ctx)
                 : config_choose_release (config);
    }
  config->given = json_object_new_object ();
  return config->given ? config_choose_release (config)
                       : kbsh_fail_memory (config->ctx);
}

static int
print_tree (struct config *config, json_object *tree, int first)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autofree char *text = kbsh_yaml_text (tree, &err);
  if (!text)
    return kbsh_fail_error (config->ctx, &err);
  return kbsh_print (config->ctx, "%s%s", first ? "" : "---\n", text);
}

/* One kind, in the API that the release stores. */
static int
print_kind (struct config *config, json_object *tree, const char *kind,
            int first)
{
  const char *api
      = kbsh_json_string (config->release, "/api/stored", CONFIG_NEWEST);
  kbsh_autofree char *version = kbsh_text ("kubeadm.k8s.io/%s", api);
  json_object *one = NULL;
  if (!version || !json_object_object_get_ex (tree, kind, &one))
    return kbsh_fail (config->ctx, NULL, NULL, "kubeadm.k8s.io/%s has no %s",
                      api, kind);
  if (json_object_object_add (one, "apiVersion",
                              json_object_new_string (version))
      || json_object_object_add (one, "kind", json_object_new_string (kind)))
    return kbsh_fail_memory (config->ctx);
  return print_tree (config, one, first);
}

/* documents.yaml over the defaults, in the release's own form. */
static json_object *
sample (struct config *config, const char *which)
{
  kbsh_autojson json_object *defaults = config_default_tree (config);
  kbsh_autojson json_object *values = NULL, *documents = NULL;
  kbsh_autojson json_object *base = NULL, *over = NULL;
  json_object *tree = NULL, *timeouts;
  char host[256] = "node";
  kbsh_autofree char *at = kbsh_text ("/%s", which);
  kbsh_autofree char *first
      = kbsh_text ("%s.0", kbsh_json_string (config->release, "/release", ""));
  gethostname (host, sizeof host - 1);
  if (!defaults || !at || !first)
    return NULL;
  timeouts = kbsh_json_at (defaults, "/InitConfiguration/timeouts");
  if (kbsh_json_set (&values, "/release", json_object_get (config->release),
                     NULL)
      || kbsh_json_set_string (&values, "/name", host, NULL)
      || kbsh_json_set_string (&values, "/first", first, NULL)
      || kbsh_json_set (&values, "/timeouts", json_object_get (timeouts), NULL))
    return NULL;
  documents = kbsh_data (config->ctx, "config", "documents.yaml", values);
  if (!documents)
    return NULL;
  if (!strcmp (which, "init"))
    {
      over = kbsh_template_values (kbsh_json_at (config->release, "/print"),
                                   values, NULL);
      base = config_overlay (defaults, kbsh_json_at (documents, at));
      tree = over ? config_overlay (base, over) : NULL;
    }
  else
    tree = kbsh_json_copy (kbsh_json_at (documents, at));
  return tree;
}

static int
print_other (struct kbsh_ctx *ctx, const char *which, const char *kind)
{
  struct config config KBSH_CLEANUP (config_free) = { .ctx = ctx };
  kbsh_autojson json_object *tree = NULL;
  if (choose (&config))
    return -1;
  tree = sample (&config, which);
  if (!tree)
    return ctx->host->failed (ctx) ? -1 : kbsh_fail_memory (ctx);
  if (convert_to_older (
          &config,
          kbsh_json_string (config.release, "/api/stored", CONFIG_NEWEST),
          &tree, 1))
    return -1;
  return print_kind (&config, tree, kind, 1);
}

int
config_print_join_run (struct kbsh_ctx *ctx)
{
  return print_other (ctx, "join", "JoinConfiguration");
}

int
config_print_reset_run (struct kbsh_ctx *ctx)
{
  return print_other (ctx, "reset", "ResetConfiguration");
}

int
config_print_upgrade_run (struct kbsh_ctx *ctx)
{
  return print_other (ctx, "upgrade", "UpgradeConfiguration");
}

/* The defaults of the components need what a cluster has: that of the sample.
 */
static int
print_components (struct config *config, json_object *tree, json_object *list)
{
  static const char *const kinds[][2]
      = { { "KubeProxyConfiguration", "/kubeProxy" },
          { "KubeletConfiguration", "/kubelet" } };
  json_object_put (config->tree);
  config->tree = json_object_get (tree);
  if (kbsh_json_set (&config->tree, "/InitConfiguration/nodeRegistration/name",
                     json_object_new_string ("node"), NULL)
      || config_facts (config))
    return -1;
  for (size_t j = 0; j < json_object_array_length (list); j++)
    for (size_t i = 0; i < 2; i++)
      if (!strcmp (kinds[i][0],
                   json_object_get_string (json_object_array_get_idx (list, j)))
          && print_tree (config, kbsh_json_at (config->facts, kinds[i][1]), 0))
        return -1;
  return 0;
}

/* Names that are no component are an error, as with kubeadm. */
static int
check_components (struct kbsh_ctx *ctx, json_object *list)
{
  static const char *const known[]
      = { "KubeProxyConfiguration", "KubeletConfiguration", NULL };
  for (size_t i = 0; i < json_object_array_length (list); i++)
    {
      const char *name
          = json_object_get_string (json_object_array_get_idx (list, i));
      if (strcmp (name, known[0]) && strcmp (name, known[1]))
        return kbsh_fail (ctx, NULL,
                          "give KubeProxyConfiguration, "
                          "KubeletConfiguration, or both with a comma",
                          "--component-configs: there is no \"%s\"", name);
    }
  return 0;
}

int
config_print_init_run (struct kbsh_ctx *ctx)
{
  struct config config KBSH_CLEANUP (config_free) = { .ctx = ctx };
  kbsh_autojson json_object *tree = NULL, *older = NULL;
  kbsh_autojson json_object *components = kbsh_input (ctx, "component-configs");
  if ((components && check_components (ctx, components)) || choose (&config))
    return -1;
  tree = sample (&config, "init");
  older = kbsh_json_copy (tree);
  if (!older)
    return ctx->host->failed (ctx) ? -1 : kbsh_fail_memory (ctx);
  if (convert_to_older (
          &config,
          kbsh_json_string (config.release, "/api/stored", CONFIG_NEWEST),
          &older, 1))
    return -1;
  if (print_kind (&config, older, "InitConfiguration", 1)
      || print_kind (&config, older, "ClusterConfiguration", 0))
    return -1;
  return components ? print_components (&config, tree, components) : 0;
}
