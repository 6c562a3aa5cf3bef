/* SPDX-License-Identifier: Apache-2.0
 *
 * What a cluster stores of its configuration: the ConfigMaps of kubeadm, read
 * through the API server.
 */
#include "config.h"

#include <kbsh/kube.h>

#define FOLDER "/api/v1/namespaces/kube-system/configmaps/"
#define CLUSTER "/ClusterConfiguration"

/* The data of a ConfigMap. 0 with *data (NULL: there is none of that name), or
 * -1: no answer, or not allowed. */
static int
get_map (struct config *config, const struct kbsh_kube *kube, const char *name,
         json_object **data)
{
  kbsh_autofree char *path = kbsh_text (FOLDER "%s", name);
  kbsh_autojson json_object *answer = NULL;
  int status;
  *data = NULL;
  if (!path)
    return kbsh_fail_memory (config->ctx);
  status
      = kbsh_kube_get (config->ctx, kube, path, config->patience_ms, &answer);
  if (status < 0)
    return -1;
  if (status == 200)
    *data = json_object_get (kbsh_json_at (answer, "/data"));
  if (status == 200 && !*data)
    *data = json_object_new_object ();
  return 0;
}

static int
say_missing (struct config *config, const struct kbsh_kube *kube,
             const char *what)
{
  return kbsh_fail (config->ctx,
                    "a cluster that kbsh or kubeadm made has it in the "
                    "namespace kube-system",
                    "upload it on a control plane: kbsh init phase "
                    "upload-config all --config FILE",
                    "the cluster at %s has no %s", kube->server, what);
}

/* One document of a ConfigMap, checked and in its newest form; errors have its
 * place there. The caller owns it. */
static json_object *
read_kind (struct config *config, const char *map, json_object *data,
           const char *key, const char *kind)
{
  json_object *text = NULL, *tree = NULL;
  kbsh_autofree char *name = kbsh_text ("ConfigMap %s, %s", map, key);
  struct config one KBSH_CLEANUP (config_free)
      = { .ctx = config->ctx,
          .lenient = 1,
          .release = json_object_get (config->release) };
  if (!name)
    kbsh_fail_memory (config->ctx);
  else if (!json_object_object_get_ex (data, key, &text))
    kbsh_fail (config->ctx, NULL, NULL, "the ConfigMap %s has no %s", map, key);
  else if (!config_read_text (&one, name, json_object_get_string (text),
                              (size_t)json_object_get_string_len (text))
           && !config_take (&one) && !config_settle (&one))
    {
      if (json_object_object_get_ex (one.given, kind, &tree))
        return json_object_get (tree);
      kbsh_fail (config->ctx, NULL, NULL, "%s: it has no %s", name, kind);
    }
  return NULL;
}

/* Put a kind among what is given. */
static int
take_kind (struct config *config, const char *map, json_object *data,
           const char *key, const char *kind)
{
  json_object *tree = read_kind (config, map, data, key, kind);
  if (!tree)
    return -1;
  return json_object_object_add (config->given, kind, tree)
             ? kbsh_fail_memory (config->ctx)
             : 0;
}

/* Which release the cluster has; one without a table is told apart by whether
 * it is too old or too new. */
static int
choose (struct config *config)
{
  kbsh_autojson json_object *releases = config_releases (config->ctx);
  const char *text
      = kbsh_json_string (config->given, CLUSTER "/kubernetesVersion", "");
  size_t count = releases ? json_object_array_length (releases) : 0;
  struct kbsh_version is, newest;
  const char *last;
  if (!count)
    return -1;
  last = json_object_get_string (
      json_object_array_get_idx (releases, count - 1));
  if (kbsh_version_parse (text, &is, NULL))
    return kbsh_fail (config->ctx, NULL, NULL,
                      "ConfigMap kubeadm-config: kubernetesVersion: \"%s\" is "
                      "no version",
                      text);
  kbsh_autofree char *whole = kbsh_text ("v%s.0", last);
  if (whole && !kbsh_version_parse (whole, &newest, NULL)
      && (is.major > newest.major
          || (is.major == newest.major && is.minor > newest.minor)))
    return kbsh_fail (config->ctx, NULL, "install a newer kbsh",
                      "the cluster has Kubernetes %s, and the newest release "
                      "that this kbsh knows is %s",
                      text, last);
  if (!config_has_release (config, &is))
    return kbsh_fail (
        config->ctx, NULL, "upgrade the cluster first",
        "the cluster has Kubernetes %s; releases from %s to %s are known", text,
        json_object_get_string (json_object_array_get_idx (releases, 0)), last);
  return config_use_release (config, text);
}

