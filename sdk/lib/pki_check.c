/* SPDX-License-Identifier: Apache-2.0
 *
 * What a certificate says, against what it should say.
 */
#include "pki.h"

#include <kbsh/net.h>
#include <kbsh/pki.h>
#include <kbsh/text.h>

#include <stdio.h>
#include <time.h>

static void
date_text (int64_t when, char out[40])
{
  time_t t = (time_t)when;
  struct tm tm;
  if (!gmtime_r (&t, &tm) || !strftime (out, 40, "%Y-%m-%dT%H:%M:%SZ", &tm))
    snprintf (out, 40, "%lld", (long long)when);
}

/* The n-th value of a part of the subject; 0 when there is one. */
static int
subject_part (gnutls_x509_crt_t crt, const char *oid, unsigned n, char out[256])
{
  size_t size = 256;
  return gnutls_x509_crt_get_dn_by_oid (crt, oid, n, 0, out, &size);
}

static int
check_time (gnutls_x509_crt_t crt, int64_t now, struct kbsh_error *err)
{
  char when[40], today[40];
  int64_t begin = gnutls_x509_crt_get_activation_time (crt);
  int64_t end = gnutls_x509_crt_get_expiration_time (crt);
  date_text (now, today);
  if (now < begin)
    {
      date_text (begin, when);
      return kbsh_error_set (err, "it is not valid before %s; now is %s", when,
                             today);
    }
  date_text (end, when);
  return now > end
             ? kbsh_error_set (err, "it expired at %s; now is %s", when, today)
             : 0;
}

static int
has_organization (gnutls_x509_crt_t crt, const char *wanted)
{
  char o[256];
  for (unsigned n = 0;
       subject_part (crt, GNUTLS_OID_X520_ORGANIZATION_NAME, n, o) == 0; n++)
    if (strcmp (o, wanted) == 0)
      return 1;
  return 0;
}

static int
check_subject (gnutls_x509_crt_t crt, const struct kbsh_certificate *spec,
               struct kbsh_error *err)
{
  char cn[256] = "";
  subject_part (crt, GNUTLS_OID_X520_COMMON_NAME, 0, cn);
  if (spec->common_name && strcmp (cn, spec->common_name) != 0)
    return kbsh_error_set (err,
                           "its subject is CN=%.200s where CN=%.200s is needed",
                           cn, spec->common_name);
  for (const char *const *o = spec->organizations; o && *o; o++)
    if (!has_organization (crt, *o))
      return kbsh_error_set (err, "its subject has no O=%.200s", *o);
  return 0;
}

static int
has_purpose (gnutls_x509_crt_t crt, const char *wanted)
{
  for (unsigned n = 0;; n++)
    {
      char oid[64];
      size_t size = sizeof oid;
      if (gnutls_x509_crt_get_key_purpose_oid (crt, n, oid, &size, NULL) < 0)
        return 0;
      if (strcmp (oid, wanted) == 0)
        return 1;
    }
}

static int
check_purposes (gnutls_x509_crt_t crt, const struct kbsh_certificate *spec,
                struct kbsh_error *err)
{
  int is_ca = gnutls_x509_crt_get_ca_status (crt, NULL) > 0;
  if (spec->ca && !is_ca)
    return kbsh_error_set (err, "it is no CA: it does not say CA:TRUE");
  if (!spec->ca && is_ca)
    return kbsh_error_set (err, "it is a CA where a leaf is needed");
  if ((spec->usages & KBSH_USAGE_SERVER)
      && !has_purpose (crt, GNUTLS_KP_TLS_WWW_SERVER))
    return kbsh_error_set (err, "it lacks the extended key usage serverAuth");
  if ((spec->usages & KBSH_USAGE_CLIENT)
      && !has_purpose (crt, GNUTLS_KP_TLS_WWW_CLIENT))
    return kbsh_error_set (err, "it lacks the extended key usage clientAuth");
  return 0;
}

