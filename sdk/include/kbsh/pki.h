/* SPDX-License-Identifier: Apache-2.0
 *
 * kbsh/pki.h - keys, requests and certificates as PEM texts (RFC 7468),
 * X.509 as in RFC 5280. Private keys are returned in memory that the caller
 * wipes (kbsh_autowipe). Since 1.0.
 */
#ifndef KBSH_PKI_H
#define KBSH_PKI_H

#include <stddef.h>
#include <stdint.h>

#include <kbsh/error.h>

#define KBSH_USAGE_SERVER 1
#define KBSH_USAGE_CLIENT 2

/* What a certificate says. Lists end with NULL and may be NULL. */
struct kbsh_certificate
{
  const char *common_name;
  const char *const *organizations;
  const char *const *dns_names;
  const char *const *ip_addresses;
  int usages;         /* KBSH_USAGE_*, for a leaf */
  int ca;             /* a CA's certificate */
  int say_ca_false;   /* leaf: basic constraints CA:FALSE are written */
  int64_t not_before; /* seconds since the epoch */
  int64_t not_after;
};

/* A private key: "RSA-2048", "RSA-3072", "RSA-4096" (PKCS#1 PEM),
 * "ECDSA-P256", "ECDSA-P384" (SEC 1 PEM). */
char *kbsh_pki_key (const char *algorithm, struct kbsh_error *err);
/* Its public half as SubjectPublicKeyInfo PEM. */
char *kbsh_pki_public (const char *key, struct kbsh_error *err);
/* A PKCS#10 request (RFC 2986), signed with the key, for the common name. */
char *kbsh_pki_request (const char *key, const char *common_name,
                        struct kbsh_error *err);
/* Sign `request` as `spec` says (the request gives the public key alone). With
 * ca_certificate NULL the result is self-signed with ca_key. */
char *kbsh_pki_sign (const char *request, const struct kbsh_certificate *spec,
                     const char *ca_certificate, const char *ca_key,
                     struct kbsh_error *err);

/* Does this private key belong to this certificate? 1 yes, 0 no, -1 error. */
int kbsh_pki_matches (const char *certificate, const char *key,
                      struct kbsh_error *err);
/* Do both private keys (or a private and a public one) belong together? */
int kbsh_pki_pair (const char *key, const char *public_key,
                   struct kbsh_error *err);
/* Check an existing certificate against what it should say: right now within
 * its validity, signed by `ca_certificate` (unless NULL), subject, usages, CA
 * bit, and all names of `spec` among its own. The error says which of them
 * failed, with what was found and what is needed. */
int kbsh_pki_check (const char *certificate,
                    const struct kbsh_certificate *spec,
                    const char *ca_certificate, int64_t now,
                    struct kbsh_error *err);
/* Validity, and SHA-256 of the SubjectPublicKeyInfo in hex (RFC 7469). */
struct kbsh_certificate_facts
{
  int64_t not_before, not_after;
  char common_name[256];
  char spki_sha256[65];
  int ca;
};
int kbsh_pki_facts (const char *certificate,
                    struct kbsh_certificate_facts *facts,
                    struct kbsh_error *err);

/* The next certificate of a text that may hold several (RFC 7468): a text of
 * its own that the caller frees, and *at moves behind it. NULL: there is none
 * any more; or out of memory, with the error set. What stands between is passed
 * over. */
char *kbsh_pki_next (const char **at, struct kbsh_error *err);

/* AES-256-GCM with a random 12-byte nonce in front of the text and its tag,
 * as Kubernetes tools store uploaded certificates. key: 32 bytes. */
void *kbsh_pki_encrypt (const uint8_t key[32], const void *data,
                        size_t length, size_t *out_length,
                        struct kbsh_error *err);
void *kbsh_pki_decrypt (const uint8_t key[32], const void *data,
                        size_t length, size_t *out_length,
                        struct kbsh_error *err);

#endif
