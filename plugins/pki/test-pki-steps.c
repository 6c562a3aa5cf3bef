/* SPDX-License-Identifier: Apache-2.0
 *
 * Certificates and keys in files: what is made for each algorithm, and exactly
 * what is said of what is there and cannot be used, which is left as it is.
 */
#include <kbsh/json.h>

#include "sdk/test/check.h"
#include "sdk/test/fake-pki.h"

#define NO_PEM "it is no PEM: no line begins with -----BEGIN"
#define CA_REMEDY                                                              \
  "\nPut a valid CA there, or move both files of the CA away (with what it "   \
  "signed) so that a new one is made. Nothing was changed."
#define LEAF_REMEDY                                                            \
  "\nReplace the certificate and its key by ones that fit, or move both away " \
  "so that new ones are made. Nothing was changed."
#define PAIR_REMEDY                                                            \
  "\nPut the two keys that belong together there, or move both away so that "  \
  "new ones are made. Nothing was changed."

extern const struct kbsh_module kbsh_module;
static char *ca, *ca_key, *key;
static int64_t soon;

static int
run (struct fake *fake, const char *service)
{
  const struct kbsh_step_ops *ops = fake_ops (&kbsh_module, service);
  return ops->run (&fake->ctx);
}

static void
open_leaf (struct fake *fake, const char *its_ca)
{
  fake_open (fake, "{'inputs': {'name': 'apiserver', 'config': {"
                   "  'paths': {'pki': '/pki'}, 'certificates': {"
                   "    'ca': {'base': 'ca'},"
                   "    'apiserver': {'base': 'apiserver', 'ca': 'ca',"
                   "      'commonName': 'kube-apiserver', 'usages': ['server'],"
                   "      'dnsNames': ['cp1'], 'validity': 3600}}}}}");
  fake->host.call = fake_sign;
  fake_put_file (fake, "/pki/ca.crt", its_ca);
  fake_put_file (fake, "/pki/ca.key", ca_key);
}

/* The error begins and ends so; files stay. */
static void
leaf_says (const char *its_ca, const char *certificate, const char *its_key,
           const char *begin, const char *end)
{
  struct fake fake;
  const char *said;
  open_leaf (&fake, its_ca);
  fake_put_file (&fake, "/pki/apiserver.crt", certificate);
  fake_put_file (&fake, "/pki/apiserver.key", its_key);
  CHECK (run (&fake, "pki.certificate") == (*begin ? -1 : 0));
  said = fake_error (&fake);
  if (strncmp (said, begin, strlen (begin)) || strlen (said) < strlen (end)
      || strcmp (said + strlen (said) - strlen (end), end))
    CHECK_TEXT (said, begin);
  CHECK_TEXT (fake_effects (&fake), "[]");
  fake_close (&fake);
}

static void
test_its_ca (void)
{
  struct kbsh_certificate leaf
      = { .common_name = "x", .not_before = soon - 7200, .not_after = soon };
  kbsh_autofree char *expired = fake_ca (ca_key, 1577934245);
  kbsh_autofree char *no_ca = fake_certificate (ca_key, &leaf, NULL, NULL);
  leaf_says (expired, NULL, NULL,
             "the CA /pki/ca.crt cannot be used: it expired at "
             "2020-01-02T03:04:05Z; now is ",
             CA_REMEDY);
  leaf_says (no_ca, NULL, NULL,
             "the CA /pki/ca.crt cannot be used: it is no CA: it does not say "
             "CA:TRUE",
             CA_REMEDY);
  leaf_says ("nonsense", NULL, NULL,
             "the CA /pki/ca.crt cannot be used: the certificate can't be "
             "read: " NO_PEM,
             CA_REMEDY);
  leaf_says (NULL, NULL, NULL,
             "the CA's certificate /pki/ca.crt is needed: there is no such "
             "file\nMake the CA first: kbsh init phase certs begins with it.",
             "");
}

#define UNUSABLE "the certificate /pki/apiserver.crt cannot be used: "

static void
test_existing (void)
{
  static const char *const names[] = { "cp1", NULL }, *const no_names[]
                                                      = { NULL };
  struct kbsh_certificate spec = { .common_name = "kube-apiserver",
                                   .dns_names = names,
                                   .usages = KBSH_USAGE_SERVER,
                                   .not_before = soon - 7200,
                                   .not_after = soon };
  kbsh_autofree char *good = fake_certificate (key, &spec, ca, ca_key);
  kbsh_autofree char *other_ca = fake_ca (key, soon);
  kbsh_autofree char *elsewhere = fake_certificate (key, &spec, other_ca, key);
  spec.dns_names = no_names;
  kbsh_autofree char *nameless = fake_certificate (key, &spec, ca, ca_key);
  spec.dns_names = names;
  spec.not_before = 1577847845;
  spec.not_after = 1577934245;
  kbsh_autofree char *expired = fake_certificate (key, &spec, ca, ca_key);
  leaf_says (ca, good, key, "", "");
  leaf_says (ca, expired, key, UNUSABLE "it expired at 2020-01-02T03:04:05Z",
             LEAF_REMEDY);
  leaf_says (ca, elsewhere, key, UNUSABLE "it is not signed by this CA",
             LEAF_REMEDY);
  leaf_says (ca, nameless, key, UNUSABLE "it is not valid for the name cp1",
             LEAF_REMEDY);
  leaf_says (ca, good, NULL, UNUSABLE "the key that belongs to it is not there",
             LEAF_REMEDY);
  leaf_says (ca, good, ca_key,
             UNUSABLE "/pki/apiserver.key: it is the key of another "
                      "certificate",
             LEAF_REMEDY);
  leaf_says (ca, good, "nonsense",
             UNUSABLE "/pki/apiserver.key: the private key can't be "
                      "read: " NO_PEM,
             LEAF_REMEDY);
}

