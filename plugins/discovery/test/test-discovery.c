/* SPDX-License-Identifier: Apache-2.0
 *
 * discovery.find against a fake cluster: what is right is found, and what is
 * wrong in exactly one way ends with its own error.
 */
#include "../discovery.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/pki.h>
#include <kbsh/text.h>
#include <kbsh/yaml.h>

#include "../../../sdk/test/check.h"
#include "../../../sdk/test/fake-host.h"

#include <time.h>

#define ENDPOINT "10.0.0.1:6443"
#define PATH "/api/v1/namespaces/kube-public/configmaps/cluster-info"
#define READ "GET https://" ENDPOINT PATH
#define TOKEN "abcdef.0123456789abcdef"
#define HOUR 3600

static struct kbsh_error err = KBSH_ERROR_INIT;

/* -- the parts of a world ------------------------------------------------- */

struct authority
{
  char *pem;
  char pin[80];
};

static struct authority
make_ca (int64_t from, int64_t to)
{
  struct kbsh_certificate spec = { .common_name = "kubernetes",
                                   .ca = 1,
                                   .not_before = (int64_t)time (NULL) + from,
                                   .not_after = (int64_t)time (NULL) + to };
  kbsh_autowipe char *key = kbsh_pki_key ("ECDSA-P256", &err);
  kbsh_autofree char *request = kbsh_pki_request (key, "any", &err);
  struct kbsh_certificate_facts facts;
  struct authority ca
      = { .pem = kbsh_pki_sign (request, &spec, NULL, key, &err) };
  CHECK (ca.pem && !kbsh_pki_facts (ca.pem, &facts, &err));
  snprintf (ca.pin, sizeof ca.pin, "sha256:%s", facts.spki_sha256);
  return ca;
}

/* The kubeconfig in cluster-info; the caller frees. */
static char *
kubeconfig (const char *server, const char *ca)
{
  struct kbsh_kubeconfig spec = { .server = server, .ca = ca };
  kbsh_autojson json_object *tree = kbsh_kubeconfig (&spec, &err);
  return kbsh_yaml_text (tree, &err);
}

static char *
signature (const char *header, const char *secret, const char *text)
{
  kbsh_autofree char *head = kbsh_base64_url (header, strlen (header));
  kbsh_autofree char *body = kbsh_base64_url (text, strlen (text));
  kbsh_autofree char *input = kbsh_text ("%s.%s", head, body);
  kbsh_autofree char *coded = NULL;
  uint8_t mac[32];
  CHECK (!kbsh_hmac_sha256 (secret, strlen (secret), input, strlen (input), mac,
                            &err));
  coded = kbsh_base64_url (mac, sizeof mac);
  return kbsh_text ("%s..%s", head, coded);
}

static char *
good_signature (const char *text)
{
  return signature ("{\"alg\":\"HS256\",\"kid\":\"abcdef\"}",
                    "0123456789abcdef", text);
}

/* An answer with cluster-info; `sign` may be NULL. */
static json_object *
answer (const char *text, const char *sign)
{
  json_object *out = NULL;
  CHECK (!kbsh_json_set_string (&out, "/to", READ, &err)
         && !kbsh_json_set (&out, "/status", json_object_new_int (200), &err)
         && !kbsh_json_set_string (&out, "/body/kind", "ConfigMap", &err)
         && !kbsh_json_set_string (&out, "/body/data/kubeconfig", text, &err));
  if (sign)
    CHECK (!kbsh_json_set_string (&out, "/body/data/jws-kubeconfig-abcdef",
                                  sign, &err));
  return out;
}

static json_object *
other_answer (const char *to, int status, const char *member, const char *text)
{
  json_object *out = NULL;
  CHECK (!kbsh_json_set_string (&out, "/to", to, &err)
         && !kbsh_json_set (&out, "/status", json_object_new_int (status), &err)
         && !kbsh_json_set_string (&out, member, text, &err));
  return out;
}

static json_object *
untrusted (const char *reason)
{
  json_object *out = other_answer (READ, 0, "/reason", reason);
  CHECK (
      !kbsh_json_set (&out, "/untrusted", json_object_new_boolean (1), &err));
  return out;
}

/* A world with nothing but what to find the cluster with. */
static json_object *
world_of (const char *from)
{
  kbsh_autofree char *text = kbsh_text ("{\"inputs\":{\"from\":%s},"
                                        "\"answers\":[],\"files\":{}}",
                                        from);
  json_object *world = kbsh_json_parse (text, strlen (text), &err);
  CHECK (world);
  return world;
}

static void
add (json_object *world, json_object *one)
{
  json_object_array_add (kbsh_json_at (world, "/answers"), one);
}

/* Find in this world, which is used up. `error`: a part of what is said (what,
 * why and remedy with " | " between); NULL: it is found. */
