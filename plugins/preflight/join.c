/* SPDX-License-Identifier: Apache-2.0
 *
 * What only a control plane that joins another one needs: an endpoint that
 * leads to all of them, and the certificates that they share.
 */
#include "preflight.h"

#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>

#define ENDPOINT "ControlPlaneEndpoint"
#define SHARED "SharedCertificates"

static int
endpoint (struct kbsh_ctx *ctx)
{
  if (kbsh_input_string (ctx, "config:/cluster/controlPlaneEndpoint", NULL))
    return kbsh_passed (ctx, ENDPOINT);
  return kbsh_found (
      ctx, ENDPOINT, KBSH_ERROR,
      "controlPlaneEndpoint in the ConfigMap kubeadm-config: a name or address "
      "that stays when a control plane goes",
      "on a control plane: give the API server's certificate that name (kbsh "
      "init phase certs apiserver), then upload it (kbsh init phase "
      "upload-config kubeadm)",
      "the cluster has no stable address for several control planes");
}

/* All files of a folder that are not there, with commas between. */
static void
look (struct kbsh_ctx *ctx, struct kbsh_buffer *missing, const char *base,
      const char *suffix)
{
  kbsh_autofree char *path
      = kbsh_text ("%s/%s.%s", kbsh_input_string (ctx, "config:/paths/pki", ""),
                   base, suffix);
  if (!path)
    missing->failed = 1;
  else if (!root_exists (ctx, path))
    kbsh_buffer_printf (missing, "%s%s", missing->length ? ", " : "", path);
}

/* A CA that signs elsewhere has no key here. */
static int
signs_here (struct kbsh_ctx *ctx)
{
  return !strcmp (kbsh_input_string (ctx, "ca-backend", "ca-files.ca"),
                  "ca-files.ca");
}

static int
have_leaf (struct kbsh_ctx *ctx, const char *base)
{
  struct kbsh_buffer missing KBSH_CLEANUP (kbsh_buffer_free) = { 0 };
  look (ctx, &missing, base, "crt");
  look (ctx, &missing, base, "key");
  return !missing.length && !missing.failed;
}

/* Where all that a CA signs is there already, its key is not needed. */
static int
needs_key (struct kbsh_ctx *ctx, json_object *certificates, const char *ca)
{
  if (!signs_here (ctx))
    return 0;
  json_object_object_foreach (certificates, name, leaf)
  {
    (void)name;
    if (!strcmp (kbsh_json_string (leaf, "/ca", ""), ca)
        && !have_leaf (ctx, kbsh_json_string (leaf, "/base", "")))
      return 1;
  }
  return 0;
}

static void
look_all (struct kbsh_ctx *ctx, struct kbsh_buffer *missing,
          json_object *certificates)
{
  kbsh_autojson json_object *external
      = kbsh_input (ctx, "config:/cluster/etcd/external");
  json_object_object_foreach (certificates, name, one)
  {
    const char *base = kbsh_json_string (one, "/base", "");
    if (*kbsh_json_string (one, "/ca", "")
        || (external && !strncmp (name, "etcd-", 5)))
      continue;
    look (ctx, missing, base, "crt");
    if (needs_key (ctx, certificates, name))
      look (ctx, missing, base, "key");
  }
  look (ctx, missing, "sa", "pub");
  look (ctx, missing, "sa", "key");
}

static int
shared (struct kbsh_ctx *ctx)
{
  struct kbsh_buffer missing KBSH_CLEANUP (kbsh_buffer_free) = { 0 };
  kbsh_autojson json_object *certificates
      = kbsh_input (ctx, "config:/certificates");
  if (kbsh_input_string (ctx, "config:/init/certificateKey", NULL)
      || !json_object_is_type (certificates, json_type_object))
    return 0;
  look_all (ctx, &missing, certificates);
  if (missing.failed)
    return kbsh_fail_memory (ctx);
  if (!missing.length)
    return kbsh_passed (ctx, SHARED);
  return kbsh_found (
      ctx, SHARED, KBSH_ERROR,
      "the certificate authorities and the keys that all control planes share",
      "give --certificate-key, after kbsh init phase upload-certs "
      "--upload-certs on a control plane; or copy the files from one",
      "there are no %s", missing.data);
}

int
check_join (struct kbsh_ctx *ctx)
{
  if (!kbsh_input_string (ctx, "config:/discovered/server", NULL)
      || !ctx->host->get_bool (ctx, "config:/control-plane", 0))
    return 0;
  return endpoint (ctx) || shared (ctx) ? -1 : 0;
}