/* A new certificate: its key is of this kind, and stays secret. */
static void
leaf_makes (const char *algorithm, const char *kind)
{
  struct kbsh_certificate wanted = { .common_name = "kube-apiserver" };
  struct kbsh_error err = KBSH_ERROR_INIT;
  const char *certificate, *its_key;
  struct fake fake;
  open_leaf (&fake, ca);
  kbsh_json_set_string (&fake.world,
                        "/inputs/config/certificates/apiserver/algorithm",
                        algorithm, NULL);
  CHECK (!run (&fake, "pki.certificate"));
  CHECK_TEXT (fake_error (&fake), "");
  its_key = fake_file (&fake, "/pki/apiserver.key");
  certificate = fake_file (&fake, "/pki/apiserver.crt");
  CHECK_TEXT (fake_key_kind (its_key ? its_key : ""), kind);
  CHECK (certificate
         && !kbsh_pki_check (certificate, &wanted, ca, time (NULL), &err)
         && kbsh_pki_matches (certificate, its_key, &err) == 1);
  CHECK_TEXT (err.what, "");
  CHECK_TEXT (kbsh_json_string (fake.effects, "/2/path", ""),
              "/pki/apiserver.key");
  CHECK_TEXT (kbsh_json_string (fake.effects, "/2/mode", ""), "0600");
  fake_close (&fake);
}

static void
open_pair (struct fake *fake, const char *private, const char *public)
{
  fake_open (fake, "{'inputs': {'name': 'sa', 'config': {'paths': {'pki':"
                   " '/pki'}, 'cluster': {'encryptionAlgorithm':"
                   " 'ECDSA-P384'}}}}");
  fake_put_file (fake, "/pki/sa.key", private);
  fake_put_file (fake, "/pki/sa.pub", public);
}

static void
pair_says (const char *private, const char *public, const char *wanted)
{
  struct fake fake;
  open_pair (&fake, private, public);
  CHECK (run (&fake, "pki.keypair") == (*wanted ? -1 : 0));
  CHECK_TEXT (fake_error (&fake), wanted);
  CHECK (private ? !strcmp (fake_file (&fake, "/pki/sa.key"), private)
                 : !fake_file (&fake, "/pki/sa.key"));
  CHECK_TEXT (fake_file (&fake, "/pki/sa.pub"), public);
  fake_close (&fake);
}

#define PAIR "the keys /pki/sa.key and /pki/sa.pub cannot be used: "

static void
test_pair (void)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autofree char *public = kbsh_pki_public (key, &err);
  struct fake fake;
  pair_says (key, public, "");
  pair_says (ca_key, public, PAIR "they do not belong together" PAIR_REMEDY);
  pair_says (NULL, public, PAIR "the private key is not there" PAIR_REMEDY);
  pair_says ("nonsense", public,
             PAIR "the private key can't be read: " NO_PEM PAIR_REMEDY);
  pair_says (key, "nonsense",
             PAIR "the public key can't be read: " NO_PEM PAIR_REMEDY);
  open_pair (&fake, key, NULL);
  CHECK (!run (&fake, "pki.keypair"));
  CHECK_TEXT (fake_file (&fake, "/pki/sa.pub"), public);
  fake_close (&fake);
  open_pair (&fake, NULL, NULL);
  CHECK (!run (&fake, "pki.keypair"));
  CHECK_TEXT (fake_key_kind (fake_file (&fake, "/pki/sa.key")), "ECDSA-384");
  CHECK (kbsh_pki_pair (fake_file (&fake, "/pki/sa.key"),
                        fake_file (&fake, "/pki/sa.pub"), &err)
         == 1);
  fake_close (&fake);
}

int
main (void)
{
  soon = time (NULL) + 7000;
  ca_key = fake_key ("ECDSA-P256");
  key = fake_key ("ECDSA-P256");
  ca = fake_ca (ca_key, soon);
  fake_signer = ca;
  fake_signer_key = ca_key;
  test_its_ca ();
  test_existing ();
  leaf_makes ("", "RSA-2048");
  leaf_makes ("RSA-3072", "RSA-3072");
  leaf_makes ("RSA-4096", "RSA-4096");
  leaf_makes ("ECDSA-P384", "ECDSA-384");
  test_pair ();
  free (ca);
  free (ca_key);
  free (key);
  return check_result ();
}
