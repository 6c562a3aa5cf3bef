/* SPDX-License-Identifier: Apache-2.0
 *
 * pki.certificate: one certificate with its key. What is there is checked and
 * kept, and never overwritten.
 */
#include "pki-steps.h"

#include <kbsh/cleanup.h>
#include <kbsh/issue.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <string.h>
#include <time.h>

static const char *
directory (struct kbsh_ctx *ctx)
{
  return ctx->host->get_string (ctx, "config:/paths/pki",
                                "/etc/kubernetes/pki");
}

void
pair_close (struct pair *pair)
{
  if (pair->key)
    explicit_bzero ((void *)pair->key, strlen (pair->key));
  free (pair->certificate_path);
  free (pair->key_path);
}

int
pair_open (struct kbsh_ctx *ctx, const char *base, struct pair *pair)
{
  *pair = (struct pair){
    .certificate_path = kbsh_spec_path (directory (ctx), base, "crt"),
    .key_path = kbsh_spec_path (directory (ctx), base, "key"),
  };
  if (!pair->certificate_path || !pair->key_path)
    return kbsh_fail_memory (ctx);
  pair->certificate = ctx->host->read_file (ctx, pair->certificate_path, NULL);
  if (!ctx->host->failed (ctx))
    pair->key = ctx->host->read_file (ctx, pair->key_path, NULL);
  return ctx->host->failed (ctx) ? -1 : 0;
}

static int
put_facts (struct kbsh_ctx *ctx, const struct pair *pair, int made)
{
  return ctx->host->put_string (ctx, "/path", pair->certificate_path)
                 || ctx->host->put (ctx, "/made", made ? "true" : "false")
             ? -1
             : 0;
}

static json_object *
root_args (struct kbsh_ctx *ctx, json_object *spec)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  json_object *args = NULL;
  int64_t now = time (NULL), validity = kbsh_json_int (spec, "/validity", 0);
  if (kbsh_json_set_string (&args, "/name",
                            kbsh_json_string (spec, "/base", ""), &err)
      || kbsh_json_set_string (&args, "/directory", directory (ctx), &err)
      || kbsh_json_set_string (&args, "/common-name",
                               kbsh_json_string (spec, "/commonName", ""), &err)
      || kbsh_json_set_string (&args, "/algorithm",
                               kbsh_json_string (spec, "/algorithm", ""), &err)
      || kbsh_json_set_string (&args, "/dns-name",
                               kbsh_json_string (spec, "/dnsName", ""), &err)
      || kbsh_json_set (&args, "/days",
                        json_object_new_int64 (validity / 86400), &err)
      || kbsh_json_set (
          &args, "/not-before",
          json_object_new_int64 (now - kbsh_json_int (spec, "/backdate", 0)),
          &err)
      || kbsh_json_set (&args, "/not-after",
                        json_object_new_int64 (now + validity), &err))
    {
      json_object_put (args);
      kbsh_fail_error (ctx, &err);
      return NULL;
    }
  return args;
}

/* A CA: its backend makes or opens it. Its certificate is needed in its
 * place, wherever the key is. */
static int
run_root (struct kbsh_ctx *ctx, const char *name, json_object *spec)
{
  KBSH_CLEANUP (pair_close) struct pair pair;
  json_object *args = root_args (ctx, spec);
  kbsh_autojson json_object *answer
      = args ? kbsh_call_one (ctx, "ca",
                              kbsh_input_string (ctx, "backend", "ca-files.ca"),
                              "root", args)
             : NULL;
  const char *certificate = kbsh_json_string (answer, "/certificate", NULL);
  int made = kbsh_json_bool (answer, "/made", 0);
  pair = (struct pair){ 0 };
  if (!answer || pair_open (ctx, kbsh_json_string (spec, "/base", ""), &pair))
    return -1;
  if (!certificate)
    return kbsh_fail (ctx, "its backend gave no certificate", NULL,
                      "there is no CA %s", name);
  if (!pair.certificate
      && (kbsh_make_folder_of (ctx, pair.certificate_path, 0755)
          || kbsh_write (ctx, pair.certificate_path, certificate, 0644)))
    return -1;
  kbsh_say (ctx, made ? "Made the CA \"%s\"" : "Using the existing CA \"%s\"",
            name);
  if (kbsh_json_bool (answer, "/external", 0) && external_check (ctx, name))
    return -1;
  return put_facts (ctx, &pair, made);
}

