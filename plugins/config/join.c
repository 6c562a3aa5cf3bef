/* SPDX-License-Identifier: Apache-2.0
 *
 * config.join: the JoinConfiguration, from a file or from flags. Its facts are
 * all that can be known before the cluster has been found.
 */
#include "config.h"

#include <unistd.h>

#define JOIN "/JoinConfiguration"
#define TOKEN JOIN "/discovery/bootstrapToken"
#define LOCAL JOIN "/controlPlane/localAPIEndpoint"
#define ADMIN "/etc/kubernetes/admin.conf"

static const char *
given (struct config *config, const char *pointer)
{
  return kbsh_json_string (config->given, pointer, "");
}

/* --token stands for those of both ends that are not given. Where it finds the
 * cluster, it signs in by default. */
static int
spread_token (struct config *config)
{
  static const char *const ends[]
      = { TOKEN "/token", JOIN "/discovery/tlsBootstrapToken" };
  const char *token = given (config, JOIN "/token");
  int finds = *given (config, TOKEN "/apiServerEndpoint")
              && !*given (config, ends[0]);
  for (size_t i = 0; *token && i < (finds ? 1 : 2); i++)
    if (!*given (config, ends[i])
        && (kbsh_json_set_string (&config->given, ends[i], token, NULL)
            || json_object_object_add (config->flags, ends[i],
                                       json_object_new_string ("--token"))))
      return kbsh_fail_memory (config->ctx);
  kbsh_json_remove (config->given, JOIN "/token");
  return 0;
}

/* Flags of a control plane say nothing about a worker. */
static void
drop_control_plane (struct config *config)
{
  if (config_flag_of (config, JOIN "/controlPlane")
      || !kbsh_json_at (config->given, JOIN "/controlPlane"))
    return;
  kbsh_warn (config->ctx, "this machine joins as a worker: --certificate-key "
                          "and --apiserver-... are for --control-plane");
  kbsh_json_remove (config->given, JOIN "/controlPlane");
}

static int
say_nowhere (struct config *config)
{
  return kbsh_fail (
      config->ctx, NULL,
      "give HOST:PORT --token TOKEN --discovery-token-ca-cert-hash "
      "sha256:HASH, as `kbsh token create --print-join-command` prints it "
      "on a control plane; or --discovery-file; or --config",
      "it is not said which cluster to join");
}

/* Without an endpoint there is no discovery by token. A control plane whose
 * phases run one by one has the cluster's kubeconfig after some of them. */
static int
settle_discovery (struct config *config)
{
  if (!*given (config, TOKEN "/apiServerEndpoint"))
    kbsh_json_remove (config->given, TOKEN);
  else if (!*given (config, TOKEN "/token"))
    return kbsh_fail (config->ctx, NULL, "give --token or --discovery-token",
                      "there is no token to find the cluster at %s with",
                      given (config, TOKEN "/apiServerEndpoint"));
  if (kbsh_json_at (config->given, TOKEN)
      || kbsh_json_at (config->given, JOIN "/discovery/file"))
    return 0;
  if (!kbsh_json_at (config->given, JOIN "/controlPlane")
      || access (ADMIN, R_OK))
    return say_nowhere (config);
  return kbsh_json_set_string (
             &config->given, JOIN "/discovery/file/kubeConfigPath", ADMIN, NULL)
             ? kbsh_fail_memory (config->ctx)
             : 0;
}

int
config_join_flags (struct config *config)
{
  if (spread_token (config))
    return -1;
  drop_control_plane (config);
  return settle_discovery (config);
}

static int
default_control_plane (struct config *config)
{
  if (!kbsh_json_at (config->tree, JOIN "/controlPlane"))
    return 0;
  if (!kbsh_json_int (config->tree, LOCAL "/bindPort", 0)
      && kbsh_json_set (&config->tree, LOCAL "/bindPort",
                        json_object_new_int (6443), NULL))
    return kbsh_fail_memory (config->ctx);
  return defaults_address (config, LOCAL "/advertiseAddress");
}

/* The discovery's token signs in as well, unless there is another one. */
static int
default_token (struct config *config)
{
  static const char pointer[] = JOIN "/discovery/tlsBootstrapToken";
  const char *token = kbsh_json_string (config->tree, TOKEN "/token", "");
  if (!*token || kbsh_json_at (config->tree, pointer))
    return 0;
  return kbsh_json_set_string (&config->tree, pointer, token, NULL)
             ? kbsh_fail_memory (config->ctx)
             : 0;
}

static int
defaults (struct config *config)
{
  if (config_defaults_of (config, JOIN))
    return -1;
  return default_control_plane (config) || default_token (config)
                 || defaults_node (
                     config, JOIN,
                     kbsh_json_at (config->tree, JOIN "/controlPlane") != NULL)
             ? -1
             : 0;
}

