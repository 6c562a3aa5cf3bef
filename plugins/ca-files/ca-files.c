/* SPDX-License-Identifier: Apache-2.0
 *
 * ca-files.ca: a certificate authority that is two files, NAME.crt and
 * NAME.key, below a folder.
 */
#include <kbsh/cleanup.h>
#include <kbsh/issue.h>
#include <kbsh/json.h>
#include <kbsh/pki.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <string.h>
#include <time.h>

struct authority
{
  char *certificate_path, *key_path;
  const char *certificate; /* PEM, the host's; NULL: not there */
  const char *key;         /* likewise, a secret */
};

static void
authority_close (struct authority *ca)
{
  /* The host gives back its own memory, as late as the worker ends. */
  if (ca->key)
    explicit_bzero ((void *)ca->key, strlen (ca->key));
  free (ca->certificate_path);
  free (ca->key_path);
}

static int
authority_open (struct kbsh_ctx *ctx, struct authority *ca)
{
  const char *folder = kbsh_input_string (ctx, "directory", "");
  const char *name = kbsh_input_string (ctx, "name", "");
  *ca = (struct authority){
    .certificate_path = kbsh_spec_path (folder, name, "crt"),
    .key_path = kbsh_spec_path (folder, name, "key"),
  };
  if (!ca->certificate_path || !ca->key_path)
    return kbsh_fail_memory (ctx);
  ca->certificate = ctx->host->read_file (ctx, ca->certificate_path, NULL);
  if (!ctx->host->failed (ctx))
    ca->key = ctx->host->read_file (ctx, ca->key_path, NULL);
  return ctx->host->failed (ctx) ? -1 : 0;
}

static int
refuse (struct kbsh_ctx *ctx, const struct authority *ca, const char *why)
{
  return kbsh_fail (
      ctx, why,
      "Put a valid CA there, or move both files of the CA away (with "
      "what it signed) so that a new one is made. Nothing was changed.",
      "the CA %s cannot be used", ca->certificate_path);
}

static int
refuse_for (struct kbsh_ctx *ctx, const struct authority *ca,
            const struct kbsh_error *err)
{
  char why[sizeof *err];
  return refuse (ctx, ca, kbsh_error_text (err, why, sizeof why));
}

static int
refuse_key (struct kbsh_ctx *ctx, const struct authority *ca,
            struct kbsh_error *err)
{
  kbsh_error_at (err, ca->key_path, 0, 0);
  return refuse_for (ctx, ca, err);
}

/* An existing CA is used as it is, whatever its subject. */
static int
check (struct kbsh_ctx *ctx, const struct authority *ca)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  static const struct kbsh_certificate spec = { .ca = 1 };
  if (kbsh_pki_check (ca->certificate, &spec, NULL, time (NULL), &err))
    return refuse_for (ctx, ca, &err);
  int fits = ca->key ? kbsh_pki_matches (ca->certificate, ca->key, &err) : 1;
  if (fits < 0)
    return refuse_key (ctx, ca, &err);
  if (fits)
    return 0;
  kbsh_error_set (&err, "it is the key of another certificate");
  return refuse_key (ctx, ca, &err);
}

static char *
sign_itself (struct kbsh_ctx *ctx, const char *key, struct kbsh_error *err)
{
  const char *common_name = kbsh_input_string (ctx, "common-name", "");
  const char *dns_name = kbsh_input_string (ctx, "dns-name", NULL);
  const char *const names[] = { dns_name, NULL };
  struct kbsh_certificate spec = {
    .common_name = common_name,
    .dns_names = names,
    .ca = 1,
    .not_before = ctx->host->get_int (ctx, "not-before", 0),
    .not_after = ctx->host->get_int (ctx, "not-after", 0),
  };
  kbsh_autofree char *request = kbsh_pki_request (key, common_name, err);
  return request ? kbsh_pki_sign (request, &spec, NULL, key, err) : NULL;
}

/* The key first: a certificate without a key means that somebody else has
 * it. A key alone is of a run that was cut off, and gets its certificate. */
static int
make (struct kbsh_ctx *ctx, const struct authority *ca, char **certificate)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  const char *algorithm = kbsh_input_string (ctx, "algorithm", "RSA-2048");
  kbsh_autowipe char *made
      = ca->key ? NULL
                : kbsh_pki_key (*algorithm ? algorithm : "RSA-2048", &err);
  if (made || ca->key)
    *certificate = sign_itself (ctx, made ? made : ca->key, &err);
  if (!*certificate)
    return ca->key ? refuse_key (ctx, ca, &err) : kbsh_fail_error (ctx, &err);
  if (kbsh_make_folder_of (ctx, ca->key_path, 0755)
      || (made && kbsh_write_secret (ctx, ca->key_path, made)))
    return -1;
  return kbsh_write (ctx, ca->certificate_path, *certificate, 0644);
}