/* Who serves the API, in releases that store it: as it is. */
static int
take_status (struct config *config, json_object *data)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  json_object *text = NULL, *tree;
  if (!json_object_object_get_ex (data, "ClusterStatus", &text))
    return 0;
  tree = kbsh_yaml_one ("ConfigMap kubeadm-config, ClusterStatus",
                        json_object_get_string (text),
                        (size_t)json_object_get_string_len (text), &err);
  return tree ? facts_put (config, "/clusterStatus", tree)
              : kbsh_fail_error (config->ctx, &err);
}

static int
fetch_cluster (struct config *config, const struct kbsh_kube *kube)
{
  static const char map[] = "kubeadm-config";
  kbsh_autojson json_object *data = NULL;
  if (get_map (config, kube, map, &data))
    return -1;
  if (!data)
    return say_missing (config, kube, "ConfigMap kubeadm-config");
  return take_kind (config, map, data, "ClusterConfiguration",
                    "ClusterConfiguration")
                 || choose (config) || take_status (config, data)
             ? -1
             : 0;
}

/* It has the release in its name, or not: both are tried, since a cluster
 * being upgraded, or with a gate for that, may have either. */
static int
fetch_kubelet (struct config *config, const struct kbsh_kube *kube)
{
  const char *name = kbsh_json_string (
      config->release, "/objects/kubelet-config", "kubelet-config");
  kbsh_autofree char *versioned = kbsh_text (
      "kubelet-config-%s", kbsh_json_string (config->release, "/release", ""));
  const char *other
      = strchr (name + strlen ("kubelet-"), '-') ? "kubelet-config" : versioned;
  kbsh_autofree char *what = kbsh_text ("ConfigMap %s", name);
  kbsh_autofree char *why = NULL;
  kbsh_autojson json_object *data = NULL;
  if (!versioned || !what)
    return kbsh_fail_memory (config->ctx);
  if (get_map (config, kube, name, &data))
    why = strdup (config->ctx->host->forgive (config->ctx));
  if (data)
    return take_kind (config, name, data, "kubelet", "KubeletConfiguration");
  if (get_map (config, kube, other, &data))
    config->ctx->host->forgive (config->ctx);
  if (data)
    return take_kind (config, other, data, "kubelet", "KubeletConfiguration");
  return why ? kbsh_fail (config->ctx, why, NULL, "the %s cannot be read", what)
             : say_missing (config, kube, what);
}

/* A cluster may do without kube-proxy, and need not let everybody see how it
 * is configured. */
static int
fetch_proxy (struct config *config, const struct kbsh_kube *kube)
{
  static const char map[] = "kube-proxy";
  kbsh_autojson json_object *data = NULL;
  if (get_map (config, kube, map, &data))
    {
      kbsh_debug (config->ctx, "kube-proxy's configuration: %s",
                  config->ctx->host->forgive (config->ctx));
      return 0;
    }
  if (!data || !json_object_object_get_ex (data, "config.conf", NULL))
    return 0;
  return take_kind (config, map, data, "config.conf", "KubeProxyConfiguration");
}

int
config_fetch (struct config *config, const struct kbsh_kube *kube)
{
  if (!config->given && !(config->given = json_object_new_object ()))
    return kbsh_fail_memory (config->ctx);
  return fetch_cluster (config, kube) || fetch_kubelet (config, kube)
                 || fetch_proxy (config, kube)
             ? -1
             : 0;
}

int
config_fetch_release (struct config *config, const struct kbsh_kube *kube)
{
  if (!config->given && !(config->given = json_object_new_object ()))
    return kbsh_fail_memory (config->ctx);
  return fetch_cluster (config, kube);
}
