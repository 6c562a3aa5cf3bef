/* SPDX-License-Identifier: Apache-2.0
 *
 * Where the members are.
 */
#include "etcd.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/kube.h>
#include <kbsh/net.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <string.h>

#define PODS                                                                   \
  "/api/v1/namespaces/kube-system/pods"                                        \
  "?labelSelector=component%3Detcd%2Ctier%3Dcontrol-plane"
#define CLIENT_URLS                                                            \
  "/metadata/annotations/kubeadm.kubernetes.io~1etcd.advertise-client-urls"
#define SERVERS "/api/v1/namespaces/default/endpoints/kubernetes"

enum
{
  CLIENT_PORT = 2379,
  SERVERS_MS = 10000 /* before the API servers' addresses are asked again */
};

int
etcd_add_endpoint (struct kbsh_ctx *ctx, struct etcd *etcd, const char *url)
{
  json_object *text;
  for (size_t i = 0; i < kbsh_json_length (etcd->endpoints, ""); i++)
    if (!strcmp (json_object_get_string (
                     json_object_array_get_idx (etcd->endpoints, i)),
                 url))
      return 0;
  if (!*url || json_object_array_length (etcd->endpoints) >= 64)
    return 0;
  text = json_object_new_string (url);
  if (text && !json_object_array_add (etcd->endpoints, text))
    return 0;
  json_object_put (text);
  return kbsh_fail_memory (ctx);
}

/* Several with commas, of which the first is enough. */
static int
add_first (struct kbsh_ctx *ctx, struct etcd *etcd, const char *urls)
{
  kbsh_autofree char *first = strndup (urls, strcspn (urls, ", "));
  return first ? etcd_add_endpoint (ctx, etcd, first) : kbsh_fail_memory (ctx);
}

static int
add_local (struct kbsh_ctx *ctx, struct etcd *etcd)
{
  KBSH_CLEANUP (etcd_local_close) struct etcd_local local = { 0 };
  if (etcd_local_open (ctx, &local))
    return -1;
  return local.pod ? add_first (ctx, etcd, local.client) : 0;
}

/* An object of the cluster; NULL where there is none. */
static int
get (struct kbsh_ctx *ctx, const char *path, json_object **object)
{
  KBSH_CLEANUP (kbsh_kube_close) struct kbsh_kube kube = { 0 };
  if (kbsh_kube_connect (ctx, &kube)
      || kbsh_kube_request (ctx, &kube, "GET", path, NULL, NULL, object) < 0)
    return -1;
  return 0;
}

int
etcd_add_pods (struct kbsh_ctx *ctx, struct etcd *etcd)
{
  kbsh_autojson json_object *list = NULL;
  int status = get (ctx, PODS, &list);
  for (size_t i = 0; !status && i < kbsh_json_length (list, "/items"); i++)
    {
      json_object *pod
          = json_object_array_get_idx (kbsh_json_at (list, "/items"), i);
      status = add_first (ctx, etcd, kbsh_json_string (pod, CLIENT_URLS, ""));
    }
  return status;
}

static int
add_subset (struct kbsh_ctx *ctx, struct etcd *etcd, json_object *subset)
{
  json_object *list = kbsh_json_at (subset, "/addresses");
  int status = 0;
  for (size_t i = 0; !status && i < kbsh_json_length (list, ""); i++)
    {
      kbsh_autofree char *place = kbsh_host_port_join (
          kbsh_json_string (json_object_array_get_idx (list, i), "/ip", ""),
          CLIENT_PORT);
      kbsh_autofree char *url = place ? kbsh_text ("https://%s", place) : NULL;
      status
          = url ? etcd_add_endpoint (ctx, etcd, url) : kbsh_fail_memory (ctx);
    }
  return status;
}

static int
add_addresses (struct kbsh_ctx *ctx, struct etcd *etcd)
{
  kbsh_autojson json_object *servers = NULL;
  int status = get (ctx, SERVERS, &servers);
  json_object *subsets = kbsh_json_at (servers, "/subsets");
  for (size_t i = 0; !status && i < kbsh_json_length (subsets, ""); i++)
    status = add_subset (ctx, etcd, json_object_array_get_idx (subsets, i));
  return status;
}

/* A static Pod of etcd runs beside each API server, at the address that this
 * one has told the cluster, and knows the others. Or it does not: then nothing
 * is found, and that is no failure. */
static void
add_servers (struct kbsh_ctx *ctx, struct etcd *etcd)
{
  kbsh_autojson json_object *members = NULL;
  int found = add_addresses (ctx, etcd);
  if (!found)
    found = etcd_list (ctx, etcd, &members);
  if (found < 0)
    snprintf (etcd->last, sizeof etcd->last, "%s", ctx->host->forgive (ctx));
  if (found <= 0)
    json_object_array_del_idx (etcd->endpoints, 0,
                               json_object_array_length (etcd->endpoints));
}

/* A kubelet shows its static Pods to the API server when it comes to it: up to
 * a minute after init, and that is too long to wait for it. SERVERS_AT: when
 * who may be silent for long is asked. */
static int
find_once (struct kbsh_ctx *ctx, struct etcd *etcd, int64_t *servers_at)
{
  int status = etcd_add_pods (ctx, etcd);
  if (status || json_object_array_length (etcd->endpoints)
      || kbsh_now_ms () < *servers_at)
    return status;
  add_servers (ctx, etcd);
  *servers_at = kbsh_now_ms () + SERVERS_MS;
  return 0;
}

static int
find_in_cluster (struct kbsh_ctx *ctx, int wait, struct etcd *etcd)
{
  int64_t limit
      = wait ? ctx->host->get_int (ctx, "config:/timeouts/etcd-api", 120000)
             : -1;
  int64_t begin = kbsh_now_ms (), servers_at = begin;
  int status;
  kbsh_progress (ctx, "looking for the members of etcd");
  while (!(status = find_once (ctx, etcd, &servers_at))
         && !json_object_array_length (etcd->endpoints)
         && kbsh_now_ms () - begin < limit)
    {
      kbsh_progress (ctx, "waiting for the Pods of etcd to be seen");
      etcd_pause ();
    }
  ctx->host->progress (ctx, NULL);
  return status;
}

int
etcd_find_endpoints (struct kbsh_ctx *ctx, int sources, struct etcd *etcd)
{
  kbsh_autojson json_object *given = kbsh_input (ctx, "endpoints");
  for (size_t i = 0; i < kbsh_json_length (given, ""); i++)
    if (etcd_add_endpoint (
            ctx, etcd,
            json_object_get_string (json_object_array_get_idx (given, i))))
      return -1;
  if (kbsh_json_length (given, ""))
    return 0;
  if (sources & ETCD_LOCAL && add_local (ctx, etcd))
    return -1;
  /* One's own member knows the others: the API server, which may be what is
   * down, is not needed then. */
  if (sources & ETCD_PODS && !json_object_array_length (etcd->endpoints))
    return find_in_cluster (ctx, sources & ETCD_AWAIT, etcd);
  return 0;
}