static int
root (struct kbsh_ctx *ctx)
{
  KBSH_CLEANUP (authority_close) struct authority ca;
  kbsh_autofree char *made = NULL;
  if (authority_open (ctx, &ca))
    return -1;
  if (ca.certificate ? check (ctx, &ca) : make (ctx, &ca, &made))
    return -1;
  int external = ca.certificate && !ca.key;
  return ctx->host->put_string (ctx, "/certificate",
                                made ? made : ca.certificate)
                 || ctx->host->put (ctx, "/made", made ? "true" : "false")
                 || ctx->host->put (ctx, "/external",
                                    external ? "true" : "false")
             ? -1
             : 0;
}

static int
no_key (struct kbsh_ctx *ctx, const struct authority *ca)
{
  return kbsh_fail (ctx, "its key is not here: somebody else has it",
                    "Have the certificate signed by that CA and put it and its "
                    "key into their places.",
                    "%s cannot sign", ca->certificate_path);
}

static int
sign_request (struct kbsh_ctx *ctx, const struct authority *ca,
              json_object *args)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  KBSH_CLEANUP (kbsh_spec_free) struct kbsh_spec spec = { 0 };
  if (kbsh_spec_read (ctx, args, NULL, &spec))
    return -1;
  spec.certificate.ca = 0;
  spec.certificate.not_before = ctx->host->get_int (ctx, "not-before", 0);
  spec.certificate.not_after = ctx->host->get_int (ctx, "not-after", 0);
  kbsh_autofree char *certificate
      = kbsh_pki_sign (kbsh_input_string (ctx, "request", ""),
                       &spec.certificate, ca->certificate, ca->key, &err);
  return certificate ? ctx->host->put_string (ctx, "/certificate", certificate)
                     : kbsh_fail_error (ctx, &err);
}

/* The arguments under the names of a specification. */
static json_object *
as_specification (struct kbsh_ctx *ctx)
{
  static const char *const names[][2]
      = { { "common-name", "/commonName" },      { "usages", "/usages" },
          { "organizations", "/organizations" }, { "dns-names", "/dnsNames" },
          { "ip-addresses", "/ipAddresses" },    { "ca-false", "/caFalse" } };
  struct kbsh_error err = KBSH_ERROR_INIT;
  json_object *spec = json_object_new_object ();
  for (size_t i = 0; spec && i < sizeof names / sizeof *names; i++)
    {
      json_object *value = kbsh_input (ctx, names[i][0]);
      if (value && kbsh_json_set (&spec, names[i][1], value, &err))
        {
          kbsh_fail_error (ctx, &err);
          json_object_put (spec);
          return NULL;
        }
    }
  if (!spec)
    kbsh_fail_memory (ctx);
  return spec;
}

static int
sign (struct kbsh_ctx *ctx)
{
  KBSH_CLEANUP (authority_close) struct authority ca;
  if (authority_open (ctx, &ca))
    return -1;
  if (!ca.certificate)
    return kbsh_fail (ctx, "there is no such file",
                      "Make the CA first (the phase certs).", "%s cannot sign",
                      ca.certificate_path);
  if (!ca.key)
    return no_key (ctx, &ca);
  if (check (ctx, &ca))
    return -1;
  kbsh_autojson json_object *args = as_specification (ctx);
  return args ? sign_request (ctx, &ca, args) : -1;
}

static const struct kbsh_ca_ops ops
    = { .size = sizeof ops, .root = root, .sign = sign };

static const struct kbsh_service ca_service = {
  .size = sizeof ca_service,
  .role = "ca",
  .name = "ca-files.ca",
  .summary = "a certificate authority in files",
  .accepts = "[{\"name\": \"name\", \"type\": \"string\", \"required\": true},"
             " {\"name\": \"directory\", \"type\": \"path\","
             "  \"required\": true},"
             " {\"name\": \"common-name\", \"type\": \"string\"},"
             " {\"name\": \"algorithm\", \"type\": \"string\"},"
             " {\"name\": \"days\", \"type\": \"int\"},"
             " {\"name\": \"not-before\", \"type\": \"int\"},"
             " {\"name\": \"not-after\", \"type\": \"int\"},"
             " {\"name\": \"dns-name\", \"type\": \"string\"},"
             " {\"name\": \"request\", \"type\": \"string\"},"
             " {\"name\": \"organizations\", \"type\": \"list\"},"
             " {\"name\": \"usages\", \"type\": \"list\"},"
             " {\"name\": \"dns-names\", \"type\": \"list\"},"
             " {\"name\": \"ip-addresses\", \"type\": \"list\"},"
             " {\"name\": \"ca-false\", \"type\": \"bool\"}]",
  .touches = "{\"paths\": [\"${directory}/\"]}",
  .ops = &ops,
};

static const struct kbsh_service *const services[] = { &ca_service, NULL };

KBSH_MODULE (.name = "ca-files", .version = "0.1.0", .licence = "Apache-2.0",
             .vendor = "kbsh", .summary = "certificate authorities in files",
             .services = services);
