/* SPDX-License-Identifier: Apache-2.0
 *
 * The tree of doc/configuration.md, made from the configuration and the
 * release: first what templates refer to, then what is filled from them.
 */
#include "config.h"

#include <kbsh/net.h>
#include <unistd.h>

#define INIT "/InitConfiguration"
#define CLUSTER "/ClusterConfiguration"

int
facts_put (struct config *config, const char *pointer, json_object *value)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  return kbsh_json_set (&config->facts, pointer, value, &err)
             ? kbsh_fail_error (config->ctx, &err)
             : 0;
}

int
facts_text (struct config *config, const char *pointer, const char *text)
{
  return facts_put (config, pointer, json_object_new_string (text));
}

int
facts_kind (struct config *config, const char *pointer, const char *kind,
            json_object *empty)
{
  json_object *whole = config_overlay (kbsh_json_at (empty, kind),
                                       kbsh_json_at (config->tree, kind));
  json_object *local;
  if (!whole)
    return kbsh_fail_memory (config->ctx);
  local = kbsh_json_at (whole, "/etcd/local");
  if (local)
    {
      local = config_overlay (kbsh_json_at (empty, "/etcd-local"), local);
      if (kbsh_json_set (&whole, "/etcd/local", local, NULL))
        return kbsh_fail_memory (config->ctx);
    }
  return facts_put (config, pointer, whole);
}

static int
put_version (struct config *config)
{
  kbsh_autofree char *tag = strdup (config->version_text);
  for (char *c = tag; c && *c; c++)
    if (!strchr ("-_.", *c) && !(*c >= '0' && *c <= '9')
        && !(*c >= 'a' && *c <= 'z') && !(*c >= 'A' && *c <= 'Z'))
      *c = '_'; /* '+' is not allowed there */
  if (!tag)
    return kbsh_fail_memory (config->ctx);
  return facts_text (config, "/version/text", config->version_text)
         || facts_text (config, "/version/tag", tag)
         || facts_text (config, "/version/release",
                        kbsh_json_string (config->release, "/release", ""))
         || facts_text (config, "/version/pre", config->version.pre)
         || facts_put (config, "/version/major",
                       json_object_new_int (config->version.major))
         || facts_put (config, "/version/minor",
                       json_object_new_int (config->version.minor))
         || facts_put (config, "/version/patch",
                       json_object_new_int (config->version.patch));
}

static int
put_node (struct config *config, int *ipv6)
{
  const char *address = kbsh_json_string (
      config->tree, INIT "/localAPIEndpoint/advertiseAddress", "");
  json_object *taints
      = kbsh_json_at (config->tree, INIT "/nodeRegistration/taints");
  json_object *labels
      = config->worker ? NULL : kbsh_json_at (config->release, "/node/labels");
  *ipv6 = strchr (address, ':') != NULL;
  return facts_text (
             config, "/node/name",
             kbsh_json_string (config->tree, INIT "/nodeRegistration/name", ""))
         || facts_text (config, "/node/address", address)
         || facts_put (config, "/node/ipv6", json_object_new_boolean (*ipv6))
         || facts_put (config, "/node/labels",
                       labels ? kbsh_json_copy (labels)
                              : json_object_new_array ())
         || facts_put (config, "/node/taints",
                       taints ? kbsh_json_copy (taints)
                              : json_object_new_array ());
}

/* A cluster without a stable endpoint is reached where it was found. */
static const char *
found_at (struct config *config)
{
  const char *server
      = kbsh_json_string (config->facts, "/discovered/server", NULL);
  return server && !strncmp (server, "https://", 8) ? server + 8 : server;
}

static int
put_endpoint (struct config *config)
{
  const char *given = kbsh_json_string (
      config->tree, CLUSTER "/controlPlaneEndpoint", found_at (config));
  int port
      = (int)kbsh_json_int (config->tree, INIT "/localAPIEndpoint/bindPort", 0);
  kbsh_autofree char *local = kbsh_host_port_join (
      kbsh_json_string (config->facts, "/node/address", ""), port);
  const char *whole = given ? given : local;
  kbsh_autofree char *url = kbsh_text ("https://%s", whole ? whole : "");
  kbsh_autofree char *local_url = kbsh_text ("https://%s", local ? local : "");
  if (!whole || !url || !local_url)
    return kbsh_fail_memory (config->ctx);
  return facts_text (config, "/endpoint/control-plane", whole)
         || facts_text (config, "/endpoint/local", local)
         || facts_text (config, "/endpoint/url", url)
         || facts_text (config, "/endpoint/local-url", local_url);
}

