/* SPDX-License-Identifier: Apache-2.0
 *
 * reset.status: in the releases whose cluster keeps a list of its API servers
 * (ClusterStatus, beside the configuration), this machine's is taken out.
 */
#include "reset.h"

#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/kube.h>
#include <kbsh/service.h>
#include <kbsh/yaml.h>

#define MAP "/api/v1/namespaces/kube-system/configmaps/kubeadm-config"
#define ENDPOINT                                                               \
  "/metadata/annotations/"                                                     \
  "kubeadm.kubernetes.io~1kube-apiserver.advertise-address.endpoint"

enum
{
  TRIES = 10,
  PATIENCE_MS = 10000 /* for an API server that starts again */
};

/* "address:port" of this machine's API server; NULL: it has none. */
static const char *
own_endpoint (struct kbsh_ctx *ctx, char out[300])
{
  kbsh_autojson json_object *pod = manifest_read (ctx, "kube-apiserver");
  const char *found = kbsh_json_string (pod, ENDPOINT, NULL);
  if (ctx->host->failed (ctx))
    ctx->host->forgive (ctx);
  if (!found || strlen (found) >= 300)
    return NULL;
  return strcpy (out, found);
}

static int
is_own (json_object *one, const char *endpoint)
{
  const char *address = kbsh_json_string (one, "/advertiseAddress", "");
  kbsh_autofree char *text
      = kbsh_text (strchr (address, ':') ? "[%s]:%d" : "%s:%d", address,
                   (int)kbsh_json_int (one, "/bindPort", 6443));
  return text && !strcmp (text, endpoint);
}

/* 1 when it was there. */
static int
take_out (json_object *status, const char *endpoint)
{
  json_object *all = kbsh_json_at (status, "/apiEndpoints");
  if (!json_object_is_type (all, json_type_object))
    return 0;
  json_object_object_foreach (all, name, one)
  {
    if (!is_own (one, endpoint))
      continue;
    json_object_object_del (all, name);
    return 1;
  }
  return 0;
}

/* 1: it was changed by somebody else meanwhile. */
static int
update (struct kbsh_ctx *ctx, const struct kbsh_kube *kube,
        const char *endpoint)
{
  kbsh_autojson json_object *map = NULL, *status = NULL;
  kbsh_autofree char *yaml = NULL;
  struct kbsh_error err = KBSH_ERROR_INIT;
  const char *text;
  int answer = kbsh_kube_get (ctx, kube, MAP, PATIENCE_MS, &map);
  if (answer < 0)
    return -1;
  text = kbsh_json_string (map, "/data/ClusterStatus", NULL);
  status = answer == 200 && text
               ? kbsh_yaml_one (MAP, text, strlen (text), &err)
               : NULL;
  if (err.what[0])
    return kbsh_fail_error (ctx, &err);
  if (!status || !take_out (status, endpoint))
    return 0;
  yaml = kbsh_yaml_text (status, &err);
  if (!yaml || kbsh_json_set_string (&map, "/data/ClusterStatus", yaml, &err))
    return kbsh_fail_error (ctx, &err);
  answer = kbsh_kube_request (ctx, kube, "PUT", MAP, "application/json", map,
                              NULL);
  if (answer == 200 && !ctx->dry_run)
    kbsh_say (ctx, "Took %s out of the list of API servers", endpoint);
  return answer < 0 ? -1 : answer == 409;
}

int
status_run (struct kbsh_ctx *ctx)
{
  KBSH_CLEANUP (kbsh_kube_close) struct kbsh_kube kube = { 0 };
  char room[300];
  const char *endpoint = own_endpoint (ctx, room);
  int again = 1;
  if (!endpoint)
    return 0;
  if (kbsh_kube_connect (ctx, &kube))
    return -1;
  for (int try = 0; again > 0 && try < TRIES; try++)
    again = update (ctx, &kube, endpoint);
  return again > 0 ? kbsh_fail (ctx, "others change it all the time", NULL,
                                "the list of API servers was not updated")
                   : again;
}
