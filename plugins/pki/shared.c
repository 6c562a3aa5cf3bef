/* SPDX-License-Identifier: Apache-2.0
 *
 * pki.shared: what every control plane of a cluster has in common must be here
 * before one joins. A CA of its own would be worth nothing: none is made, and
 * what is missing is said all at once.
 */
#include "pki-steps.h"

#include <kbsh/cleanup.h>
#include <kbsh/issue.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <string.h>

static int
look (struct kbsh_ctx *ctx, const char *path, struct kbsh_buffer *missing)
{
  const char *text
      = path ? ctx->host->read_file (ctx, path, NULL) : NULL;
  if (!path)
    return kbsh_fail_memory (ctx);
  if (text && strstr (path, ".key"))
    explicit_bzero ((void *)text, strlen (text));
  if (!text && !ctx->host->failed (ctx))
    kbsh_buffer_printf (missing, "%s%s", missing->length ? ", " : "", path);
  return ctx->host->failed (ctx) ? -1 : 0;
}

/* A CA may be here without its key: somebody else has signed then. */
static int
look_for_ca (struct kbsh_ctx *ctx, const char *name, const char *base,
             struct kbsh_buffer *missing)
{
  KBSH_CLEANUP (pair_close) struct pair pair = { 0 };
  if (pair_open (ctx, base, &pair))
    return -1;
  if (pair.certificate)
    return pair.key ? 0 : external_check (ctx, name);
  return look (ctx, pair.certificate_path, missing)
                 || (!pair.key && look (ctx, pair.key_path, missing))
             ? -1
             : 0;
}

static int
look_for_cas (struct kbsh_ctx *ctx, struct kbsh_buffer *missing)
{
  kbsh_autojson json_object *all = kbsh_input (ctx, "config:/certificates");
  int elsewhere = ctx->host->get (ctx, "config:/cluster/etcd/external") != NULL;
  if (!json_object_is_type (all, json_type_object))
    return 0;
  json_object_object_foreach (all, name, spec)
  {
    if (kbsh_json_string (spec, "/ca", NULL)
        || (elsewhere && !strcmp (name, "etcd-ca")))
      continue;
    if (look_for_ca (ctx, name, kbsh_json_string (spec, "/base", ""), missing))
      return -1;
  }
  return 0;
}

static int
look_for_keys (struct kbsh_ctx *ctx, struct kbsh_buffer *missing)
{
  const char *folder
      = ctx->host->get_string (ctx, "config:/paths/pki", "/etc/kubernetes/pki");
  kbsh_autofree char *key = kbsh_spec_path (folder, "sa", "key");
  kbsh_autofree char *public_key = kbsh_spec_path (folder, "sa", "pub");
  return look (ctx, key, missing) || look (ctx, public_key, missing) ? -1 : 0;
}

int
shared_run (struct kbsh_ctx *ctx)
{
  KBSH_CLEANUP (kbsh_buffer_free) struct kbsh_buffer missing = { 0 };
  kbsh_autofree char *text = NULL, *why = NULL;
  if (look_for_cas (ctx, &missing) || look_for_keys (ctx, &missing))
    return -1;
  text = kbsh_buffer_take (&missing);
  if (text && !*text)
    return 0;
  why = text ? kbsh_text ("these are missing: %s", text) : NULL;
  if (!why)
    return kbsh_fail_memory (ctx);
  return kbsh_fail (ctx, why,
                    "Either run kbsh init phase upload-certs --upload-certs on "
                    "a control plane, and give the key that it prints to "
                    "--certificate-key here; or copy these files here from "
                    "one (keys with mode 0600).",
                    "the certificates and keys that all control planes share "
                    "are not here");
}