static int
put_service (struct config *config)
{
  static const struct
  {
    const char *pointer;
    uint64_t index;
  } parts[] = { { "/service/api", 1 }, { "/service/dns", 10 } };
  struct kbsh_network networks[2];
  const char *subnet = kbsh_json_string (
      config->tree, CLUSTER "/networking/serviceSubnet", "");
  if (format_networks (subnet, networks, 2) < 1)
    return kbsh_fail (config->ctx, NULL, NULL, "\"%s\" is no service subnet",
                      subnet);
  for (size_t i = 0; i < 2; i++)
    {
      struct kbsh_address address;
      char text[46];
      if (kbsh_network_nth (&networks[0], parts[i].index, &address))
        return kbsh_fail (config->ctx, NULL, NULL,
                          "the service subnet %s is too small", subnet);
      kbsh_address_text (&address, text);
      if (facts_text (config, parts[i].pointer, text))
        return -1;
    }
  return 0;
}

/* What templates need of this machine. */
static int
put_host (struct config *config, int ipv6)
{
  static const char resolved[] = "/run/systemd/resolve/resolv.conf";
  struct kbsh_unit_state state = { 0 };
  const char *pods
      = kbsh_json_string (config->tree, CLUSTER "/networking/podSubnet", "");
  if (config->ctx->host->unit (config->ctx, "systemd-resolved.service",
                               KBSH_UNIT_STATE, &state))
    {
      kbsh_debug (config->ctx, "no answer about systemd-resolved: %s",
                  config->ctx->host->forgive (config->ctx));
      state.active = 0;
    }
  if (state.active && facts_text (config, "/host/resolv-conf", resolved))
    return -1;
  return facts_text (config, "/host/any-address", ipv6 ? "::" : "0.0.0.0")
         || facts_text (config, "/host/pod-subnet", pods);
}

int
facts_timeouts (struct config *config, const char *kind)
{
  static const char *const names[][2]
      = { { "control-plane", "controlPlaneComponentHealthCheck" },
          { "kubelet", "kubeletHealthCheck" },
          { "kubernetes-api", "kubernetesAPICall" },
          { "etcd-api", "etcdAPICall" },
          { "discovery", "discovery" },
          { "tls-bootstrap", "tlsBootstrap" },
          { "upgrade-manifests", "upgradeManifests" } };
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    {
      kbsh_autofree char *to = kbsh_text ("/timeouts/%s", names[i][0]);
      kbsh_autofree char *from
          = kbsh_text ("%s/timeouts/%s", kind, names[i][1]);
      struct kbsh_error err = KBSH_ERROR_INIT;
      int64_t ms = 0;
      if (!to || !from)
        return kbsh_fail_memory (config->ctx);
      if (kbsh_duration_parse (kbsh_json_string (config->tree, from, "0s"), &ms,
                               &err))
        return kbsh_fail_error (config->ctx, &err);
      if (facts_put (config, to, json_object_new_int64 (ms)))
        return -1;
    }
  return 0;
}

/* In releases that have it. */
static int
put_super_admin (struct config *config, const char *folder)
{
  const char *file = kbsh_json_string (config->release,
                                       "/kubeconfigs/super-admin/file", NULL);
  kbsh_autofree char *path = file ? kbsh_text ("%s/%s", folder, file) : NULL;
  if (!file)
    return 0;
  return path ? facts_text (config, "/paths/super-admin", path)
              : kbsh_fail_memory (config->ctx);
}

