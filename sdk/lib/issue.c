/* SPDX-License-Identifier: Apache-2.0
 *
 * Certificates by specification, signed by a service of the role "ca".
 */
#include <kbsh/issue.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <string.h>
#include <time.h>

const char **
kbsh_strings (json_object *list)
{
  size_t n = json_object_is_type (list, json_type_array)
                 ? json_object_array_length (list)
                 : 0;
  const char **texts = calloc (n + 1, sizeof *texts);
  for (size_t i = 0; texts && i < n; i++)
    texts[i] = json_object_get_string (json_object_array_get_idx (list, i));
  return texts;
}

void
kbsh_spec_free (struct kbsh_spec *spec)
{
  free (spec->organizations);
  free (spec->dns_names);
  free (spec->ip_addresses);
}

void
kbsh_issued_free (struct kbsh_issued *issued)
{
  free (issued->certificate);
  kbsh_cleanup_wipe (&issued->key);
}

char *
kbsh_spec_path (const char *directory, const char *base, const char *suffix)
{
  return kbsh_text ("%s/%s.%s", directory, base, suffix);
}

static int
usages (json_object *spec)
{
  int all = 0;
  size_t n = kbsh_json_length (spec, "/usages");
  for (size_t i = 0; i < n; i++)
    {
      const char *one = json_object_get_string (
          json_object_array_get_idx (kbsh_json_at (spec, "/usages"), i));
      all |= !strcmp (one, "server") ? KBSH_USAGE_SERVER : 0;
      all |= !strcmp (one, "client") ? KBSH_USAGE_CLIENT : 0;
    }
  return all;
}

/* From when until when: what is new begins `backdate` ago, so that a peer
 * whose clock is behind takes it. */
static int
validity (struct kbsh_ctx *ctx, json_object *spec, const char *ca,
          struct kbsh_certificate *out)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct kbsh_certificate_facts facts;
  int64_t now = time (NULL);
  out->not_before = now - kbsh_json_int (spec, "/backdate", 0);
  out->not_after = now + kbsh_json_int (spec, "/validity", 0);
  if (!ca || strcmp (kbsh_json_string (spec, "/notBefore", ""), "ca"))
    return 0;
  if (kbsh_pki_facts (ca, &facts, &err))
    return kbsh_fail_error (ctx, &err);
  out->not_before = facts.not_before;
  return 0;
}

int
kbsh_spec_read (struct kbsh_ctx *ctx, json_object *spec,
                const char *ca_certificate, struct kbsh_spec *out)
{
  *out = (struct kbsh_spec){
    .organizations = kbsh_strings (kbsh_json_at (spec, "/organizations")),
    .dns_names = kbsh_strings (kbsh_json_at (spec, "/dnsNames")),
    .ip_addresses = kbsh_strings (kbsh_json_at (spec, "/ipAddresses")),
  };
  out->certificate = (struct kbsh_certificate){
    .common_name = kbsh_json_string (spec, "/commonName", ""),
    .organizations = out->organizations,
    .dns_names = out->dns_names,
    .ip_addresses = out->ip_addresses,
    .usages = usages (spec),
    .ca = !kbsh_json_string (spec, "/ca", NULL),
    .say_ca_false = kbsh_json_bool (spec, "/caFalse", 0),
  };
  if (!out->organizations || !out->dns_names || !out->ip_addresses)
    return kbsh_fail_memory (ctx);
  return validity (ctx, spec, ca_certificate, &out->certificate);
}

static int
copy (json_object **args, const char *to, json_object *spec, const char *from,
      struct kbsh_error *err)
{
  json_object *value = kbsh_json_at (spec, from);
  return value ? kbsh_json_set (args, to, json_object_get (value), err) : 0;
}

