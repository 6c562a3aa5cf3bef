/* SPDX-License-Identifier: Apache-2.0
 *
 * Discovery by a kubeconfig that the user brings. It says whom to trust; the
 * cluster is asked whether it still holds.
 */
#include "discovery.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <stdio.h>
#include <string.h>

static int
unusable (struct kbsh_ctx *ctx, const char *file, const char *why)
{
  return kbsh_fail (ctx, why,
                    "take the one that a control plane has: kubectl -n "
                    "kube-public get configmap cluster-info -o "
                    "jsonpath='{.data.kubeconfig}'",
                    "the discovery file %s can't be used", file);
}

/* Its cluster, and its user if it has one, as a kubeconfig of one context. */
static json_object *
one_context (struct kbsh_ctx *ctx, const char *file, json_object *tree)
{
  static const char skeleton[]
      = "{\"current-context\": \"c\", \"users\": [{}], \"contexts\": "
        "[{\"name\": \"c\", \"context\": {\"cluster\": \"k\"}}], "
        "\"clusters\": [{\"name\": \"k\"}]}";
  json_object *user = NULL, *out = NULL, *cluster;
  const char *who = "", *server;
  if (!kbsh_json_length (tree, "/clusters"))
    return unusable (ctx, file, "there is no cluster in it"), NULL;
  cluster = discovery_cluster (tree, &user, &who);
  server = kbsh_json_string (cluster, "/server", "");
  if (!cluster)
    return unusable (ctx, file,
                     "it has neither a cluster without a name nor a current "
                     "context with a cluster"),
           NULL;
  if (kbsh_json_bool (cluster, "/insecure-skip-tls-verify", 0))
    return unusable (ctx, file,
                     "it says insecure-skip-tls-verify: with that anybody "
                     "could pose as the cluster"),
           NULL;
  if (strncmp (server, "https://", 8) != 0)
    return unusable (ctx, file, "its server is not https://..."), NULL;
  out = kbsh_json_parse (skeleton, strlen (skeleton), NULL);
  if (!out || kbsh_json_set_string (&out, "/contexts/0/context/user", who, NULL)
      || kbsh_json_set_string (&out, "/users/0/name", who, NULL)
      || kbsh_json_set (&out, "/clusters/0/cluster", json_object_get (cluster),
                        NULL)
      || kbsh_json_set (&out, "/users/0/user", json_object_get (user), NULL))
    {
      json_object_put (out);
      kbsh_fail_memory (ctx);
      return NULL;
    }
  return out;
}

static int
open_file (struct kbsh_ctx *ctx, const char *file, struct kbsh_kube *kube)
{
  kbsh_autojson json_object *tree = discovery_get (ctx, file), *one = NULL;
  const char *path = strstr (file, "://") ? NULL : file;
  kbsh_autofree char *whose = kbsh_text ("in the discovery file %s", file);
  if (!tree)
    return -1;
  if (!whose)
    return kbsh_fail_memory (ctx);
  one = one_context (ctx, file, tree);
  if (!one || kbsh_kube_open_tree (ctx, one, path, kube))
    return -1;
  return kube->ca ? discovery_ca_valid (ctx, kube->ca, whose) : 0;
}

static int
take_any (struct source *source, json_object *map, void *data)
{
  (void)source;
  (void)map;
  (void)data;
  return 0;
}

/* The cluster's own word on where it is replaces the file's. */
static int
refresh (struct source *source, json_object *map, struct kbsh_kube *kube)
{
  struct kbsh_ctx *ctx = source->ctx;
  KBSH_CLEANUP (kbsh_kube_close) struct kbsh_kube now = { 0 };
  if (discovery_in_map (ctx, source->server, map, &now))
    {
      kbsh_warn (ctx, "%s; the discovery file is used as it is",
                 ctx->host->forgive (ctx));
      return 0;
    }
  free (kube->server);
  free (kube->ca);
  kube->server = kbsh_steal (&now.server);
  kube->ca = kbsh_steal (&now.ca);
  return 0;
}

static int
fail_credentials (struct source *source, const char *file)
{
  return kbsh_fail (source->ctx,
                    "the API server does not take them: they may be out of "
                    "date, or of another cluster",
                    "get a new file, or give a token with "
                    "--tls-bootstrap-token and a file without a user",
                    "the credentials in the discovery file %s are not valid",
                    file);
}

static int
validate (struct kbsh_ctx *ctx, const char *file, struct kbsh_kube *kube)
{
  kbsh_autojson json_object *map = NULL;
  kbsh_autofree char *server = strdup (kube->server);
  char timeout[40];
  struct source source = { .ctx = ctx,
                           .server = server,
                           .ca = kube->ca,
                           .certificate = kube->certificate,
                           .key = kube->key,
                           .token = kube->token,
                           .timeout = timeout };
  if (!server)
    return kbsh_fail_memory (ctx);
  discovery_deadline (&source, timeout);
  if (discovery_read (&source, take_any, NULL, 1, &map))
    return kbsh_fail (ctx, NULL, NULL,
                      "the discovery file %s was not confirmed", file);
  if (map)
    return refresh (&source, map, kube);
  if (source.status == 401 && (kube->token || kube->certificate))
    return fail_credentials (&source, file);
  kbsh_warn (ctx,
             "cluster-info may not be read at %s; its certificate is valid, "
             "and the discovery file is used as it is",
             server);
  return 0;
}

/* Its own, or a token beside it. */
static int
has_credentials (struct kbsh_ctx *ctx, const char *file,
                 const struct kbsh_kube *kube)
{
  if (kube->token || kube->certificate
      || kbsh_input_string (ctx, "from:/tls-token", NULL))
    return 0;
  return kbsh_fail (ctx, "there is no user with a token or certificate in it",
                    "give a token as well: --token or --tls-bootstrap-token "
                    "(kbsh token create makes one)",
                    "with the discovery file %s alone this node can't ask for "
                    "a certificate",
                    file);
}

int
discovery_by_file (struct kbsh_ctx *ctx, struct kbsh_kube *found)
{
  const char *file = ctx->host->get_string (ctx, "from:/file", "");
  if (!*file)
    return kbsh_fail (ctx, NULL, "give --discovery-file FILE",
                      "the discovery file is not known");
  if (open_file (ctx, file, found) || has_credentials (ctx, file, found)
      || validate (ctx, file, found))
    return -1;
  return found->ca ? 0 : unusable (ctx, file, "there is no CA in it");
}
