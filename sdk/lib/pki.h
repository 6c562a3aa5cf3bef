/* SPDX-License-Identifier: Apache-2.0
 *
 * What the parts of pki share: GnuTLS objects that free themselves, PEM in and
 * out. GnuTLS stays inside these files.
 */
#ifndef SDK_LIB_PKI_H
#define SDK_LIB_PKI_H

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/error.h>

#define PKI_AUTO(type, deinit)                                                 \
  static inline void pki_cleanup_##type (gnutls_##type##_t *p)                 \
  {                                                                            \
    if (*p)                                                                    \
      deinit (*p);                                                             \
  }
PKI_AUTO (x509_privkey, gnutls_x509_privkey_deinit)
PKI_AUTO (x509_crt, gnutls_x509_crt_deinit)
PKI_AUTO (x509_crq, gnutls_x509_crq_deinit)
PKI_AUTO (pubkey, gnutls_pubkey_deinit)
PKI_AUTO (privkey, gnutls_privkey_deinit)
#define pki_auto(type) KBSH_CLEANUP (pki_cleanup_##type) gnutls_##type##_t

static inline gnutls_datum_t
pki_datum (const char *text)
{
  return (gnutls_datum_t){ (unsigned char *)text, (unsigned)strlen (text) };
}

/* "WHAT: GnuTLS's reason"; always -1. */
int pki_error (struct kbsh_error *err, int code, const char *what);
/* A datum as a new text; the datum is wiped and freed. */
char *pki_take (gnutls_datum_t *datum, struct kbsh_error *err);

int pki_load_key (const char *pem, gnutls_x509_privkey_t *out,
                  struct kbsh_error *err);
/* The first certificate of the text. */
int pki_load_certificate (const char *pem, gnutls_x509_crt_t *out,
                          struct kbsh_error *err);
/* The digest that goes with a signing key. */
gnutls_digest_algorithm_t pki_digest (gnutls_x509_privkey_t key);

#endif
