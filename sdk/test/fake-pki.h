/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys and certificates for tests, good ones and bad ones. What cannot be made
 * ends the test program. The caller frees.
 */
#ifndef KBSH_TEST_FAKE_PKI_H
#define KBSH_TEST_FAKE_PKI_H

#include "fake-host.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/pki.h>

#include <gnutls/x509.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static inline char *
fake_made (char *text, const struct kbsh_error *err)
{
  if (text)
    return text;
  fprintf (stderr, "fake-pki: %s: %s\n", err->what, err->why);
  exit (1);
}

static inline char *
fake_key (const char *algorithm)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  return fake_made (kbsh_pki_key (algorithm, &err), &err);
}

/* For `key`, signed by a CA; with ca NULL, by itself. */
static inline char *
fake_certificate (const char *key, const struct kbsh_certificate *spec,
                  const char *ca, const char *ca_key)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autofree char *request
      = fake_made (kbsh_pki_request (key, spec->common_name, &err), &err);
  return fake_made (kbsh_pki_sign (request, spec, ca, ca ? ca_key : key, &err),
                    &err);
}

/* A CA that is valid until `not_after`. */
static inline char *
fake_ca (const char *key, int64_t not_after)
{
  struct kbsh_certificate spec = { .common_name = "test-ca",
                                   .ca = 1,
                                   .not_before = not_after - 7200,
                                   .not_after = not_after };
  return fake_certificate (key, &spec, NULL, NULL);
}

/* host->call for a test that asks a CA to sign: this one does it. The answer
 * is in the host's effects, too. */
static const char *fake_signer, *fake_signer_key;

static inline int
fake_sign (struct kbsh_ctx *ctx, const struct kbsh_call *calls, size_t count,
           uint32_t flags, const char **results)
{
  struct fake *fake = (struct fake *)ctx;
  struct kbsh_error err = KBSH_ERROR_INIT;
  json_object *args = kbsh_json_parse (calls->args, strlen (calls->args), &err);
  json_object *answer = NULL, *note = NULL;
  struct kbsh_certificate spec = {
    .common_name = kbsh_json_string (args, "/common-name", ""),
    .not_before = kbsh_json_int (args, "/not-before", 0),
    .not_after = kbsh_json_int (args, "/not-after", 0),
  };
  kbsh_autofree char *made
      = fake_made (kbsh_pki_sign (kbsh_json_string (args, "/request", ""),
                                  &spec, fake_signer, fake_signer_key, &err),
                   &err);
  (void)count;
  (void)flags;
  kbsh_json_set_string (&answer, "/result/certificate", made, NULL);
  kbsh_json_set_string (&note, "/effect", "call", NULL);
  kbsh_json_set_string (&note, "/to", calls->service, NULL);
  json_object_array_add (fake->effects, note);
  json_object_array_add (fake->kept, answer);
  *results = kbsh_json_text (answer, 0);
  json_object_put (args);
  return 0;
}

/* "RSA-3072", "ECDSA-384": what a private key is. */
static inline const char *
fake_key_kind (const char *pem)
{
  static char kind[32];
  gnutls_datum_t datum = { (unsigned char *)pem, (unsigned)strlen (pem) };
  gnutls_x509_privkey_t key = NULL;
  unsigned bits = 0;
  int algorithm = -1;
  gnutls_x509_privkey_init (&key);
  if (!gnutls_x509_privkey_import (key, &datum, GNUTLS_X509_FMT_PEM))
    algorithm = gnutls_x509_privkey_get_pk_algorithm2 (key, &bits);
  gnutls_x509_privkey_deinit (key);
  snprintf (kind, sizeof kind, "%s-%u",
            algorithm == GNUTLS_PK_RSA     ? "RSA"
            : algorithm == GNUTLS_PK_ECDSA ? "ECDSA"
                                           : "unknown",
            bits);
  return kind;
}

#endif
