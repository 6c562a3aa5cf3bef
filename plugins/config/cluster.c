/* SPDX-License-Identifier: Apache-2.0
 *
 * config.cluster: the tree of doc/configuration.md for a machine that joins:
 * the cluster's own configuration, and this node's from the JoinConfiguration.
 */
#include "config.h"

#include <kbsh/kube.h>
#include <kbsh/net.h>

#define INIT "/InitConfiguration"
#define ENDPOINT INIT "/localAPIEndpoint"

static int
take_over (struct config *config, const char *from, const char *to)
{
  json_object *value = kbsh_json_at (config->join, from);
  return value
                 && kbsh_json_set (&config->given, to, kbsh_json_copy (value),
                                   NULL)
             ? kbsh_fail_memory (config->ctx)
             : 0;
}

/* A worker has no API server: the address is the one of the default route, and
 * it joins without one as well. */
static int
worker_address (struct config *config)
{
  struct kbsh_address address;
  char text[46] = "127.0.0.1";
  if (!kbsh_address_default (&address, NULL))
    kbsh_address_text (&address, text);
  return kbsh_json_set_string (&config->given, ENDPOINT "/advertiseAddress",
                               text, NULL)
             ? kbsh_fail_memory (config->ctx)
             : 0;
}

/* What InitConfiguration says of a node comes from the JoinConfiguration. */
static int
give_node (struct config *config)
{
  static const char *const same[]
      = { "/nodeRegistration", "/patches", "/skipPhases", "/timeouts" };
  for (size_t i = 0; i < sizeof same / sizeof *same; i++)
    {
      kbsh_autofree char *to = kbsh_text (INIT "%s", same[i]);
      if (!to)
        return kbsh_fail_memory (config->ctx);
      if (take_over (config, same[i], to))
        return -1;
    }
  if (config->worker)
    return worker_address (config);
  return take_over (config, "/controlPlane/localAPIEndpoint", ENDPOINT)
                 || take_over (config, "/controlPlane/certificateKey",
                               INIT "/certificateKey")
             ? -1
             : 0;
}

/* Tokens are the cluster's business. */
static int
complete (struct config *config)
{
  if (give_node (config) || config_defaults (config))
    return -1;
  return kbsh_json_set (&config->tree, INIT "/bootstrapTokens",
                        json_object_new_array (), NULL)
             ? kbsh_fail_memory (config->ctx)
             : 0;
}

static char *
with_dashes (const char *path)
{
  char *name = strdup (path);
  for (char *c = name; c && *c; c++)
    *c = *c == '/' ? '-' : *c;
  return name;
}

static int
put_joined (struct config *config, const struct kbsh_kube *kube)
{
  const char *ca = kbsh_json_string (config->join, "/caCertPath", "");
  kbsh_autofree char *name = with_dashes (ca);
  if (!name)
    return kbsh_fail_memory (config->ctx);
  return facts_put (config, "/join", json_object_get (config->join))
         || facts_put (config, "/control-plane",
                       json_object_new_boolean (!config->worker))
         || facts_text (config, "/discovered/server", kube->server)
         || facts_text (config, "/discovered/ca", kube->ca ? kube->ca : "")
         || facts_text (config, "/names/ca", name)
         || config_join_paths (config, ca);
}

/* A control plane may be restarting just now. */
static void
be_patient (struct config *config)
{
  const char *text = kbsh_json_string (
      config->join, "/timeouts/kubernetesAPICall", "");
  int64_t ms;
  if (*text && !kbsh_duration_parse (text, &ms, NULL) && ms > 0)
    config->patience_ms = ms < UINT32_MAX ? (uint32_t)ms : UINT32_MAX;
}

static int
run (struct config *config, const struct kbsh_kube *kube)
{
  be_patient (config);
  config->worker = !kbsh_json_at (config->join, "/controlPlane");
  if (config_fetch (config, kube) || complete (config)
      || put_joined (config, kube) || config_facts (config))
    return -1;
  return config_put_all (config);
}

int
config_cluster_run (struct kbsh_ctx *ctx)
{
  struct config config KBSH_CLEANUP (config_free)
      = { .ctx = ctx, .lenient = 1 };
  struct kbsh_kube kube KBSH_CLEANUP (kbsh_kube_close) = { 0 };
  config.join = kbsh_input (ctx, "join");
  if (!json_object_is_type (config.join, json_type_object))
    return kbsh_fail (ctx, NULL, NULL,
                      "the parameter join is no JoinConfiguration");
  if (kbsh_kube_connect (ctx, &kube))
    return -1;
  return run (&config, &kube);
}
