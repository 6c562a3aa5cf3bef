/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys and requests.
 */
#include "pki.h"

#include <kbsh/pki.h>
#include <kbsh/text.h>

#include <stdlib.h>

int
pki_error (struct kbsh_error *err, int code, const char *what)
{
  kbsh_error_set (err, "%s", what);
  return kbsh_error_why (err, "%s", gnutls_strerror (code));
}

char *
pki_take (gnutls_datum_t *datum, struct kbsh_error *err)
{
  char *text = malloc (datum->size + 1);
  if (text)
    {
      memcpy (text, datum->data, datum->size);
      text[datum->size] = '\0';
    }
  else
    kbsh_error_memory (err);
  explicit_bzero (datum->data, datum->size);
  gnutls_free (datum->data);
  return text;
}

/* GnuTLS has no good words for a text that is no PEM at all. */
static int
load_error (struct kbsh_error *err, int code, const char *pem, const char *what)
{
  pki_error (err, code, what);
  return strstr (pem, "-----BEGIN ")
             ? -1
             : kbsh_error_why (err, "it is no PEM: no line begins with "
                                    "-----BEGIN");
}

int
pki_load_key (const char *pem, gnutls_x509_privkey_t *out,
              struct kbsh_error *err)
{
  gnutls_datum_t datum = pki_datum (pem);
  int code = gnutls_x509_privkey_init (out);
  if (code == 0)
    code = gnutls_x509_privkey_import2 (*out, &datum, GNUTLS_X509_FMT_PEM, NULL,
                                        GNUTLS_PKCS_PLAIN);
  return code ? load_error (err, code, pem, "the private key can't be read")
              : 0;
}

int
pki_load_certificate (const char *pem, gnutls_x509_crt_t *out,
                      struct kbsh_error *err)
{
  gnutls_datum_t datum = pki_datum (pem);
  int code = gnutls_x509_crt_init (out);
  if (code == 0)
    code = gnutls_x509_crt_import (*out, &datum, GNUTLS_X509_FMT_PEM);
  return code ? load_error (err, code, pem, "the certificate can't be read")
              : 0;
}

gnutls_digest_algorithm_t
pki_digest (gnutls_x509_privkey_t key)
{
  gnutls_ecc_curve_t curve;
  gnutls_datum_t x = { NULL, 0 }, y = { NULL, 0 }, k = { NULL, 0 };
  if (gnutls_x509_privkey_export_ecc_raw (key, &curve, &x, &y, &k))
    return GNUTLS_DIG_SHA256;
  explicit_bzero (k.data, k.size);
  gnutls_free (x.data);
  gnutls_free (y.data);
  gnutls_free (k.data);
  return curve == GNUTLS_ECC_CURVE_SECP384R1 ? GNUTLS_DIG_SHA384
                                             : GNUTLS_DIG_SHA256;
}

static const struct algorithm
{
  const char *name;
  gnutls_pk_algorithm_t algorithm;
  unsigned bits;
} algorithms[] = {
  { "RSA-2048", GNUTLS_PK_RSA, 2048 },
  { "RSA-3072", GNUTLS_PK_RSA, 3072 },
  { "RSA-4096", GNUTLS_PK_RSA, 4096 },
  { "ECDSA-P256", GNUTLS_PK_ECDSA,
    GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1) },
  { "ECDSA-P384", GNUTLS_PK_ECDSA,
    GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP384R1) },
};

static const struct algorithm *
find_algorithm (const char *name, struct kbsh_error *err)
{
  for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++)
    if (strcmp (algorithms[i].name, name) == 0)
      return &algorithms[i];
  kbsh_error_set (err, "\"%.40s\" is no known key algorithm", name);
  kbsh_error_remedy (err, "use RSA-2048, RSA-3072, RSA-4096, ECDSA-P256 or "
                          "ECDSA-P384");
  return NULL;
}

char *
kbsh_pki_key (const char *name, struct kbsh_error *err)
{
  const struct algorithm *a = find_algorithm (name, err);
  pki_auto (x509_privkey) key = NULL;
  gnutls_datum_t pem;
  int code;
  if (!a)
    return NULL;
  code = gnutls_x509_privkey_init (&key);
  if (code == 0)
    code = gnutls_x509_privkey_generate (key, a->algorithm, a->bits, 0);
  if (code == 0)
    code = gnutls_x509_privkey_export2 (key, GNUTLS_X509_FMT_PEM, &pem);
  if (code)
    {
      pki_error (err, code, "a private key can't be made");
      return NULL;
    }
  return pki_take (&pem, err);
}