static int
refuse (struct kbsh_ctx *ctx, const struct pair *pair, const char *why)
{
  return kbsh_fail (ctx, why,
                    "Replace the certificate and its key by ones that fit, or "
                    "move both away so that new ones are made. Nothing was "
                    "changed.",
                    "the certificate %s cannot be used",
                    pair->certificate_path);
}

static int
refuse_for (struct kbsh_ctx *ctx, const struct pair *pair,
            const struct kbsh_error *err)
{
  char why[sizeof *err];
  return refuse (ctx, pair, kbsh_error_text (err, why, sizeof why));
}

static int
check_existing (struct kbsh_ctx *ctx, const char *name, json_object *spec,
                const struct pair *pair, const char *ca)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  KBSH_CLEANUP (kbsh_spec_free) struct kbsh_spec read = { 0 };
  if (!pair->key)
    return refuse (ctx, pair, "the key that belongs to it is not there");
  if (kbsh_spec_read (ctx, spec, ca, &read))
    return -1;
  if (kbsh_pki_check (pair->certificate, &read.certificate, ca, time (NULL),
                      &err))
    return refuse_for (ctx, pair, &err);
  int fits = kbsh_pki_matches (pair->certificate, pair->key, &err);
  if (!fits)
    kbsh_error_set (&err, "it is the key of another certificate");
  if (fits <= 0)
    kbsh_error_at (&err, pair->key_path, 0, 0);
  if (fits <= 0)
    return refuse_for (ctx, pair, &err);
  kbsh_say (ctx, "Using the existing certificate and key \"%s\"", name);
  return put_facts (ctx, pair, 0);
}

/* The key goes first, since a certificate without one is no use: what a run
 * that was cut off has left is then a key alone, which gets signed. */
static int
make_leaf (struct kbsh_ctx *ctx, const char *name, json_object *spec,
           const struct pair *pair, const struct kbsh_issuer *issuer)
{
  KBSH_CLEANUP (kbsh_issued_free) struct kbsh_issued issued = { 0 };
  if (pair->key && !(issued.key = strdup (pair->key)))
    return kbsh_fail_memory (ctx);
  if (kbsh_issue (ctx, spec, issuer, &issued))
    return pair->key ? kbsh_fail (ctx, NULL, NULL,
                                  "a certificate for the existing key %s",
                                  pair->key_path)
                     : -1;
  if (kbsh_make_folder_of (ctx, pair->key_path, 0755)
      || (!pair->key && kbsh_write_secret (ctx, pair->key_path, issued.key))
      || kbsh_write (ctx, pair->certificate_path, issued.certificate, 0644))
    return -1;
  kbsh_say (ctx,
            pair->key ? "Signed a certificate for the existing key \"%s\""
                      : "Made the certificate and key \"%s\"",
            name);
  return put_facts (ctx, pair, 1);
}

static int
run_leaf (struct kbsh_ctx *ctx, const char *name, json_object *spec)
{
  KBSH_CLEANUP (pair_close) struct pair pair = { 0 };
  struct kbsh_issuer issuer;
  if (kbsh_issuer_open (ctx, kbsh_json_string (spec, "/ca", ""), &issuer)
      || pair_open (ctx, kbsh_json_string (spec, "/base", ""), &pair))
    return -1;
  if (pair.certificate)
    return check_existing (ctx, name, spec, &pair, issuer.certificate);
  return make_leaf (ctx, name, spec, &pair, &issuer);
}

int
certificate_run (struct kbsh_ctx *ctx)
{
  const char *name = kbsh_input_string (ctx, "name", "");
  kbsh_autofree char *where = kbsh_text ("config:/certificates/%s", name);
  if (!where)
    return kbsh_fail_memory (ctx);
  kbsh_autojson json_object *spec = kbsh_input (ctx, where);
  if (!spec)
    return kbsh_fail (ctx, "the configuration has none of that name", NULL,
                      "there is no certificate \"%s\" to make", name);
  return kbsh_json_string (spec, "/ca", NULL) ? run_leaf (ctx, name, spec)
                                              : run_root (ctx, name, spec);
}
