/* SPDX-License-Identifier: Apache-2.0
 *
 * Stores the certificates of this control plane in the cluster for another
 * one: upload.certs does it, with what the cluster's configuration says about
 * where they are.
 */
#include "bootstrap.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>
#include <kbsh/yaml.h>

#include <string.h>

#define CONFIG "/api/v1/namespaces/kube-system/configmaps/kubeadm-config"
#define PKI "/etc/kubernetes/pki"

/* The ClusterConfiguration; NULL: there is none, or failed. */
static json_object *
cluster (struct kbsh_ctx *ctx, const struct kbsh_kube *kube)
{
  KBSH_CLEANUP (kbsh_yaml_free) struct kbsh_yaml yaml = { NULL, 0 };
  kbsh_autojson json_object *map = NULL;
  struct kbsh_error err = KBSH_ERROR_INIT;
  const char *text;
  int status = kbsh_kube_request (ctx, kube, "GET", CONFIG, NULL, NULL, &map);
  if (status < 0 || status == 404)
    return NULL;
  text = kbsh_json_string (map, "/data/ClusterConfiguration", "");
  if (kbsh_yaml_parse ("ClusterConfiguration in kube-system/kubeadm-config",
                       text, strlen (text), &yaml, &err))
    {
      kbsh_fail_error (ctx, &err);
      return NULL;
    }
  return yaml.count ? json_object_get (yaml.documents[0].tree) : NULL;
}

/* A control plane has these two whoever made it. */
static int
is_control_plane (struct kbsh_ctx *ctx, const char *pki)
{
  static const char *const names[] = { "ca.crt", "sa.key" };
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    {
      kbsh_autofree char *path = kbsh_text ("%s/%s", pki, names[i]);
      if (!path)
        return kbsh_fail_memory (ctx);
      if (!ctx->host->read_file (ctx, path, NULL))
        return ctx->host->failed (ctx)
                   ? -1
                   : kbsh_fail (ctx, NULL,
                                "run this on a control plane of the cluster",
                                "the certificates can't be uploaded: %s is "
                                "not there",
                                path);
    }
  return 0;
}

/* What upload.certs reads of the configuration. */
static json_object *
arguments (struct kbsh_ctx *ctx, json_object *stored, const char *pki,
           const char *key)
{
  kbsh_autojson json_object *args = NULL;
  json_object *etcd = kbsh_json_at (stored, "/etcd");
  if (kbsh_json_set (&args, "/kubeconfig", kbsh_input (ctx, "kubeconfig"), NULL)
      || kbsh_json_set (&args, "/skip-print", json_object_new_boolean (1), NULL)
      || kbsh_json_set_string (&args, "/config/paths/pki", pki, NULL)
      || (etcd
          && kbsh_json_set (&args, "/config/cluster/etcd",
                            json_object_get (etcd), NULL))
      || (key && kbsh_json_set_string (&args, "/certificate-key", key, NULL)))
    {
      kbsh_fail_memory (ctx);
      return NULL;
    }
  return kbsh_steal (&args);
}

char *
bootstrap_share (struct kbsh_ctx *ctx, const struct kbsh_kube *kube,
                 const char *key)
{
  kbsh_autojson json_object *stored = cluster (ctx, kube), *result = NULL;
  const char *pki = kbsh_json_string (stored, "/certificatesDir", PKI);
  json_object *args;
  char *out = NULL;
  if (ctx->host->failed (ctx) || is_control_plane (ctx, pki))
    return NULL;
  args = arguments (ctx, stored, pki, key);
  if (args)
    result = kbsh_call_one (ctx, "step", "upload.certs", "run", args);
  if (!result)
    return NULL;
  out = strdup (kbsh_json_string (result, "/certificateKey", ""));
  if (!out || ctx->host->secret (ctx, out))
    kbsh_fail_memory (ctx);
  return out;
}