static json_object *
sign_args (struct kbsh_ctx *ctx, json_object *spec,
           const struct kbsh_issuer *issuer, const char *request,
           const struct kbsh_certificate *certificate)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  json_object *args = NULL;
  if (kbsh_json_set_string (&args, "/name", issuer->base, &err)
      || kbsh_json_set_string (&args, "/directory", issuer->directory, &err)
      || kbsh_json_set_string (&args, "/request", request, &err)
      || copy (&args, "/common-name", spec, "/commonName", &err)
      || copy (&args, "/organizations", spec, "/organizations", &err)
      || copy (&args, "/usages", spec, "/usages", &err)
      || copy (&args, "/dns-names", spec, "/dnsNames", &err)
      || copy (&args, "/ip-addresses", spec, "/ipAddresses", &err)
      || kbsh_json_set (&args, "/not-before",
                        json_object_new_int64 (certificate->not_before), &err)
      || kbsh_json_set (&args, "/not-after",
                        json_object_new_int64 (certificate->not_after), &err)
      || kbsh_json_set (&args, "/ca-false",
                        json_object_new_boolean (certificate->say_ca_false),
                        &err))
    {
      json_object_put (args);
      kbsh_fail_error (ctx, &err);
      return NULL;
    }
  return args;
}

static int
check_issuer (struct kbsh_ctx *ctx, const char *path, const char *certificate)
{
  static const struct kbsh_certificate spec = { .ca = 1 };
  struct kbsh_error err = KBSH_ERROR_INIT;
  char why[sizeof err];
  if (!kbsh_pki_check (certificate, &spec, NULL, time (NULL), &err))
    return 0;
  return kbsh_fail (
      ctx, kbsh_error_text (&err, why, sizeof why),
      "Put a valid CA there, or move both files of the CA away (with what it "
      "signed) so that a new one is made. Nothing was changed.",
      "the CA %s cannot be used", path);
}

int
kbsh_issuer_open (struct kbsh_ctx *ctx, const char *name,
                  struct kbsh_issuer *issuer)
{
  kbsh_autofree char *where = kbsh_text ("config:/certificates/%s/base", name);
  const char *base = where ? kbsh_input_string (ctx, where, NULL) : NULL;
  *issuer = (struct kbsh_issuer){
    .backend = kbsh_input_string (ctx, "backend", "ca-files.ca"),
    .directory
    = ctx->host->get_string (ctx, "config:/paths/pki", "/etc/kubernetes/pki"),
    .base = base,
  };
  if (!base)
    return kbsh_fail (ctx, "the configuration does not know it", NULL,
                      "there is no CA \"%s\"", name);
  kbsh_autofree char *path = kbsh_spec_path (issuer->directory, base, "crt");
  if (!path)
    return kbsh_fail_memory (ctx);
  issuer->certificate = ctx->host->read_file (ctx, path, NULL);
  if (issuer->certificate)
    return check_issuer (ctx, path, issuer->certificate);
  return ctx->host->failed (ctx)
             ? -1
             : kbsh_fail (ctx, "there is no such file",
                          "Make the CA first: kbsh init phase certs begins "
                          "with it.",
                          "the CA's certificate %s is needed", path);
}

int
kbsh_issue (struct kbsh_ctx *ctx, json_object *spec,
            const struct kbsh_issuer *issuer, struct kbsh_issued *issued)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  KBSH_CLEANUP (kbsh_spec_free) struct kbsh_spec read = { 0 };
  const char *algorithm = kbsh_json_string (spec, "/algorithm", "RSA-2048");
  const char *name = kbsh_json_string (spec, "/commonName", "");
  if (kbsh_spec_read (ctx, spec, issuer->certificate, &read))
    return -1;
  if (!issued->key)
    issued->key = kbsh_pki_key (*algorithm ? algorithm : "RSA-2048", &err);
  kbsh_autofree char *request
      = issued->key ? kbsh_pki_request (issued->key, name, &err) : NULL;
  if (!request)
    return kbsh_fail_error (ctx, &err);
  json_object *args = sign_args (ctx, spec, issuer, request, &read.certificate);
  kbsh_autojson json_object *answer
      = args ? kbsh_call_one (ctx, "ca", issuer->backend, "sign", args) : NULL;
  const char *certificate = kbsh_json_string (answer, "/certificate", NULL);
  if (!answer)
    return -1;
  if (!certificate)
    return kbsh_fail (ctx, "its answer has no certificate", NULL,
                      "%s did not sign the certificate of %s", issuer->backend,
                      name);
  issued->certificate = strdup (certificate);
  return issued->certificate ? 0 : kbsh_fail_memory (ctx);
}