static void
find (json_object *world, const char *error, const char *found)
{
  struct fake fake;
  char said[3000];
  int status;
  fake_open (&fake, kbsh_json_text (world, 0));
  status = discovery_find (&fake.ctx);
  snprintf (said, sizeof said, "%s | %s | %s", fake.error.what, fake.error.why,
            fake.error.remedy);
  CHECK (status == (error ? -1 : 0));
  if (error && !strstr (said, error))
    {
      fprintf (stderr, "not \"%s\" but:\n  %s\n", error, said);
      CHECK (!"the error");
    }
  if (!error)
    {
      CHECK_TEXT (fake_error (&fake), "");
      CHECK_TEXT (kbsh_json_string (fake.results, "/server", ""), found);
    }
  else
    CHECK (!kbsh_json_at (fake.results, "/kubeconfig"));
  fake_close (&fake);
  json_object_put (world);
}

static char *
from_token (const char *token, const char *pins, int timeout)
{
  return kbsh_text ("{\"kind\":\"token\",\"endpoint\":\"" ENDPOINT
                    "\",\"token\":\"%s\",\"ca-hashes\":[%s],\"timeout\":%d}",
                    token, pins, timeout);
}

/* -- by token ----------------------------------------------------------------
 */

static struct authority ca, other;
static char *info; /* what the cluster says */
static char *sign; /* and its signature */

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
  json_object *late = other_answer (READ, 200, "/body/kind", "ConfigMap");
  kbsh_json_set_string (&late, "/headers",
                        "date: Sun, 06 Nov 1994 08:49:37 GMT\n", NULL);
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
    add (world, late);
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

/* -- by file ------------------------------------------------------------------
 */

#define AT "https://" ENDPOINT
#define URL "https://files.example/join.conf"

/* A discovery file; `user` is YAML of the user, or NULL. */
static char *
file_text (const char *server, const char *pem, const char *user)
{
  kbsh_autofree char *data = kbsh_base64 (pem, strlen (pem));
  return kbsh_text ("clusters: [{name: k, cluster: {server: \"%s\", "
                    "certificate-authority-data: %s}}]\n"
                    "contexts: [{name: c, context: {cluster: k, user: u}}]\n"
                    "current-context: c\nusers: [{name: u, user: %s}]\n",
                    server, data, user ? user : "{}");
}

static json_object *
file_world (const char *text, const char *file, const char *tls_token)
{
  kbsh_autofree char *from
      = kbsh_text ("{\"kind\":\"file\",\"file\":\"%s\",\"timeout\":200,"
                   "\"tls-token\":\"%s\"}",
                   file, tls_token);
  json_object *world = world_of (from);
  if (text && strstr (file, "://"))
    add (world, other_answer (URL, 200, "/body", text));
  else if (text)
    json_object_object_add (kbsh_json_at (world, "/files"), file,
                            json_object_new_string (text));
  return world;
}

static void
test_file (void)
{
  kbsh_autofree char *with = file_text (AT, ca.pem, "{token: abc}");
  kbsh_autofree char *without = file_text (AT, ca.pem, NULL);
  kbsh_autofree char *unnamed = kubeconfig (AT, ca.pem);
  kbsh_autofree char *to = kbsh_text ("GET " URL);
  json_object *world = file_world (with, "/d/join.conf", "");
  /* the cluster says where it is now */
  add (world, answer (info, NULL));
  find (world, NULL, "https://cp:6443");
  /* nobody may read it: the file is used as it is */
  world = file_world (with, "/d/join.conf", "");
  add (world, other_answer (READ, 403, "/body", ""));
  find (world, NULL, AT);
  world = file_world (without, "/d/join.conf", TOKEN);
  add (world, other_answer (READ, 401, "/body", ""));
  find (world, NULL, AT);
  /* a map that is of no use */
  world = file_world (unnamed, "/d/join.conf", TOKEN);
  add (world, answer ("", NULL));
  find (world, NULL, AT);
  /* over HTTPS */
  world = file_world (NULL, URL, TOKEN);
  add (world, other_answer (to, 200, "/body", unnamed));
  add (world, answer (info, NULL));
  find (world, NULL, "https://cp:6443");
}

/* Whose credentials are they in the end? */
static void
test_credentials (void)
{
  static const char *const tokens[][2]
      = { { "", "abc" }, { TOKEN, TOKEN }, { NULL, NULL } };
  kbsh_autofree char *with = file_text (AT, ca.pem, "{token: abc}");
  for (int i = 0; tokens[i][0]; i++)
    {
      struct fake fake;
      json_object *world = file_world (with, "/d/join.conf", tokens[i][0]);
      add (world, answer (info, NULL));
      fake_open (&fake, kbsh_json_text (world, 0));
      json_object_put (world);
      CHECK (!discovery_find (&fake.ctx));
      CHECK_TEXT (
          kbsh_json_string (fake.results, "/kubeconfig/users/0/user/token", ""),
          tokens[i][1]);
      CHECK_TEXT (
          kbsh_json_string (fake.results, "/kubeconfig/users/0/name", ""),
          i ? "tls-bootstrap-token-user" : "u");
      CHECK (strstr (kbsh_json_text (fake.secrets, 0), "\"abc\""));
      CHECK (strstr (kbsh_json_text (fake.effects, 0), "Bearer abc"));
      fake_close (&fake);
    }
}

