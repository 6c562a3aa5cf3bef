/* SPDX-License-Identifier: Apache-2.0
 *
 * The CA in files: what it makes of each algorithm, what it signs, and exactly
 * what is said of files that are no CA to sign with. None of those is changed.
 */
#include <kbsh/json.h>

#include "sdk/test/check.h"
#include "sdk/test/fake-host.h"
#include "sdk/test/fake-pki.h"

#define CRT "/pki/ca.crt"
#define KEY "/pki/ca.key"
#define NO_PEM "it is no PEM: no line begins with -----BEGIN"
#define REMEDY                                                                 \
  "\nPut a valid CA there, or move both files of the CA away (with what it "   \
  "signed) so that a new one is made. Nothing was changed."

extern const struct kbsh_module kbsh_module;
static char *key, *other, *valid;
static struct kbsh_certificate leaf = { .common_name = "leaf" };

static const struct kbsh_ca_ops *
ca_ops (void)
{
  return fake_ops (&kbsh_module, "ca-files.ca");
}

static void
open_with (struct fake *fake, const char *certificate, const char *its_key)
{
  fake_open (fake, "{'inputs': {'name': 'ca', 'directory': '/pki',"
                   " 'common-name': 'ca', 'not-after': 4102444800}}");
  fake_put_file (fake, CRT, certificate);
  fake_put_file (fake, KEY, its_key);
}

/* A root with these files says this, and changes nothing. */
static void
root_says (const char *certificate, const char *its_key, const char *wanted)
{
  struct fake fake;
  open_with (&fake, certificate, its_key);
  CHECK (ca_ops ()->root (&fake.ctx) == (*wanted ? -1 : 0));
  CHECK_TEXT (fake_error (&fake), wanted);
  CHECK_TEXT (fake_effects (&fake), "[]");
  fake_close (&fake);
}

static void
test_existing (void)
{
  int64_t now = time (NULL);
  kbsh_autofree char *expired = fake_ca (key, 1577934245);
  kbsh_autofree char *future = fake_ca (key, now + 1000000);
  kbsh_autofree char *no_ca = fake_certificate (key, &leaf, NULL, NULL);
  struct fake fake;
  root_says (valid, key, "");
  root_says (valid, NULL, "");
  root_says (no_ca, key,
             "the CA " CRT " cannot be used: it is no CA: it does not say "
             "CA:TRUE" REMEDY);
  root_says (valid, other,
             "the CA " CRT " cannot be used: " KEY ": it is the key of another "
             "certificate" REMEDY);
  root_says ("nonsense", key,
             "the CA " CRT " cannot be used: the certificate can't be "
             "read: " NO_PEM REMEDY);
  root_says (valid, "nonsense",
             "the CA " CRT " cannot be used: " KEY ": the private key can't "
             "be read: " NO_PEM REMEDY);
  open_with (&fake, expired, key);
  CHECK (ca_ops ()->root (&fake.ctx));
  CHECK (strstr (fake_error (&fake),
                 "the CA " CRT " cannot be used: it "
                 "expired at 2020-01-02T03:04:05Z; now is "));
  CHECK (strstr (fake_error (&fake), REMEDY));
  fake_close (&fake);
  open_with (&fake, future, key);
  CHECK (ca_ops ()->root (&fake.ctx));
  CHECK (strstr (fake_error (&fake), "it is not valid before"));
  fake_close (&fake);
}

/* A new root has a key of that kind, and signs a leaf that it verifies. */
static void
makes (const char *algorithm, const char *kind)
{
  struct kbsh_certificate wanted = { .common_name = "new-ca", .ca = 1 };
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct fake fake;
  int64_t now = time (NULL);
  kbsh_autofree char *request = kbsh_pki_request (key, "leaf", &err);
  json_object *inputs;
  const char *ca, *signed_by_it;
  fake_open (&fake, "{'inputs': {'name': 'ca', 'directory': '/pki',"
                    " 'common-name': 'new-ca', 'not-before': 0,"
                    " 'not-after': 4102444800}}");
  inputs = kbsh_json_at (fake.world, "/inputs");
  kbsh_json_set_string (&inputs, "/algorithm", algorithm, NULL);
  CHECK (!ca_ops ()->root (&fake.ctx));
  CHECK_TEXT (fake_error (&fake), "");
  CHECK_TEXT (fake_key_kind (fake_file (&fake, KEY)), kind);
  CHECK_TEXT (kbsh_json_string (fake.effects, "/1/path", ""), KEY);
  CHECK_TEXT (kbsh_json_string (fake.effects, "/1/mode", ""), "0600");
  CHECK (kbsh_json_bool (fake.effects, "/1/secret", 0));
  CHECK_TEXT (kbsh_json_string (fake.effects, "/2/path", ""), CRT);
  ca = fake_file (&fake, CRT);
  CHECK (ca && !kbsh_pki_check (ca, &wanted, ca, now, &err));
  kbsh_json_set_string (&inputs, "/common-name", "leaf", NULL);
  kbsh_json_set_string (&inputs, "/request", request, NULL);
  CHECK (!ca_ops ()->sign (&fake.ctx));
  signed_by_it = kbsh_json_string (fake.results, "/certificate", "");
  CHECK (!kbsh_pki_check (signed_by_it, &leaf, ca, now, &err));
  CHECK_TEXT (err.what, "");
  CHECK (kbsh_pki_matches (signed_by_it, key, &err) == 1);
  fake_close (&fake);
}

static void
sign_says (const char *certificate, const char *its_key, const char *wanted)
{
  struct fake fake;
  open_with (&fake, certificate, its_key);
  CHECK (ca_ops ()->sign (&fake.ctx));
  CHECK_TEXT (fake_error (&fake), wanted);
  fake_close (&fake);
}

/* What a run that was cut off has left gets its certificate. */
static void
test_key_alone (void)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct fake fake;
  open_with (&fake, NULL, key);
  CHECK (!ca_ops ()->root (&fake.ctx));
  CHECK_TEXT (fake_file (&fake, KEY), key);
  CHECK (kbsh_pki_matches (fake_file (&fake, CRT), key, &err) == 1);
  fake_close (&fake);
  open_with (&fake, NULL, "nonsense");
  CHECK (ca_ops ()->root (&fake.ctx));
  CHECK_TEXT (fake_error (&fake),
              "the CA " CRT " cannot be used: " KEY ": the private key can't "
              "be read: " NO_PEM REMEDY);
  fake_close (&fake);
}

int
main (void)
{
  leaf.not_before = time (NULL) - 60;
  leaf.not_after = leaf.not_before + 7200;
  key = fake_key ("ECDSA-P256");
  other = fake_key ("ECDSA-P256");
  valid = fake_ca (key, leaf.not_after);
  test_existing ();
  test_key_alone ();
  makes ("", "RSA-2048");
  makes ("RSA-3072", "RSA-3072");
  makes ("RSA-4096", "RSA-4096");
  makes ("ECDSA-P384", "ECDSA-384");
  sign_says (NULL, NULL,
             CRT " cannot sign: there is no such file\n"
                 "Make the CA first (the phase certs).");
  sign_says (valid, NULL,
             CRT
             " cannot sign: its key is not here: somebody else has it\n"
             "Have the certificate signed by that CA and put it and its key "
             "into their places.");
  free (key);
  free (other);
  free (valid);
  return check_result ();
}
