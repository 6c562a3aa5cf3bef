/* SPDX-License-Identifier: Apache-2.0
 *
 * Certificates (RFC 5280), from a request and what they shall say.
 */
#include "pki.h"

#include <kbsh/net.h>
#include <kbsh/pki.h>
#include <kbsh/text.h>

#include <stdlib.h>

static int
set_name (gnutls_x509_crt_t crt, const char *oid, const char *value)
{
  return gnutls_x509_crt_set_dn_by_oid (crt, oid, 0, value,
                                        (unsigned)strlen (value));
}

static int
set_subject (gnutls_x509_crt_t crt, const struct kbsh_certificate *spec)
{
  int code = 0;
  for (const char *const *o = spec->organizations; o && *o && !code; o++)
    code = set_name (crt, GNUTLS_OID_X520_ORGANIZATION_NAME, *o);
  return code ? code
              : set_name (crt, GNUTLS_OID_X520_COMMON_NAME, spec->common_name);
}

static int
set_names (gnutls_x509_crt_t crt, const struct kbsh_certificate *spec)
{
  int code = 0;
  for (const char *const *n = spec->dns_names; n && *n && !code; n++)
    code = gnutls_x509_crt_set_subject_alt_name (
        crt, GNUTLS_SAN_DNSNAME, *n, (unsigned)strlen (*n), GNUTLS_FSAN_APPEND);
  for (const char *const *n = spec->ip_addresses; n && *n && !code; n++)
    {
      struct kbsh_address a;
      if (kbsh_address_parse (*n, &a, NULL))
        return GNUTLS_E_ASN1_SYNTAX_ERROR;
      code = gnutls_x509_crt_set_subject_alt_name (
          crt, GNUTLS_SAN_IPADDRESS, a.bytes, (unsigned)a.bits / 8,
          GNUTLS_FSAN_APPEND);
    }
  return code;
}

static int
set_purposes (gnutls_x509_crt_t crt, const struct kbsh_certificate *spec)
{
  unsigned usage = GNUTLS_KEY_DIGITAL_SIGNATURE | GNUTLS_KEY_KEY_ENCIPHERMENT;
  int code = gnutls_x509_crt_set_key_usage (
      crt, spec->ca ? usage | GNUTLS_KEY_KEY_CERT_SIGN : usage);
  if (code == 0 && (spec->usages & KBSH_USAGE_SERVER))
    code = gnutls_x509_crt_set_key_purpose_oid (crt, GNUTLS_KP_TLS_WWW_SERVER,
                                                0);
  if (code == 0 && (spec->usages & KBSH_USAGE_CLIENT))
    code = gnutls_x509_crt_set_key_purpose_oid (crt, GNUTLS_KP_TLS_WWW_CLIENT,
                                                0);
  if (code == 0 && (spec->ca || spec->say_ca_false))
    code = gnutls_x509_crt_set_basic_constraints (crt, spec->ca != 0, -1);
  return code;
}

/* Whose key it is: the subject's for a CA, the issuer's for a leaf. */
static int
set_key_ids (gnutls_x509_crt_t crt, const struct kbsh_certificate *spec,
             gnutls_x509_crt_t issuer)
{
  unsigned char id[64];
  size_t size = sizeof id;
  int code;
  if (spec->ca)
    {
      code = gnutls_x509_crt_get_key_id (crt, 0, id, &size);
      return code ? code : gnutls_x509_crt_set_subject_key_id (crt, id, size);
    }
  if (!issuer
      || gnutls_x509_crt_get_subject_key_id (issuer, id, &size, NULL) != 0)
    return 0;
  return gnutls_x509_crt_set_authority_key_id (crt, id, size);
}

static int
set_serial (gnutls_x509_crt_t crt)
{
  unsigned char serial[16];
  if (kbsh_random (serial, sizeof serial, NULL))
    return GNUTLS_E_RANDOM_FAILED;
  serial[0] = (unsigned char)((serial[0] & 0x7f) | 0x01); /* positive */
  return gnutls_x509_crt_set_serial (crt, serial, sizeof serial);
}

static int
set_public_key (gnutls_x509_crt_t crt, const char *request,
                struct kbsh_error *err)
{
  pki_auto (x509_crq) crq = NULL;
  pki_auto (pubkey) key = NULL;
  gnutls_datum_t datum = pki_datum (request);
  int code = gnutls_x509_crq_init (&crq);
  if (code == 0)
    code = gnutls_x509_crq_import (crq, &datum, GNUTLS_X509_FMT_PEM);
  if (code == 0)
    code = gnutls_x509_crq_verify (crq, 0);
  if (code == 0)
    code = gnutls_pubkey_init (&key);
  if (code == 0)
    code = gnutls_pubkey_import_x509_crq (key, crq, 0);
  if (code == 0)
    code = gnutls_x509_crt_set_pubkey (crt, key);
  return code ? pki_error (err, code, "the certificate request is not valid")
              : 0;
}

static int
fill (gnutls_x509_crt_t crt, const struct kbsh_certificate *spec,
      gnutls_x509_crt_t issuer)
{
  int code = gnutls_x509_crt_set_version (crt, 3);
  if (code == 0)
    code = set_serial (crt);
  if (code == 0)
    code = gnutls_x509_crt_set_activation_time (crt, spec->not_before);
  if (code == 0)
    code = gnutls_x509_crt_set_expiration_time (crt, spec->not_after);
  if (code == 0)
    code = set_subject (crt, spec);
  if (code == 0)
    code = set_purposes (crt, spec);
  if (code == 0)
    code = set_key_ids (crt, spec, issuer);
  return code ? code : set_names (crt, spec);
}

char *
kbsh_pki_sign (const char *request, const struct kbsh_certificate *spec,
               const char *ca_certificate, const char *ca_key,
               struct kbsh_error *err)
{
  pki_auto (x509_crt) crt = NULL;
  pki_auto (x509_crt) ca = NULL;
  pki_auto (x509_privkey) key = NULL;
  gnutls_datum_t pem;
  int code;
  if (pki_load_key (ca_key, &key, err)
      || (ca_certificate && pki_load_certificate (ca_certificate, &ca, err)))
    return NULL;
  code = gnutls_x509_crt_init (&crt);
  if (code == 0 && set_public_key (crt, request, err))
    return NULL;
  if (code == 0)
    code = fill (crt, spec, ca);
  if (code == 0)
    code = gnutls_x509_crt_sign2 (crt, ca ? ca : crt, key, pki_digest (key), 0);
  if (code == 0)
    code = gnutls_x509_crt_export2 (crt, GNUTLS_X509_FMT_PEM, &pem);
  if (code)
    {
      pki_error (err, code, "the certificate can't be signed");
      return NULL;
    }
  return pki_take (&pem, err);
}
