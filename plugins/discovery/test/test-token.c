/* SPDX-License-Identifier: Apache-2.0
 *
 * discovery.find by token: cluster-info is read twice, and believed when its
 * signature and the CA's pin fit.
 */
#include "world.h"

#include <kbsh/cleanup.h>
#include <kbsh/text.h>

#include "sdk/test/fake-host.h"

static char *
from_token (const char *token, const char *pins, int timeout)
{
  return kbsh_text ("{\"kind\":\"token\",\"endpoint\":\"" ENDPOINT
                    "\",\"token\":\"%s\",\"ca-hashes\":[%s],\"timeout\":%d}",
                    token, pins, timeout);
}

/* A world in which TOKEN and the CA's pin are right. */
static json_object *
token_world (int timeout)
{
  kbsh_autofree char *pin = kbsh_text ("\"%s\"", ca.pin);
  kbsh_autofree char *from = from_token (TOKEN, pin, timeout);
  return world_of (from);
}

static void
test_token (void)
{
  json_object *world = token_world (1000);
  kbsh_autofree char *two
      = kbsh_text ("\"%s\",\"SHA256:%s\"", other.pin, ca.pin + 7);
  kbsh_autofree char *either = from_token (TOKEN, two, 1000);
  add (world, answer (info, sign));
  add (world, answer (info, NULL));
  find (world, NULL, "https://cp:6443");
  /* several pins, any of them */
  world = world_of (either);
  add (world, answer (info, sign));
  add (world, answer (info, sign));
  find (world, NULL, "https://cp:6443");
  /* by choice without */
  world = world_of ("{\"kind\":\"token\",\"endpoint\":\"https://" ENDPOINT
                    "\",\"token\":\"" TOKEN
                    "\",\"unsafe-skip-ca-verification\":true}");
  add (world, answer (info, sign));
  find (world, NULL, "https://cp:6443");
}

static void
test_facts (void)
{
  struct fake fake;
  json_object *world = token_world (1000);
  add (world, answer (info, sign));
  add (world, answer (info, NULL));
  fake_open (&fake, kbsh_json_text (world, 0));
  json_object_put (world);
  CHECK (!discovery_find (&fake.ctx));
  CHECK_TEXT (kbsh_json_string (fake.results, "/ca", ""), ca.pem);
  CHECK_TEXT (
      kbsh_json_string (fake.results, "/kubeconfig/users/0/user/token", ""),
      TOKEN);
  CHECK_TEXT (kbsh_json_string (fake.results, "/kubeconfig/users/0/name", ""),
              "tls-bootstrap-token-user");
  CHECK_TEXT (
      kbsh_json_string (fake.results, "/kubeconfig/current-context", ""),
      "tls-bootstrap-token-user@kubernetes");
  /* all of it is secret, and so is the part that signs */
  CHECK (strstr (kbsh_json_text (fake.secrets, 0), "\"" TOKEN "\""));
  CHECK (strstr (kbsh_json_text (fake.secrets, 0), "\"0123456789abcdef\""));
  CHECK (!strstr (kbsh_json_text (fake.logs, 0), "0123456789abcdef"));
  CHECK (json_object_array_length (fake.effects) == 2);
  fake_close (&fake);
}

/* The cluster is on its way up: no answer, no ConfigMap, nobody may read it, no
 * signature yet, one of before. */
static void
test_patience (void)
{
  json_object *world = token_world (20000);
  kbsh_autofree char *before = good_signature ("before");
  add (world, other_answer (READ, 0, "/reason", "connection refused"));
  add (world, other_answer (READ, 503, "/body", "starting"));
  add (world, other_answer (READ, 404, "/body", "none"));
  add (world, other_answer (READ, 403, "/body", "no"));
  add (world, answer (info, NULL));
  add (world, answer (info, before));
  add (world, answer (info, sign));
  add (world, other_answer (READ, 0, "/reason", "timed out"));
  add (world, answer (info, sign));
  find (world, NULL, "https://cp:6443");
}

/* Nothing but this answer, for ever: 200 ms of it. */
static void
token_fault (json_object *first, json_object *second, const char *error)
{
  json_object *world = token_world (200);
  add (world, first);
  for (int i = 0; i < 30; i++)
    {
      json_object *copy = kbsh_json_copy (second ? second : first);
      add (world, copy);
    }
  json_object_put (second);
  find (world, error, NULL);
}

