/* SPDX-License-Identifier: Apache-2.0
 *
 * Where the members are, and the certificate to show them.
 */
#include "etcd.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/kube.h>
#include <kbsh/pki.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <string.h>
#include <time.h>

#define PODS                                                                   \
  "/api/v1/namespaces/kube-system/pods"                                        \
  "?labelSelector=component%3Detcd%2Ctier%3Dcontrol-plane"
#define CLIENT_URLS                                                            \
  "/metadata/annotations/kubeadm.kubernetes.io~1etcd.advertise-client-urls"

/* The folder of the certificates. */
static const char *
pki_folder (struct kbsh_ctx *ctx)
{
  const char *given = kbsh_input_string (ctx, "cert-dir", NULL);
  return given ? given
               : ctx->host->get_string (ctx, "config:/paths/pki",
                                        "/etc/kubernetes/pki");
}

static char *
read_copy (struct kbsh_ctx *ctx, const char *below, const char *suffix)
{
  kbsh_autofree char *path
      = kbsh_text ("%s/%s%s", pki_folder (ctx), below, suffix);
  const char *text = path ? ctx->host->read_file (ctx, path, NULL) : NULL;
  char *copy = text ? strdup (text) : NULL;
  if (text)
    explicit_bzero ((void *)text, strlen (text));
  if (!path || (text && !copy))
    kbsh_fail_memory (ctx);
  return copy;
}

/* An expired certificate is refused with an alert that says little. */
static int
check_date (struct kbsh_ctx *ctx, const struct etcd *etcd, const char *base)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct kbsh_certificate_facts facts;
  char day[32] = "";
  struct tm tm;
  time_t end;
  if (kbsh_pki_facts (etcd->certificate, &facts, &err))
    {
      kbsh_error_wrap (&err, "the client certificate %s/%s.crt",
                       pki_folder (ctx), base);
      return kbsh_fail_error (ctx, &err);
    }
  end = (time_t)facts.not_after;
  if (time (NULL) <= end)
    return 0;
  if (gmtime_r (&end, &tm))
    strftime (day, sizeof day, "%F %T UTC", &tm);
  kbsh_autofree char *why = kbsh_text ("it was valid until %s", day);
  return kbsh_fail (ctx, why,
                    "Look at this machine's clock; if it is right, renew the "
                    "certificate, or move it and its key away and run the "
                    "phase that makes it.",
                    "etcd cannot be asked with the client certificate "
                    "%s/%s.crt",
                    pki_folder (ctx), base);
}

/* Either of the two that clusters have; 1: that one is not there. */
static int
read_pair (struct kbsh_ctx *ctx, struct etcd *etcd, const char *base)
{
  etcd->certificate = read_copy (ctx, base, ".crt");
  etcd->key = etcd->certificate ? read_copy (ctx, base, ".key") : NULL;
  if (etcd->key)
    return check_date (ctx, etcd, base);
  free (kbsh_steal (&etcd->certificate));
  return ctx->host->failed (ctx) ? -1 : 1;
}

static int
read_certificates (struct kbsh_ctx *ctx, struct etcd *etcd)
{
  int status;
  etcd->ca = read_copy (ctx, "etcd/ca", ".crt");
  if (!etcd->ca)
    return ctx->host->failed (ctx)
               ? -1
               : kbsh_fail (ctx, "there is no such file",
                            "Copy it from a control plane.",
                            "etcd's CA %s/etcd/ca.crt is needed",
                            pki_folder (ctx));
  status = read_pair (ctx, etcd, "etcd/healthcheck-client");
  if (status > 0)
    status = read_pair (ctx, etcd, "apiserver-etcd-client");
  if (status > 0)
    return kbsh_fail (ctx, "neither pair of files is there",
                      "Run the phase that makes the certificates.",
                      "a client certificate for etcd is needed: "
                      "%s/etcd/healthcheck-client or apiserver-etcd-client",
                      pki_folder (ctx));
  return status;
}

/* ---------------------------------------------------------------- */

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

int
etcd_add_pods (struct kbsh_ctx *ctx, struct etcd *etcd)
{
  KBSH_CLEANUP (kbsh_kube_close) struct kbsh_kube kube = { 0 };
  kbsh_autojson json_object *list = NULL;
  int status = kbsh_kube_connect (ctx, &kube);
  if (!status
      && kbsh_kube_request (ctx, &kube, "GET", PODS, NULL, NULL, &list) < 0)
    status = -1;
  for (size_t i = 0; !status && i < kbsh_json_length (list, "/items"); i++)
    {
      json_object *pod
          = json_object_array_get_idx (kbsh_json_at (list, "/items"), i);
      status = add_first (ctx, etcd, kbsh_json_string (pod, CLIENT_URLS, ""));
    }
  return status;
}

/* A kubelet shows its static Pods to the API server when it comes to it: up to
 * a minute after init. */
static int
await_pods (struct kbsh_ctx *ctx, struct etcd *etcd)
{
  int64_t limit = ctx->host->get_int (ctx, "config:/timeouts/etcd-api", 120000);
  int64_t begin = kbsh_now_ms ();
  int status;
  while (!(status = etcd_add_pods (ctx, etcd))
         && !json_object_array_length (etcd->endpoints)
         && kbsh_now_ms () - begin < limit)
    {
      kbsh_progress (ctx, "waiting for the Pods of etcd to be seen");
      etcd_pause ();
    }
  ctx->host->progress (ctx, NULL);
  return status;
}

static int
find_endpoints (struct kbsh_ctx *ctx, int sources, struct etcd *etcd)
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
    return sources & ETCD_AWAIT ? await_pods (ctx, etcd)
                                : etcd_add_pods (ctx, etcd);
  return 0;
}

void
etcd_close (struct etcd *etcd)
{
  free (etcd->ca);
  free (etcd->certificate);
  kbsh_cleanup_wipe (&etcd->key);
  json_object_put (etcd->endpoints);
  *etcd = (struct etcd){ 0 };
}

int
etcd_open (struct kbsh_ctx *ctx, int sources, struct etcd *etcd)
{
  *etcd = (struct etcd){ .endpoints = json_object_new_array () };
  if (!etcd->endpoints)
    return kbsh_fail_memory (ctx);
  if (read_certificates (ctx, etcd) || find_endpoints (ctx, sources, etcd))
    return -1;
  if (json_object_array_length (etcd->endpoints))
    return 0;
  return kbsh_fail (ctx,
                    "no Pod of etcd in kube-system has the annotation "
                    "kubeadm.kubernetes.io/etcd.advertise-client-urls",
                    "Look whether etcd runs as static Pods of this cluster; "
                    "one that runs elsewhere belongs in the configuration "
                    "(etcd.external).",
                    "the cluster's etcd was not found");
}
