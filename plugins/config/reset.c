/* SPDX-License-Identifier: Apache-2.0
 *
 * config.reset: what to undo, from a ResetConfiguration or from flags. The
 * cluster is asked how it was made, and need not answer any more.
 */
#include "config.h"

#include <kbsh/kube.h>

#define KIND "ResetConfiguration"
#define RESET "/" KIND
#define FOLDER "/etc/kubernetes"

enum
{
  ANSWER_MS = 5000, /* it may be gone for good */
  PATIENCE_MS = 6000 /* or be starting again: what it is not asked stays there */
};

static int
defaults (struct config *config)
{
  if (config_defaults_of (config, RESET))
    return -1;
  return defaults_socket (config, RESET, "/criSocket");
}

int
config_reset_check (struct config *config)
{
  if (defaults (config))
    return -1;
  validate_ignored (config, KIND, "/ignorePreflightErrors");
  validate_timeouts (config, KIND);
  return config_settle (config);
}

/* The release that the cluster has is better known to it than to us. */
static int
take_release (struct config *config, struct config *cluster)
{
  json_object *status = kbsh_json_at (cluster->facts, "/clusterStatus");
  json_object_put (config->release);
  config->release = json_object_get (cluster->release);
  free (config->version_text);
  config->version_text = kbsh_steal (&cluster->version_text);
  config->version = cluster->version;
  return facts_put (config, "/cluster",
                    kbsh_json_copy (
                        kbsh_json_at (cluster->given, "/ClusterConfiguration")))
         || (status
             && facts_put (config, "/clusterStatus", json_object_get (status)));
}

static int
ask_cluster (struct config *config, const char *kubeconfig)
{
  struct kbsh_kube kube KBSH_CLEANUP (kbsh_kube_close) = { 0 };
  struct config cluster KBSH_CLEANUP (config_free)
      = { .ctx = config->ctx, .lenient = 1, .patience_ms = PATIENCE_MS };
  int known = 0;
  if (config->ctx->host->read_file (config->ctx, kubeconfig, NULL))
    {
      known = !kbsh_kube_open (config->ctx, kubeconfig, &kube);
      kube.timeout_ms = ANSWER_MS;
      known = known && !config_fetch_release (&cluster, &kube);
      if (!known)
        kbsh_warn (config->ctx, "the cluster does not say how it was made: %s",
                   config->ctx->host->forgive (config->ctx));
    }
  else
    config->ctx->host->forgive (config->ctx); /* a worker has none */
  return facts_put (config, "/cluster-known", json_object_new_boolean (known))
         || (known && take_release (config, &cluster));
}

static int
put_paths (struct config *config, const char *kubeconfig)
{
  static const char *const fixed[][2] = {
    { "kubernetes", FOLDER },
    { "manifests", FOLDER "/manifests" },
    { "tmp", FOLDER "/tmp" },
    { "kubelet", "/var/lib/kubelet" },
    { "admin", FOLDER "/admin.conf" },
    { "kubelet-conf", FOLDER "/kubelet.conf" },
    { "bootstrap-kubelet-conf", FOLDER "/bootstrap-kubelet.conf" },
  };
  for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
    {
      kbsh_autofree char *to = kbsh_text ("/paths/%s", fixed[i][0]);
      if (!to)
        return kbsh_fail_memory (config->ctx);
      if (facts_text (config, to, fixed[i][1]))
        return -1;
    }
  return facts_text (config, "/paths/kubeconfig", kubeconfig)
         || facts_text (
             config, "/paths/pki",
             kbsh_json_string (config->tree, RESET "/certificatesDir", ""))
         || (!kbsh_json_at (config->facts, "/cluster/etcd/external")
             && facts_text (config, "/paths/etcd",
                            kbsh_json_string (config->facts,
                                              "/cluster/etcd/local/dataDir",
                                              "/var/lib/etcd")));
}

static int
put_switch (struct config *config, const char *to, const char *from)
{
  return facts_put (
      config, to,
      json_object_new_boolean (kbsh_json_bool (config->tree, from, 0)));
}

static int
put_preflight (struct config *config)
{
  json_object *checks = kbsh_json_at (config->release, "/reset-preflight");
  return facts_put (config, "/preflight",
                    checks ? kbsh_json_copy (checks)
                           : json_object_new_object ());
}

static int
put_facts (struct config *config, const char *kubeconfig)
{
  kbsh_autojson json_object *all = config_default_tree (config);
  return !all
         || facts_kind (config, "/reset", RESET, kbsh_json_at (all, "/empty"))
         || facts_put (config, "/release", kbsh_json_copy (config->release))
         || facts_text (config, "/version/text", config->version_text)
         || facts_put (config, "/version/minor",
                       json_object_new_int (config->version.minor))
         || put_switch (config, "/options/force", RESET "/force")
         || put_switch (config, "/options/cleanup-tmp-dir",
                        RESET "/cleanupTmpDir")
         || facts_timeouts (config, RESET) || put_paths (config, kubeconfig)
         || put_preflight (config);
}

int
config_reset_run (struct kbsh_ctx *ctx)
{
  const char *kubeconfig
      = kbsh_input_string (ctx, "kubeconfig", FOLDER "/admin.conf");
  struct config config KBSH_CLEANUP (config_free)
      = { .ctx = ctx, .command = "reset", .kind = KIND };
  if (config_make_own (&config, config_reset_check)
      || ask_cluster (&config, kubeconfig) || put_facts (&config, kubeconfig))
    return -1;
  return config_put_all (&config);
}
