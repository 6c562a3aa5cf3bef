/* SPDX-License-Identifier: Apache-2.0
 *
 * discovery.find by file: on this machine or behind an HTTPS address, and whose
 * credentials are used in the end.
 */
#include "world.h"

#include <kbsh/cleanup.h>
#include <kbsh/text.h>

#include "sdk/test/fake-host.h"

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

/* Who can't be verified is asked for the time, but shown nothing. */
static void
test_not_shown (void)
{
  struct fake fake;
  kbsh_autofree char *with = file_text (AT, ca.pem, "{token: abc}");
  json_object *world = file_world (with, "/d/join.conf", ""), *first, *second;
  add (world, untrusted ("certificate not trusted"));
  fake_open (&fake, kbsh_json_text (world, 0));
  json_object_put (world);
  CHECK (discovery_find (&fake.ctx));
  first = json_object_array_get_idx (fake.effects, 0);
  second = json_object_array_get_idx (fake.effects, 1);
  CHECK (json_object_array_length (fake.effects) == 2);
  CHECK (!kbsh_json_at (first, "/insecure")
         && strstr (kbsh_json_text (first, 0), "Bearer abc"));
  CHECK (kbsh_json_bool (second, "/insecure", 0)
         && kbsh_json_length (second, "/headers") == 1);
  fake_close (&fake);
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
  kbsh_autofree char *plain = file_text ("http://x", ca.pem, NULL);
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
}

/* Who is not trusted, by whom, and since when. */
static void
test_file_trust (void)
{
  struct authority old = make_ca (-2 * HOUR, -HOUR);
  struct authority early = make_ca (HOUR, 2 * HOUR);
  kbsh_autofree char *good = file_text (AT, ca.pem, NULL);
  kbsh_autofree char *with = file_text (AT, ca.pem, "{token: abc}");
  kbsh_autofree char *expired = file_text (AT, old.pem, NULL);
  kbsh_autofree char *future = file_text (AT, early.pem, NULL);
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
  begin ();
  test_file ();
  test_credentials ();
  test_not_shown ();
  test_file_faults ();
  test_file_trust ();
  test_url_faults ();
  finish ();
  return check_result ();
}