int
config_join_check (struct config *config)
{
  if (defaults (config))
    return -1;
  config_join_validate (config);
  return config_settle (config);
}

static int
keep_secrets (struct config *config)
{
  static const char *const pointers[]
      = { TOKEN "/token", JOIN "/discovery/tlsBootstrapToken",
          JOIN "/controlPlane/certificateKey" };
  for (size_t i = 0; i < 3; i++)
    {
      const char *text = kbsh_json_string (config->tree, pointers[i], "");
      if (*text && config->ctx->host->secret (config->ctx, text))
        return -1;
    }
  return 0;
}

/* What discovery needs, under names of its own. */
static int
put_token (struct config *config)
{
  json_object *token = kbsh_json_at (config->tree, TOKEN);
  json_object *hashes = kbsh_json_at (token, "/caCertHashes");
  return facts_text (config, "/discovery/kind", "token")
         || facts_text (config, "/discovery/endpoint",
                        kbsh_json_string (token, "/apiServerEndpoint", ""))
         || facts_text (config, "/discovery/token",
                        kbsh_json_string (token, "/token", ""))
         || facts_put (config, "/discovery/ca-hashes",
                       hashes ? kbsh_json_copy (hashes)
                              : json_object_new_array ())
         || facts_put (config, "/discovery/unsafe-skip-ca-verification",
                       json_object_new_boolean (kbsh_json_bool (
                           token, "/unsafeSkipCAVerification", 0)));
}

/* A step may run in another folder: a path becomes absolute. */
static int
put_file (struct config *config)
{
  const char *path = kbsh_json_string (
      config->tree, JOIN "/discovery/file/kubeConfigPath", "");
  kbsh_autofree char *whole
      = strstr (path, "://") ? NULL : realpath (path, NULL);
  return facts_text (config, "/discovery/kind", "file")
         || facts_text (config, "/discovery/file", whole ? whole : path);
}

static int
put_discovery (struct config *config)
{
  const char *token = kbsh_json_string (
      config->tree, JOIN "/discovery/tlsBootstrapToken", NULL);
  json_object *timeout = kbsh_json_at (config->facts, "/timeouts/discovery");
  if (kbsh_json_at (config->tree, TOKEN) ? put_token (config)
                                         : put_file (config))
    return -1;
  return (token && facts_text (config, "/discovery/tls-token", token))
         || facts_put (config, "/discovery/timeout", json_object_get (timeout));
}

int
config_join_paths (struct config *config, const char *ca)
{
  return facts_text (config, "/paths/kubernetes", "/etc/kubernetes")
         || facts_text (config, "/paths/manifests", "/etc/kubernetes/manifests")
         || facts_text (config, "/paths/kubelet", "/var/lib/kubelet")
         || facts_text (config, "/paths/kubelet-conf",
                        "/etc/kubernetes/kubelet.conf")
         || facts_text (config, "/paths/bootstrap-kubelet-conf",
                        "/etc/kubernetes/bootstrap-kubelet.conf")
         || facts_text (config, "/paths/ca", ca)
         || (!kbsh_json_at (config->facts, "/paths/admin")
             && facts_text (config, "/paths/admin", ADMIN));
}

/* A control plane without taints of its own gets those of the cluster's
 * release (config.cluster), which need not be this machine's kubelet's. */
static int
put_join (struct config *config, json_object *empty)
{
  static const char taints[] = "/nodeRegistration/taints";
  if (facts_kind (config, "/join", JOIN, empty))
    return -1;
  if (kbsh_json_at (config->tree, JOIN "/controlPlane")
      && !kbsh_json_at (config->given, JOIN "/nodeRegistration/taints"))
    kbsh_json_remove (kbsh_json_at (config->facts, "/join"), taints);
  return 0;
}

static int
put_facts (struct config *config)
{
  kbsh_autojson json_object *all = config_default_tree (config);
  int control_plane = kbsh_json_at (config->tree, JOIN "/controlPlane") != NULL;
  return !all || put_join (config, kbsh_json_at (all, "/empty"))
         || facts_put (config, "/control-plane",
                       json_object_new_boolean (control_plane))
         || facts_text (
             config, "/node/name",
             kbsh_json_string (config->tree, JOIN "/nodeRegistration/name", ""))
         || (config->kubelet
             && facts_text (config, "/installed/kubelet", config->kubelet))
         || facts_timeouts (config, JOIN) || put_discovery (config)
         || config_join_paths (
             config, kbsh_json_string (config->tree, JOIN "/caCertPath", ""));
}

int
config_join_run (struct kbsh_ctx *ctx)
{
  struct config config KBSH_CLEANUP (config_free)
      = { .ctx = ctx, .command = "join", .kind = "JoinConfiguration" };
  if (config_make_own (&config, config_join_check)
      || config_check_patches (&config, "JoinConfiguration")
      || keep_secrets (&config) || put_facts (&config))
    return -1;
  return config_put_all (&config);
}
