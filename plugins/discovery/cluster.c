/* SPDX-License-Identifier: Apache-2.0
 *
 * The one cluster that a kubeconfig for joining is about.
 */
#include "discovery.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>
#include <kbsh/yaml.h>

#include <string.h>

/* The element of a list of {name, KIND} with that name: its KIND. */
static json_object *
named (json_object *tree, const char *list, const char *kind, const char *name)
{
  json_object *all = kbsh_json_at (tree, list);
  for (size_t i = 0; i < kbsh_json_length (tree, list); i++)
    {
      json_object *one = json_object_array_get_idx (all, i);
      if (strcmp (kbsh_json_string (one, "/name", ""), name) == 0)
        return kbsh_json_at (one, kind);
    }
  return NULL;
}

json_object *
discovery_cluster (json_object *tree, json_object **user, const char **who)
{
  const char *current = kbsh_json_string (tree, "/current-context", "");
  json_object *context
      = *current ? named (tree, "/contexts", "/context", current) : NULL;
  json_object *cluster = named (tree, "/clusters", "/cluster", "");
  *who = kbsh_json_string (context, "/user", "");
  *user = **who ? named (tree, "/users", "/user", *who) : NULL;
  if (cluster || !context)
    return cluster;
  return named (tree, "/clusters", "/cluster",
                kbsh_json_string (context, "/cluster", ""));
}

json_object *
discovery_parse (const char *name, const char *text, size_t length,
                 struct kbsh_error *err)
{
  KBSH_CLEANUP (kbsh_yaml_free) struct kbsh_yaml yaml = { NULL, 0 };
  if (kbsh_yaml_parse (name, text, length, &yaml, err))
    return NULL;
  if (yaml.count == 1
      && json_object_is_type (yaml.documents[0].tree, json_type_object))
    return json_object_get (yaml.documents[0].tree);
  kbsh_error_set (err, "%s is no kubeconfig", name);
  kbsh_error_why (err, "it is not one document with members");
  return NULL;
}

static int
fail_map (struct kbsh_ctx *ctx, const char *server, const char *why)
{
  return kbsh_fail (ctx, why,
                    "make it anew on a control plane: kbsh init phase "
                    "bootstrap-token",
                    "cluster-info at %s can't be used", server);
}

/* The CA that is embedded; cluster-info names no files. */
static int
take_ca (struct kbsh_ctx *ctx, const char *server, json_object *cluster,
         struct kbsh_kube *found)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  size_t length = 0;
  const char *data
      = kbsh_json_string (cluster, "/certificate-authority-data", "");
  if (!*data)
    return fail_map (ctx, server, "there is no CA in it");
  found->ca = kbsh_base64_decode (data, &length, &err);
  if (!found->ca || strlen (found->ca) != length)
    return fail_map (ctx, server, "its CA is not base64 of a text");
  return 0;
}

int
discovery_in_map (struct kbsh_ctx *ctx, const char *server, json_object *map,
                  struct kbsh_kube *found)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  const char *text = kbsh_json_string (map, "/data/kubeconfig", "");
  kbsh_autojson json_object *tree
      = discovery_parse ("cluster-info", text, strlen (text), &err);
  json_object *user, *cluster;
  const char *who, *at;
  if (!tree)
    return fail_map (ctx, server, "there is no kubeconfig in it");
  if (kbsh_json_length (tree, "/clusters") != 1)
    return fail_map (ctx, server, "it is not about one cluster");
  cluster = discovery_cluster (tree, &user, &who);
  if (!cluster)
    cluster = kbsh_json_at (tree, "/clusters/0/cluster");
  at = kbsh_json_string (cluster, "/server", "");
  if (strncmp (at, "https://", 8) != 0 || !at[8])
    return fail_map (ctx, server, "its server is not https://...");
  found->server = strdup (at);
  if (!found->server)
    return kbsh_fail_memory (ctx);
  return take_ca (ctx, server, cluster, found);
}