/* Is this among the names of its kind? */
static int
has_name (gnutls_x509_crt_t crt, gnutls_x509_subject_alt_name_t kind,
          const void *wanted, size_t length)
{
  for (unsigned n = 0;; n++)
    {
      char name[512];
      size_t size = sizeof name;
      int type
          = gnutls_x509_crt_get_subject_alt_name (crt, n, name, &size, NULL);
      if (type == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
        return 0;
      if (type == (int)kind && size == length
          && memcmp (name, wanted, length) == 0)
        return 1;
      if (type < 0 && type != GNUTLS_E_SHORT_MEMORY_BUFFER)
        return 0;
    }
}

static int
check_names (gnutls_x509_crt_t crt, const struct kbsh_certificate *spec,
             struct kbsh_error *err)
{
  for (const char *const *n = spec->dns_names; n && *n; n++)
    if (!has_name (crt, GNUTLS_SAN_DNSNAME, *n, strlen (*n)))
      return kbsh_error_set (err, "it is not valid for the name %.200s", *n);
  for (const char *const *n = spec->ip_addresses; n && *n; n++)
    {
      struct kbsh_address a;
      if (kbsh_address_parse (*n, &a, err))
        return -1;
      if (!has_name (crt, GNUTLS_SAN_IPADDRESS, a.bytes, (size_t)a.bits / 8))
        return kbsh_error_set (err, "it is not valid for the address %s", *n);
    }
  return 0;
}

static int
check_signature (gnutls_x509_crt_t crt, const char *ca_pem,
                 struct kbsh_error *err)
{
  pki_auto (x509_crt) ca = NULL;
  unsigned status = 0;
  int code;
  if (pki_load_certificate (ca_pem, &ca, err))
    return kbsh_error_wrap (err, "the CA");
  code
      = gnutls_x509_crt_verify (crt, &ca, 1,
                                GNUTLS_VERIFY_DISABLE_TIME_CHECKS
                                    | GNUTLS_VERIFY_DISABLE_TRUSTED_TIME_CHECKS,
                                &status);
  if (code)
    return pki_error (err, code, "its signature can't be checked");
  return status ? kbsh_error_set (err, "it is not signed by this CA") : 0;
}

int
kbsh_pki_check (const char *certificate, const struct kbsh_certificate *spec,
                const char *ca_certificate, int64_t now, struct kbsh_error *err)
{
  pki_auto (x509_crt) crt = NULL;
  if (pki_load_certificate (certificate, &crt, err)
      || check_time (crt, now, err) || check_subject (crt, spec, err)
      || check_purposes (crt, spec, err) || check_names (crt, spec, err))
    return -1;
  return ca_certificate ? check_signature (crt, ca_certificate, err) : 0;
}

char *
kbsh_pki_next (const char **at, struct kbsh_error *err)
{
  static const char end[] = "-----END CERTIFICATE-----";
  const char *begin = strstr (*at, "-----BEGIN CERTIFICATE-----");
  const char *last = begin ? strstr (begin, end) : NULL;
  char *out;
  if (!last)
    return NULL;
  *at = last + strlen (end);
  out = kbsh_text ("%.*s\n", (int)(*at - begin), begin);
  if (!out)
    kbsh_error_memory (err);
  return out;
}

int
kbsh_pki_facts (const char *certificate, struct kbsh_certificate_facts *facts,
                struct kbsh_error *err)
{
  pki_auto (x509_crt) crt = NULL;
  unsigned char id[32];
  size_t size = sizeof id;
  int code;
  if (pki_load_certificate (certificate, &crt, err))
    return -1;
  code = gnutls_x509_crt_get_key_id (crt, GNUTLS_KEYID_USE_SHA256, id, &size);
  if (code)
    return pki_error (err, code, "the certificate's key can't be read");
  memset (facts, 0, sizeof *facts);
  for (size_t i = 0; i < size; i++)
    snprintf (facts->spki_sha256 + 2 * i, 3, "%02x", id[i]);
  facts->not_before = gnutls_x509_crt_get_activation_time (crt);
  facts->not_after = gnutls_x509_crt_get_expiration_time (crt);
  facts->ca = gnutls_x509_crt_get_ca_status (crt, NULL) > 0;
  subject_part (crt, GNUTLS_OID_X520_COMMON_NAME, 0, facts->common_name);
  return 0;
}