/* An answer from whom it is 1994. */
static json_object *
late (json_object *one)
{
  CHECK (!kbsh_json_set_string (&one, "/headers",
                                "date: Sun, 06 Nov 1994 08:49:37 GMT\n", NULL));
  return one;
}

static void
test_unreachable (void)
{
  token_fault (other_answer (READ, 0, "/reason", "connection refused"), NULL,
               "cluster-info can't be had from https://" ENDPOINT
               " within 200ms | connection refused | look whether the API "
               "server runs");
  token_fault (other_answer (READ, 404, "/body", ""), NULL,
               "it has no ConfigMap kube-public/cluster-info | make it");
  token_fault (other_answer (READ, 403, "/body", ""), NULL,
               "it answered 403: strangers may not read cluster-info | join "
               "with a file");
  token_fault (other_answer (READ, 500, "/body", ""), NULL,
               "it answered 500 | look at the API server's log");
  token_fault (other_answer (READ, 200, "/body", "<html>"), NULL,
               "no API server of Kubernetes");
  token_fault (answer (info, NULL), NULL,
               "the cluster knows no token abcdef, or it has expired (there "
               "is no signature of it) | make a new token");
  /* which ends by the cluster's clock */
  token_fault (late (answer (info, NULL)), NULL,
               " seconds behind this machine's | set the clocks of both");
}

/* A signature that does not fit, each time for another reason. */
static void
test_signature (void)
{
  static const char *const headers[]
      = { "{\"alg\":\"HS512\",\"kid\":\"abcdef\"}",
          "{\"alg\":\"none\",\"kid\":\"abcdef\"}",
          "{\"alg\":\"HS256\"}",
          "{\"alg\":\"HS256\",\"kid\":\"abcdeg\"}",
          "[",
          "" };
  const char *text = "does not fit the token abcdef | either the secret";
  kbsh_autofree char *foreign = signature (
      "{\"alg\":\"HS256\",\"kid\":\"abcdef\"}", "0123456789abcdeg", info);
  kbsh_autofree char *changed = good_signature (ca.pem);
  kbsh_autofree char *cut = strndup (sign, strlen (sign) - 1);
  kbsh_autofree char *longer = kbsh_text ("%sA", sign);
  token_fault (answer (info, foreign), NULL, text);
  token_fault (answer (info, changed), NULL, text);
  token_fault (answer (info, cut), NULL, text);
  token_fault (answer (info, longer), NULL, text);
  token_fault (answer (info, "a.b.c"), NULL, text);
  for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
    {
      kbsh_autofree char *bad
          = signature (headers[i], "0123456789abcdef", info);
      token_fault (answer (info, bad), NULL, text);
    }
}

/* A CA, or a bundle, in cluster-info; `second` is what is read again. */
static void
ca_fault (const char *pem, const char *error)
{
  kbsh_autofree char *text = kubeconfig ("https://cp:6443", pem);
  kbsh_autofree char *good = good_signature (text);
  token_fault (answer (text, good), NULL, error);
}

static void
test_ca (void)
{
  struct authority old = make_ca (-2 * HOUR, -HOUR);
  struct authority early = make_ca (HOUR, 2 * HOUR);
  kbsh_autofree char *wrong = kbsh_text (
      "has another CA than expected | its public key is %s; expected is: "
      "[\"%s\"] | look on a control plane",
      other.pin, ca.pin);
  char pin[80];
  ca_fault (other.pem, wrong);
  ca_fault ("no PEM", "another CA than expected | its public key is not there");
  ca_fault ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "the CA of the cluster at https://" ENDPOINT);
  memcpy (pin, ca.pin, sizeof pin);
  memcpy (ca.pin, old.pin, sizeof pin);
  ca_fault (old.pem, "the CA of the cluster at https://" ENDPOINT " expired");
  memcpy (ca.pin, early.pin, sizeof pin);
  ca_fault (early.pem, "is not valid before");
  ca_fault (early.pem, "this machine's clock says");
  memcpy (ca.pin, pin, sizeof pin);
  free (old.pem);
  free (early.pem);
}

/* The first read trusts nobody and shows nothing; the second is verified with
 * what is pinned, and nothing beside it. */
static void
check_requests (json_object *effects)
{
  json_object *first = json_object_array_get_idx (effects, 0);
  json_object *second = json_object_array_get_idx (effects, 1);
  CHECK (json_object_array_length (effects) == 2);
  CHECK (kbsh_json_bool (first, "/insecure", 0)
         && !kbsh_json_at (first, "/ca"));
  CHECK (kbsh_json_length (first, "/headers") == 1);
  CHECK (!kbsh_json_at (second, "/insecure"));
  CHECK_TEXT (kbsh_json_string (second, "/ca", ""), ca.pem);
}