static void
file_fault (const char *text, const char *tls_token, json_object *reply,
            const char *error)
{
  json_object *world = file_world (text, "/d/join.conf", tls_token);
  for (int i = 0; reply && i < 20; i++)
    add (world, kbsh_json_copy (reply));
  json_object_put (reply);
  find (world, error, NULL);
}

static void
test_file_faults (void)
{
  struct authority old = make_ca (-2 * HOUR, -HOUR);
  struct authority early = make_ca (HOUR, 2 * HOUR);
  kbsh_autofree char *good = file_text (AT, ca.pem, NULL);
  kbsh_autofree char *with = file_text (AT, ca.pem, "{token: abc}");
  kbsh_autofree char *plain = file_text ("http://x", ca.pem, NULL);
  kbsh_autofree char *expired = file_text (AT, old.pem, NULL);
  kbsh_autofree char *future = file_text (AT, early.pem, NULL);
  kbsh_autofree char *exec = file_text (AT, ca.pem, "{exec: {}}");
  const char *used = "the discovery file /d/join.conf can't be used | ";
  kbsh_autofree char *cluster = kbsh_text ("%sthere is no cluster", used);
  kbsh_autofree char *which = kbsh_text ("%sit has neither a cluster", used);
  kbsh_autofree char *skip = kbsh_text ("%sit says insecure-skip", used);
  file_fault (NULL, TOKEN, NULL, "can't be read | there is no such file");
  file_fault ("a: [", TOKEN, NULL, "/d/join.conf:2:1:");
  file_fault ("- a", TOKEN, NULL, "/d/join.conf is no kubeconfig");
  file_fault ("{}", TOKEN, NULL, cluster);
  file_fault ("clusters: [{name: k, cluster: {server: \"https://x\"}}]", TOKEN,
              NULL, which);
  file_fault ("clusters: [{name: \"\", cluster: {server: \"https://x\", "
              "insecure-skip-tls-verify: true}}]",
              TOKEN, NULL, skip);
  file_fault (plain, TOKEN, NULL, "its server is not https");
  file_fault (exec, TOKEN, NULL, "neither a certificate nor a token");
  file_fault (expired, TOKEN, NULL,
              "the CA in the discovery file /d/join.conf expired at");
  file_fault (future, TOKEN, NULL,
              "the CA in the discovery file /d/join.conf is not valid before");
  file_fault (good, "", NULL, "this node can't ask for a certificate");
  file_fault (good, TOKEN,
              other_answer (READ, 0, "/reason", "connection refused"),
              "within 200ms | connection refused");
  file_fault (good, TOKEN, untrusted ("certificate signer not trusted"),
              "the discovery file /d/join.conf was not confirmed: the API "
              "server at https://" ENDPOINT
              " can't be verified | certificate signer not trusted");
  file_fault (with, "", other_answer (READ, 401, "/body", ""),
              "the credentials in the discovery file /d/join.conf are not");
  free (old.pem);
  free (early.pem);
}

static void
url_fault (const char *file, json_object *reply, const char *error)
{
  json_object *world = file_world (NULL, file, TOKEN);
  if (reply)
    add (world, reply);
  find (world, error, NULL);
}

static void
test_url_faults (void)
{
  json_object *moved = other_answer ("GET " URL, 302, "/headers",
                                     "Location: https://other/x\n");
  url_fault (URL, moved,
             "is not at " URL " | it redirects to https://other/x | a "
             "redirection is not followed");
  url_fault (URL, other_answer ("GET " URL, 404, "/body", ""),
             "can't be had from " URL " | the server answered 404");
  url_fault (URL, other_answer ("GET " URL, 0, "/reason", "signer not trusted"),
             "can't be had from " URL " | signer not trusted | look whether");
  url_fault (URL, other_answer ("GET " URL, 200, "/body", "<html>"),
             URL " is no kubeconfig");
  url_fault ("http://files.example/x", NULL,
             "http://files.example/x is not fetched | anybody on the way");
}

int
main (void)
{
  ca = make_ca (-HOUR, HOUR);
  other = make_ca (-HOUR, HOUR);
  info = kubeconfig ("https://cp:6443", ca.pem);
  sign = good_signature (info);
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
  test_file ();
  test_credentials ();
  test_file_faults ();
  test_url_faults ();
  free (ca.pem);
  free (other.pem);
  free (info);
  free (sign);
  return check_result ();
}