static int
put_paths (struct config *config)
{
  kbsh_autofree char *admin = NULL;
  const char *folder = kbsh_input_string (config->ctx, "kubeconfig-dir", NULL);
  const char *given = config->join
                          ? NULL
                          : kbsh_input_string (config->ctx, "kubeconfig", NULL);
  const char *data
      = kbsh_json_string (config->tree, CLUSTER "/etcd/local/dataDir", NULL);
  kbsh_autofree char *name = strdup (data ? data : "");
  admin = kbsh_text ("%s/admin.conf", folder ? folder : "/etc/kubernetes");
  if (!admin || !name)
    return kbsh_fail_memory (config->ctx);
  for (char *c = name; *c; c++)
    *c = *c == '/' ? '-' : *c;
  return facts_text (config, "/paths/kubernetes", "/etc/kubernetes")
         || facts_text (config, "/paths/manifests", "/etc/kubernetes/manifests")
         || facts_text (config, "/paths/kubelet", "/var/lib/kubelet")
         || facts_text (
             config, "/paths/pki",
             kbsh_json_string (config->tree, CLUSTER "/certificatesDir", ""))
         || facts_text (config, "/paths/kubeconfigs",
                        folder ? folder : "/etc/kubernetes")
         || facts_text (config, "/paths/admin", given ? given : admin)
         || put_super_admin (config, folder ? folder : "/etc/kubernetes")
         || (data && facts_text (config, "/paths/etcd", data))
         || facts_text (config, "/names/etcd-data", *name ? name : "-");
}

static int
put_options (struct config *config)
{
  static const char *const flags[]
      = { "upload-certs", "skip-token-print", "skip-certificate-key-print",
          "print-manifest" };
  for (size_t i = 0; i < 4; i++)
    {
      kbsh_autofree char *to = kbsh_text ("/options/%s", flags[i]);
      int on = config->ctx->host->get_bool (config->ctx, flags[i], 0);
      if (!to || facts_put (config, to, json_object_new_boolean (on)))
        return -1;
    }
  return facts_put (config, "/options/token-given",
                    json_object_new_boolean (
                        *kbsh_json_string (config->given,
                                           INIT "/bootstrapTokens/0/token", "")
                        != '\0'))
         || facts_put (
             config, "/options/certificate-key-given",
             json_object_new_boolean (
                 kbsh_json_at (config->given, INIT "/certificateKey") != NULL));
}

static int
put_audit (struct config *config, json_object *audit)
{
  const char *source = kbsh_input_string (config->ctx, "audit-policy", NULL);
  if (!source)
    return 0;
  return facts_text (config, "/audit/source", source)
         || facts_text (config, "/audit/policy",
                        kbsh_json_string (audit, "/policy", ""))
         || facts_text (config, "/audit/log",
                        kbsh_json_string (audit, "/log", ""));
}

/* Two sides that exchange uploaded certificates need the same key. */
static int
make_key (struct config *config)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  unsigned char bytes[32];
  char hex[65];
  const char *key
      = kbsh_json_string (config->tree, INIT "/certificateKey", NULL);
  if (!key && config->ctx->host->get_bool (config->ctx, "upload-certs", 0))
    {
      if (kbsh_random (bytes, sizeof bytes, &err))
        return kbsh_fail_error (config->ctx, &err);
      for (size_t i = 0; i < sizeof bytes; i++)
        snprintf (hex + 2 * i, 3, "%02x", bytes[i]);
      explicit_bzero (bytes, sizeof bytes);
      if (kbsh_json_set_string (&config->tree, INIT "/certificateKey", hex,
                                NULL))
        return kbsh_fail_memory (config->ctx);
      explicit_bzero (hex, sizeof hex);
      key = kbsh_json_string (config->tree, INIT "/certificateKey", NULL);
    }
  return key ? config->ctx->host->secret (config->ctx, key) : 0;
}

static int
put_stored (struct config *config)
{
  if (facts_put (config, "/stored", config_stored (config, NULL)))
    return -1;
  if (!json_object_get_boolean (
          kbsh_json_at (config->release, "/stored/cluster-status")))
    return 0;
  return facts_put (config, "/storedStatus", config_stored_status (config));
}

int
config_facts (struct config *config)
{
  kbsh_autojson json_object *defaults = config_default_tree (config);
  json_object *empty = kbsh_json_at (defaults, "/empty");
  int ipv6 = 0;
  if (!defaults || make_key (config)
      || facts_put (config, "/release", kbsh_json_copy (config->release))
      || facts_kind (config, "/init", INIT, empty)
      || facts_kind (config, "/cluster", CLUSTER, empty) || put_version (config)
      || put_node (config, &ipv6) || put_endpoint (config)
      || put_service (config) || put_host (config, ipv6)
      || facts_timeouts (config, INIT) || put_paths (config)
      || put_options (config)
      || put_audit (config, kbsh_json_at (defaults, "/audit"))
      || put_stored (config))
    return -1;
  return facts_images (config) || facts_names (config)
                 || facts_components (config)
             ? -1
             : 0;
}