static void
test_bundle (void)
{
  struct fake fake;
  json_object *world = token_world (1000);
  kbsh_autofree char *both = kbsh_text ("%s%s", other.pem, ca.pem);
  kbsh_autofree char *text = kubeconfig ("https://cp:6443", both);
  kbsh_autofree char *good = good_signature (text);
  add (world, answer (text, good));
  add (world, answer (text, good));
  fake_open (&fake, kbsh_json_text (world, 0));
  json_object_put (world);
  CHECK (!discovery_find (&fake.ctx));
  CHECK_TEXT (kbsh_json_string (fake.results, "/ca", ""), both);
  check_requests (fake.effects);
  fake_close (&fake);
}

static void
test_second (void)
{
  kbsh_autofree char *changed = kubeconfig ("https://evil:6443", ca.pem);
  token_fault (answer (info, sign), answer (changed, sign),
               "the two reads of cluster-info at https://" ENDPOINT " differ");
  token_fault (answer (info, sign),
               untrusted ("SSL certificate problem: unable to get issuer"),
               "the API server at https://" ENDPOINT
               " can't be verified | SSL certificate problem: unable to get "
               "issuer | use a name");
  /* the certificate is not valid yet, for the clock is wrong */
  {
    json_object *world = token_world (200);
    add (world, answer (info, sign));
    add (world, untrusted ("the certificate is not yet valid"));
    add (world, late (other_answer (READ, 200, "/body/kind", "ConfigMap")));
    find (world, "seconds behind this machine's | set the clocks", NULL);
  }
}

static void
test_inputs (void)
{
  static const char *const tokens[] = { "",
                                        "abcdef",
                                        "abcdef.0123456789abcde",
                                        "abcdef.0123456789abcdefg",
                                        "ABCDEF.0123456789abcdef",
                                        "abcdef-0123456789abcdef",
                                        NULL };
  static const char *const pins[]
      = { "\"abc\"", "\"sha256:abc\"",
          "\"sha512:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
          "aaaaa\"",
          "1", NULL };
  for (int i = 0; tokens[i]; i++)
    {
      kbsh_autofree char *from = from_token (tokens[i], "", 100);
      find (world_of (from), "the discovery token is not valid", NULL);
    }
  for (int i = 0; pins[i]; i++)
    {
      kbsh_autofree char *from = from_token (TOKEN, pins[i], 100);
      find (world_of (from), "is not valid | it is not \"sha256:\"", NULL);
    }
  {
    kbsh_autofree char *from = from_token (TOKEN, "", 100);
    find (world_of (from), "the hash of the cluster's CA is missing", NULL);
  }
  find (world_of ("{\"kind\":\"token\",\"token\":\"" TOKEN "\"}"),
        "the API server to join is not known", NULL);
  find (world_of ("{\"kind\":\"x\"}"), "no way to find the cluster", NULL);
  find (world_of ("{\"kind\":\"file\"}"), "the discovery file is not known",
        NULL);
}

/* cluster-info that is signed, and of no use. */
static void
info_fault (const char *text, const char *error)
{
  kbsh_autofree char *good = good_signature (text);
  token_fault (answer (text, good), NULL, error);
}

static void
test_info (void)
{
  kbsh_autofree char *plain = kubeconfig ("http://cp:6443", ca.pem);
  kbsh_autofree char *bare = kubeconfig ("https://cp:6443", NULL);
  info_fault (plain, "can't be used | its server is not https");
  info_fault (bare, "can't be used | there is no CA in it");
  info_fault ("", "there is no kubeconfig in it");
  info_fault ("a: [", "there is no kubeconfig in it");
  info_fault ("clusters: []", "it is not about one cluster");
  info_fault ("clusters: [{name: a, cluster: {server: \"https://x\"}}, "
              "{name: b}]",
              "it is not about one cluster");
  info_fault ("clusters: [{name: a, cluster: {server: \"https://x\", "
              "certificate-authority-data: \"!\"}}]",
              "its CA is not base64");
}

int
main (void)
{
  begin ();
  test_token ();
  test_facts ();
  test_patience ();
  test_unreachable ();
  test_signature ();
  test_ca ();
  test_bundle ();
  test_second ();
  test_inputs ();
  test_info ();
  finish ();
  return check_result ();
}
