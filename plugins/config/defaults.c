/* SPDX-License-Identifier: Apache-2.0
 *
 * kubeadm's defaults: those of defaults.yaml, and those that need a look at
 * the machine (names, addresses).
 */
#include "config.h"

#include <ctype.h>
#include <kbsh/net.h>
#include <unistd.h>

#define INIT "/InitConfiguration"
#define CLUSTER "/ClusterConfiguration"

/* Also trims, as kubeadm does with names of hosts. */
static char *
lower (const char *text)
{
  char *out;
  while (isspace ((unsigned char)*text))
    text++;
  out = strdup (text);
  for (char *c = out; c && *c; c++)
    *c = (char)tolower ((unsigned char)*c);
  for (size_t n = out ? strlen (out) : 0;
       n && isspace ((unsigned char)out[n - 1]); n--)
    out[n - 1] = '\0';
  return out;
}

static int
set_text (struct config *config, const char *pointer, const char *text)
{
  return kbsh_json_set_string (&config->tree, pointer, text, NULL)
             ? kbsh_fail_memory (config->ctx)
             : 0;
}

json_object *
config_default_tree (struct config *config)
{
  kbsh_autojson json_object *values = NULL;
  if (kbsh_json_set (&values, "/release", json_object_get (config->release),
                     NULL))
    {
      kbsh_fail_memory (config->ctx);
      return NULL;
    }
  return kbsh_data (config->ctx, "config", "defaults.yaml", values);
}

static int
default_name (struct config *config, const char *kind)
{
  char host[256] = "";
  kbsh_autofree char *at = kbsh_text ("%s/nodeRegistration/name", kind);
  const char *name = at ? kbsh_json_string (config->tree, at, "") : "";
  kbsh_autofree char *low = NULL;
  if (!*name && !gethostname (host, sizeof host - 1))
    name = host;
  low = lower (name);
  return low && at ? set_text (config, at, low)
                   : kbsh_fail_memory (config->ctx);
}

/* No list means the release's taints; an empty one means none. */
static int
default_taints (struct config *config, const char *kind)
{
  json_object *taints = kbsh_json_at (config->release, "/node/taints");
  kbsh_autofree char *at = kbsh_text ("%s/nodeRegistration/taints", kind);
  if (!at)
    return kbsh_fail_memory (config->ctx);
  if (kbsh_json_at (config->tree, at) || !taints)
    return 0;
  return kbsh_json_set (&config->tree, at, kbsh_json_copy (taints), NULL)
             ? kbsh_fail_memory (config->ctx)
             : 0;
}

int
defaults_socket (struct config *config, const char *kind, const char *pointer)
{
  kbsh_autofree char *at = kbsh_text ("%s%s", kind, pointer);
  const char *socket = at ? kbsh_json_string (config->tree, at, "") : "";
  kbsh_autofree char *url = NULL;
  if (*socket != '/'
      || !kbsh_json_bool (config->release, "/endpoint-needs-scheme", 0))
    return 0;
  url = kbsh_text ("unix://%s", socket);
  if (!url)
    return kbsh_fail_memory (config->ctx);
  config_warn (config, kind + 1, pointer,
               "a socket without unix:// is deprecated; taking %s", url);
  return set_text (config, at, url);
}

int
defaults_node (struct config *config, const char *kind, int taints)
{
  return default_name (config, kind)
                 || (taints && default_taints (config, kind))
                 || defaults_socket (config, kind,
                                     "/nodeRegistration/criSocket")
             ? -1
             : 0;
}

/* A token that was not given stays away: whoever makes it looks first for one
 * of an earlier run. */
static int
default_token (struct config *config, json_object *list, size_t i,
               json_object *defaults)
{
  kbsh_autojson json_object *base = kbsh_json_copy (defaults);
  json_object *given = json_object_array_get_idx (list, i), *token;
  if (kbsh_json_at (given, "/expires"))
    json_object_object_del (base, "ttl");
  token = config_overlay (base, given);
  if (!token || json_object_array_put_idx (list, i, token))
    return kbsh_fail_memory (config->ctx);
  if (!*kbsh_json_string (token, "/token", ""))
    {
      json_object_object_del (token, "token");
      return 0;
    }
  return config->ctx->host->secret (config->ctx,
                                    kbsh_json_string (token, "/token", ""));
}

static int
default_tokens (struct config *config, json_object *defaults)
{
  json_object *list = kbsh_json_at (config->tree, INIT "/bootstrapTokens");
  if (!list || !json_object_array_length (list))
    {
      list = json_object_new_array ();
      if (!list || json_object_array_add (list, json_object_new_object ())
          || kbsh_json_set (&config->tree, INIT "/bootstrapTokens", list, NULL))
        return kbsh_fail_memory (config->ctx);
    }
  for (size_t i = 0; i < json_object_array_length (list); i++)
    if (default_token (config, list, i, defaults))
      return -1;
  return 0;
}

int
defaults_address (struct config *config, const char *pointer)
{
  const char *given = kbsh_json_string (config->tree, pointer, "");
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct kbsh_address address;
  char text[46];
  if (*given && strcmp (given, "0.0.0.0") && strcmp (given, "::"))
    return 0;
  if (kbsh_address_default (&address, &err))
    {
      kbsh_error_remedy (&err, "give one with --apiserver-advertise-address "
                               "or localAPIEndpoint.advertiseAddress");
      return kbsh_fail_error (config->ctx, &err);
    }
  kbsh_address_text (&address, text);
  return set_text (config, pointer, text);
}

