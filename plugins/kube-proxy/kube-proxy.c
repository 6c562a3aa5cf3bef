/* SPDX-License-Identifier: Apache-2.0
 *
 * The addon kube-proxy: its objects are objects.yaml, its configuration is
 * what the user gave or the release's default.
 */
#include <kbsh/addon.h>
#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/plugin.h>
#include <kbsh/service.h>
#include <kbsh/text.h>
#include <kbsh/yaml.h>

#include <string.h>

/* Tools tell by this whether the configuration was written by a person: the
 * SHA-256 of all values in the order of their keys. */
static char *
checksum (const char *config, const char *kubeconfig)
{
  kbsh_autofree char *both = kbsh_text ("%s%s", config, kubeconfig);
  char hex[65];
  if (!both)
    return NULL;
  kbsh_sha256 (both, strlen (both), hex);
  return kbsh_text ("sha256:%s", hex);
}

static int
set_texts (json_object **values, const char *config, const char *kubeconfig,
           struct kbsh_error *err)
{
  kbsh_autofree char *hash = NULL;
  if (kbsh_json_set_string (values, "/proxy/config", config, err)
      || kbsh_json_set_string (values, "/proxy/kubeconfig", kubeconfig, err))
    return -1;
  if (kbsh_json_bool (*values, "/kubeProxyGiven", 0))
    return 0;
  hash = checksum (config, kubeconfig);
  return hash ? kbsh_json_set_string (values, "/proxy/hash", hash, err)
              : kbsh_error_memory (err);
}

static json_object *
values (struct kbsh_ctx *ctx)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *config = kbsh_input (ctx, "config:");
  kbsh_autojson json_object *kubeconfig
      = kbsh_data (ctx, "kube-proxy", "kubeconfig.yaml", config);
  kbsh_autofree char *proxy_text = NULL, *kubeconfig_text = NULL;
  if (!kubeconfig)
    return NULL;
  proxy_text = kbsh_yaml_text (kbsh_json_at (config, "/kubeProxy"), &err);
  if (proxy_text)
    kubeconfig_text = kbsh_yaml_text (kubeconfig, &err);
  if (!kubeconfig_text
      || set_texts (&config, proxy_text, kubeconfig_text, &err))
    {
      kbsh_fail_error (ctx, &err);
      return NULL;
    }
  return kbsh_steal (&config);
}

KBSH_ADDON_OPS (ops, "kube-proxy", "objects.yaml", "kube-proxy", values);

static const struct kbsh_service addon = {
  .size = sizeof addon,
  .role = "addon",
  .name = "kube-proxy.addon",
  .summary = "kube-proxy on every node, as a DaemonSet",
  .accepts = KBSH_ADDON_ACCEPTS,
  .touches = "{\"hosts\": [\"*\"]}",
  .ops = &ops,
};

static const struct kbsh_service *const services[] = { &addon, NULL };

KBSH_MODULE (.name = "kube-proxy", .version = "0.1.0", .licence = "Apache-2.0",
             .vendor = "kbsh", .summary = "kube-proxy as an addon",
             .services = services);