/* The public half of a private key, or a public key as it is. */
static int
load_public (const char *pem, gnutls_pubkey_t *out, struct kbsh_error *err)
{
  pki_auto (x509_privkey) key = NULL;
  pki_auto (privkey) holder = NULL;
  gnutls_datum_t datum = pki_datum (pem);
  int code = gnutls_pubkey_init (out);
  if (code == 0 && strstr (pem, "-----BEGIN PUBLIC KEY-----"))
    code = gnutls_pubkey_import (*out, &datum, GNUTLS_X509_FMT_PEM);
  else if (code == 0)
    {
      if (pki_load_key (pem, &key, err))
        return -1;
      code = gnutls_privkey_init (&holder);
      if (code == 0)
        code = gnutls_privkey_import_x509 (holder, key, 0);
      if (code == 0)
        code = gnutls_pubkey_import_privkey (*out, holder, 0, 0);
    }
  return code ? pki_error (err, code, "the public key can't be read") : 0;
}

char *
kbsh_pki_public (const char *key, struct kbsh_error *err)
{
  pki_auto (pubkey) public = NULL;
  gnutls_datum_t pem;
  int code;
  if (load_public (key, &public, err))
    return NULL;
  code = gnutls_pubkey_export2 (public, GNUTLS_X509_FMT_PEM, &pem);
  if (code)
    {
      pki_error (err, code, "the public key can't be written");
      return NULL;
    }
  return pki_take (&pem, err);
}

char *
kbsh_pki_request (const char *key_pem, const char *common_name,
                  struct kbsh_error *err)
{
  pki_auto (x509_privkey) key = NULL;
  pki_auto (x509_crq) request = NULL;
  gnutls_datum_t pem;
  int code;
  if (pki_load_key (key_pem, &key, err))
    return NULL;
  code = gnutls_x509_crq_init (&request);
  if (code == 0)
    code = gnutls_x509_crq_set_version (request, 1);
  if (code == 0)
    code = gnutls_x509_crq_set_dn_by_oid (request, GNUTLS_OID_X520_COMMON_NAME,
                                          0, common_name,
                                          (unsigned)strlen (common_name));
  if (code == 0)
    code = gnutls_x509_crq_set_key (request, key);
  if (code == 0)
    code = gnutls_x509_crq_sign2 (request, key, pki_digest (key), 0);
  if (code == 0)
    code = gnutls_x509_crq_export2 (request, GNUTLS_X509_FMT_PEM, &pem);
  if (code)
    {
      pki_error (err, code, "a certificate request can't be made");
      return NULL;
    }
  return pki_take (&pem, err);
}

static int
same_public (gnutls_pubkey_t a, gnutls_pubkey_t b, struct kbsh_error *err)
{
  unsigned char ida[32], idb[32];
  size_t na = sizeof ida, nb = sizeof idb;
  int code = gnutls_pubkey_get_key_id (a, GNUTLS_KEYID_USE_SHA256, ida, &na);
  if (code == 0)
    code = gnutls_pubkey_get_key_id (b, GNUTLS_KEYID_USE_SHA256, idb, &nb);
  if (code)
    return pki_error (err, code, "the public keys can't be compared");
  return na == nb && memcmp (ida, idb, na) == 0;
}

int
kbsh_pki_matches (const char *certificate, const char *key,
                  struct kbsh_error *err)
{
  pki_auto (x509_crt) crt = NULL;
  pki_auto (pubkey) of_crt = NULL;
  pki_auto (pubkey) of_key = NULL;
  int code;
  if (pki_load_certificate (certificate, &crt, err)
      || load_public (key, &of_key, err))
    return -1;
  code = gnutls_pubkey_init (&of_crt);
  if (code == 0)
    code = gnutls_pubkey_import_x509 (of_crt, crt, 0);
  if (code)
    return pki_error (err, code, "the certificate's key can't be read");
  return same_public (of_crt, of_key, err);
}

int
kbsh_pki_pair (const char *key, const char *public_key, struct kbsh_error *err)
{
  pki_auto (pubkey) a = NULL;
  pki_auto (pubkey) b = NULL;
  if (load_public (key, &a, err))
    return -1;
  if (!load_public (public_key, &b, err))
    return same_public (a, b, err);
  if (err) /* the why holds of both kinds */
    strcpy (err->what, "the public key can't be read");
  return -1;
}