/* Without a port the endpoint has the API server's own. */
static int
default_endpoint (struct config *config)
{
  const char *given
      = kbsh_json_string (config->tree, CLUSTER "/controlPlaneEndpoint", "");
  int bind
      = (int)kbsh_json_int (config->tree, INIT "/localAPIEndpoint/bindPort", 0);
  kbsh_autofree char *whole = NULL;
  char host[256];
  int port = 0;
  if (!*given)
    return 0;
  if (kbsh_host_port_split (given, host, &port, NULL))
    return 0; /* said already */
  if (port && port != bind)
    config_warn (config, "ClusterConfiguration", "/controlPlaneEndpoint",
                 "its port %d is not the API server's own, %d: something "
                 "has to forward it",
                 port, bind);
  whole = kbsh_host_port_join (host, port ? port : bind);
  return whole ? set_text (config, CLUSTER "/controlPlaneEndpoint", whole)
               : kbsh_fail_memory (config->ctx);
}

static int
lower_names (struct config *config, const char *pointer)
{
  json_object *list = kbsh_json_at (config->tree, pointer);
  for (size_t i = 0; list && i < json_object_array_length (list); i++)
    {
      kbsh_autofree char *low = lower (
          json_object_get_string (json_object_array_get_idx (list, i)));
      if (!low
          || json_object_array_put_idx (list, i, json_object_new_string (low)))
        return kbsh_fail_memory (config->ctx);
    }
  return 0;
}

/* The arguments and volumes that an audit policy needs. */
static int
add_audit (struct config *config, json_object *audit)
{
  static const char *const lists[] = { "extraArgs", "extraVolumes" };
  if (!kbsh_input_string (config->ctx, "audit-policy", NULL))
    return 0;
  for (size_t i = 0; i < 2; i++)
    {
      json_object *more = NULL;
      json_object_object_get_ex (audit, lists[i], &more);
      for (size_t j = 0; j < json_object_array_length (more); j++)
        {
          kbsh_autofree char *end
              = kbsh_text (CLUSTER "/apiServer/%s/-", lists[i]);
          if (!end
              || kbsh_json_set (
                  &config->tree, end,
                  kbsh_json_copy (json_object_array_get_idx (more, j)), NULL))
            return kbsh_fail_memory (config->ctx);
        }
    }
  return 0;
}

/* "" means "not given" in kubeadm's kinds. */
static void
strip_empty (json_object *tree)
{
  if (!json_object_is_type (tree, json_type_object))
    return;
  json_object_object_foreach (tree, key, value)
  {
    if (json_object_is_type (value, json_type_string)
        && !json_object_get_string_len (value))
      json_object_object_del (tree, key);
    else
      strip_empty (value);
  }
}

int
config_defaults (struct config *config)
{
  kbsh_autojson json_object *defaults = config_default_tree (config);
  static const char *const apart[]
      = { "token", "empty", "audit", "JoinConfiguration",
          "ResetConfiguration" };
  json_object *token;
  if (!defaults)
    return -1;
  strip_empty (kbsh_json_at (config->given, INIT));
  strip_empty (kbsh_json_at (config->given, CLUSTER));
  if (kbsh_json_at (config->given, CLUSTER "/etcd/external"))
    kbsh_json_remove (defaults, CLUSTER "/etcd/local");
  if (!kbsh_json_int (config->given, INIT "/localAPIEndpoint/bindPort", 0))
    kbsh_json_remove (config->given, INIT "/localAPIEndpoint/bindPort");
  token = kbsh_json_at (defaults, "/token");
  json_object_put (config->tree);
  config->tree = config_overlay (defaults, config->given);
  if (!config->tree)
    return kbsh_fail_memory (config->ctx);
  for (size_t i = 0; i < sizeof apart / sizeof *apart; i++)
    json_object_object_del (config->tree, apart[i]);
  if (set_text (config, CLUSTER "/kubernetesVersion", config->version_text)
      || defaults_node (config, INIT, 1) || default_tokens (config, token)
      || defaults_address (config, INIT "/localAPIEndpoint/advertiseAddress")
      || default_endpoint (config)
      || lower_names (config, CLUSTER "/apiServer/certSANs")
      || lower_names (config, CLUSTER "/etcd/local/serverCertSANs")
      || lower_names (config, CLUSTER "/etcd/local/peerCertSANs")
      || add_audit (config, kbsh_json_at (defaults, "/audit")))
    return -1;
  return 0;
}

int
config_defaults_of (struct config *config, const char *pointer)
{
  kbsh_autojson json_object *all = config_default_tree (config);
  kbsh_autojson json_object *base = NULL;
  if (!all)
    return -1;
  strip_empty (kbsh_json_at (config->given, pointer));
  if (kbsh_json_set (&base, pointer,
                     json_object_get (kbsh_json_at (all, pointer)), NULL))
    return kbsh_fail_memory (config->ctx);
  json_object_put (config->tree);
  config->tree = config_overlay (base, config->given);
  return config->tree ? 0 : kbsh_fail_memory (config->ctx);
}
