/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys, requests, certificates, and the checks of them.
 */
#include <kbsh/cleanup.h>
#include <kbsh/pki.h>
#include <kbsh/text.h>

#include <time.h>

#include "check.h"

static struct kbsh_error err = KBSH_ERROR_INIT;
static const char *const dns[] = { "cp1", "kubernetes.default", NULL };
static const char *const ips[] = { "10.96.0.1", "fd00::1", NULL };
static const char *const orgs[] = { "system:masters", NULL };

static struct kbsh_certificate
ca_spec (void)
{
  int64_t now = time (NULL);
  return (struct kbsh_certificate){ .common_name = "test-ca",
                                    .ca = 1,
                                    .not_before = now - 60,
                                    .not_after = now + 3600 };
}

static struct kbsh_certificate
leaf_spec (void)
{
  int64_t now = time (NULL);
  return (struct kbsh_certificate){ .common_name = "leaf",
                                    .organizations = orgs,
                                    .dns_names = dns,
                                    .ip_addresses = ips,
                                    .usages
                                    = KBSH_USAGE_SERVER | KBSH_USAGE_CLIENT,
                                    .say_ca_false = 1,
                                    .not_before = now - 60,
                                    .not_after = now + 3600 };
}

static char *
make (const char *key, const struct kbsh_certificate *spec, const char *ca,
      const char *ca_key)
{
  kbsh_autofree char *request = kbsh_pki_request (key, "any", &err);
  return request ? kbsh_pki_sign (request, spec, ca, ca_key, &err) : NULL;
}

/* Each wrong expectation is refused for its own reason. */
static void
test_refusals (const char *leaf, const char *ca, const char *other_ca)
{
  static const char *const names[] = { "elsewhere", NULL };
  static const char *const addresses[] = { "10.0.0.9", NULL };
  struct kbsh_certificate spec = leaf_spec ();
  int64_t now = time (NULL);
  CHECK (kbsh_pki_check (leaf, &spec, ca, now, &err) == 0);
  CHECK (kbsh_pki_check (leaf, &spec, other_ca, now, &err) == -1);
  CHECK (strstr (err.what, "not signed by"));
  CHECK (kbsh_pki_check (leaf, &spec, ca, now + 7200, &err) == -1);
  CHECK (strstr (err.what, "expired at"));
  CHECK (kbsh_pki_check (leaf, &spec, ca, now - 7200, &err) == -1);
  CHECK (strstr (err.what, "not valid before"));
  spec.dns_names = names;
  CHECK (kbsh_pki_check (leaf, &spec, ca, now, &err) == -1);
  CHECK (strstr (err.what, "the name elsewhere"));
  spec = leaf_spec ();
  spec.ip_addresses = addresses;
  CHECK (kbsh_pki_check (leaf, &spec, ca, now, &err) == -1);
  CHECK (strstr (err.what, "the address 10.0.0.9"));
  spec = leaf_spec ();
  spec.common_name = "other";
  CHECK (kbsh_pki_check (leaf, &spec, ca, now, &err) == -1);
  CHECK (strstr (err.what, "CN=other is needed"));
  spec = ca_spec ();
  spec.common_name = "leaf";
  CHECK (kbsh_pki_check (leaf, &spec, NULL, now, &err) == -1);
  CHECK (strstr (err.what, "it is no CA"));
}

static void
test_algorithm (const char *algorithm)
{
  struct kbsh_certificate root = ca_spec (), spec = leaf_spec ();
  struct kbsh_certificate_facts facts;
  kbsh_autowipe char *ca_key = kbsh_pki_key (algorithm, &err);
  kbsh_autowipe char *key = kbsh_pki_key (algorithm, &err);
  kbsh_autofree char *public = key ? kbsh_pki_public (key, &err) : NULL;
  kbsh_autofree char *ca = NULL, *ca2 = NULL, *leaf = NULL;
  NEED (ca_key && key && public);
  CHECK (strstr (key, algorithm[0] == 'R' ? "BEGIN RSA PRIVATE KEY"
                                          : "BEGIN EC PRIVATE KEY"));
  ca = make (ca_key, &root, NULL, ca_key);
  ca2 = make (key, &root, NULL, key);
  NEED (ca && ca2);
  leaf = make (key, &spec, ca, ca_key);
  NEED (leaf);
  CHECK (kbsh_pki_matches (leaf, key, &err) == 1);
  CHECK (kbsh_pki_matches (leaf, ca_key, &err) == 0);
  CHECK (kbsh_pki_pair (key, public, &err) == 1);
  CHECK (kbsh_pki_pair (ca_key, public, &err) == 0);
  CHECK (kbsh_pki_check (ca, &root, ca, time (NULL), &err) == 0);
  CHECK (kbsh_pki_facts (ca, &facts, &err) == 0 && facts.ca == 1
         && strcmp (facts.common_name, "test-ca") == 0
         && strlen (facts.spki_sha256) == 64);
  test_refusals (leaf, ca, ca2);
}

static void
test_crypt (void)
{
  uint8_t key[32] = { 1, 2, 3 };
  size_t n = 0, m = 0;
  kbsh_autofree unsigned char *sealed
      = kbsh_pki_encrypt (key, "secret", 6, &n, &err);
  kbsh_autofree char *opened
      = sealed ? kbsh_pki_decrypt (key, sealed, n, &m, &err) : NULL;
  CHECK (n == 12 + 6 + 16 && opened && m == 6 && !strcmp (opened, "secret"));
  if (!sealed)
    return;
  sealed[20] ^= 1;
  CHECK (!kbsh_pki_decrypt (key, sealed, n, &m, &err));
  CHECK (!kbsh_pki_decrypt (key, sealed, 10, &m, &err));
  CHECK (strstr (err.what, "cut off"));
}

/* Certificates in a text, with other things between them. */
static void
test_next (void)
{
  static const char text[]
      = "a\n-----BEGIN CERTIFICATE-----\nAA\n-----END CERTIFICATE-----\n"
        "-----BEGIN KEY-----\nBB\n-----END KEY-----\n"
        "-----BEGIN CERTIFICATE-----\nCC\n-----END CERTIFICATE-----"
        "-----BEGIN CERTIFICATE-----\nDD\n";
  const char *at = text;
  kbsh_autofree char *one = kbsh_pki_next (&at, &err);
  kbsh_autofree char *two = kbsh_pki_next (&at, &err);
  CHECK (one
         && !strcmp (one, "-----BEGIN CERTIFICATE-----\nAA\n"
                          "-----END CERTIFICATE-----\n"));
  CHECK (two && strstr (two, "\nCC\n"));
  CHECK (!kbsh_pki_next (&at, &err) && !kbsh_pki_next (&at, &err));
}

int
main (void)
{
  test_algorithm ("RSA-2048");
  test_algorithm ("ECDSA-P256");
  test_algorithm ("ECDSA-P384");
  CHECK (!kbsh_pki_key ("DSA-1024", &err));
  CHECK (strstr (err.remedy, "ECDSA-P384"));
  CHECK (kbsh_pki_matches ("no certificate", "no key", &err) == -1);
  test_crypt ();
  test_next ();
  return check_result ();
}
