/* SPDX-License-Identifier: Apache-2.0
 *
 * The certificate to show the members; where they are: endpoints.c.
 */
#include "etcd.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/pki.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <string.h>
#include <time.h>

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

void
etcd_close (struct etcd *etcd)
{
  free (etcd->ca);
  free (etcd->certificate);
  kbsh_cleanup_wipe (&etcd->key);
  json_object_put (etcd->endpoints);
  *etcd = (struct etcd){ 0 };
}

static int
fail_find (struct kbsh_ctx *ctx, const struct etcd *etcd)
{
  kbsh_autofree char *why = kbsh_text (
      "no Pod of etcd in kube-system has the annotation "
      "kubeadm.kubernetes.io/etcd.advertise-client-urls%s%s",
      *etcd->last ? "; and where the API servers are: " : "", etcd->last);
  return kbsh_fail (ctx, why,
                    "Look whether etcd runs as static Pods of this cluster; "
                    "one that runs elsewhere belongs in the configuration "
                    "(etcd.external).",
                    "the cluster's etcd was not found");
}

int
etcd_open (struct kbsh_ctx *ctx, int sources, struct etcd *etcd)
{
  *etcd = (struct etcd){ .endpoints = json_object_new_array () };
  if (!etcd->endpoints)
    return kbsh_fail_memory (ctx);
  if (read_certificates (ctx, etcd) || etcd_find_endpoints (ctx, sources, etcd))
    return -1;
  if (json_object_array_length (etcd->endpoints))
    return 0;
  return fail_find (ctx, etcd);
}
