/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of a fake cluster.
 */
#include "world.h"

#include <kbsh/cleanup.h>
#include <kbsh/text.h>
#include <kbsh/yaml.h>

#include "sdk/test/fake-host.h"

#include <time.h>

static struct kbsh_error err = KBSH_ERROR_INIT;

struct authority ca, other;
char *info, *sign;

struct authority
make_ca (int64_t from, int64_t to)
{
  struct kbsh_certificate spec = { .common_name = "kubernetes",
                                   .ca = 1,
                                   .not_before = (int64_t)time (NULL) + from,
                                   .not_after = (int64_t)time (NULL) + to };
  kbsh_autowipe char *key = kbsh_pki_key ("ECDSA-P256", &err);
  kbsh_autofree char *request = kbsh_pki_request (key, "any", &err);
  struct kbsh_certificate_facts facts;
  struct authority made
      = { .pem = kbsh_pki_sign (request, &spec, NULL, key, &err) };
  NEED (made.pem && !kbsh_pki_facts (made.pem, &facts, &err));
  snprintf (made.pin, sizeof made.pin, "sha256:%s", facts.spki_sha256);
  return made;
}

char *
kubeconfig (const char *server, const char *pem)
{
  struct kbsh_kubeconfig spec = { .server = server, .ca = pem };
  kbsh_autojson json_object *tree = kbsh_kubeconfig (&spec, &err);
  return kbsh_yaml_text (tree, &err);
}

char *
signature (const char *header, const char *secret, const char *text)
{
  kbsh_autofree char *head = kbsh_base64_url (header, strlen (header));
  kbsh_autofree char *body = kbsh_base64_url (text, strlen (text));
  kbsh_autofree char *input = kbsh_text ("%s.%s", head, body);
  kbsh_autofree char *coded = NULL;
  uint8_t mac[32];
  NEED (!kbsh_hmac_sha256 (secret, strlen (secret), input, strlen (input), mac,
                           &err));
  coded = kbsh_base64_url (mac, sizeof mac);
  return kbsh_text ("%s..%s", head, coded);
}

char *
good_signature (const char *text)
{
  return signature ("{\"alg\":\"HS256\",\"kid\":\"abcdef\"}",
                    "0123456789abcdef", text);
}

json_object *
answer (const char *text, const char *signed_by)
{
  json_object *out = NULL;
  NEED (!kbsh_json_set_string (&out, "/to", READ, &err)
        && !kbsh_json_set (&out, "/status", json_object_new_int (200), &err)
        && !kbsh_json_set_string (&out, "/body/kind", "ConfigMap", &err)
        && !kbsh_json_set_string (&out, "/body/data/kubeconfig", text, &err));
  if (signed_by)
    NEED (!kbsh_json_set_string (&out, "/body/data/jws-kubeconfig-abcdef",
                                 signed_by, &err));
  return out;
}

json_object *
other_answer (const char *to, int status, const char *member, const char *text)
{
  json_object *out = NULL;
  NEED (!kbsh_json_set_string (&out, "/to", to, &err)
        && !kbsh_json_set (&out, "/status", json_object_new_int (status), &err)
        && !kbsh_json_set_string (&out, member, text, &err));
  return out;
}

json_object *
untrusted (const char *reason)
{
  json_object *out = other_answer (READ, 0, "/reason", reason);
  NEED (!kbsh_json_set (&out, "/untrusted", json_object_new_boolean (1), &err));
  return out;
}

json_object *
world_of (const char *from)
{
  kbsh_autofree char *text = kbsh_text ("{\"inputs\":{\"from\":%s},"
                                        "\"answers\":[],\"files\":{}}",
                                        from);
  json_object *world = kbsh_json_parse (text, strlen (text), &err);
  NEED (world);
  return world;
}

void
add (json_object *world, json_object *one)
{
  json_object_array_add (kbsh_json_at (world, "/answers"), one);
}

void
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

void
begin (void)
{
  ca = make_ca (-HOUR, HOUR);
  other = make_ca (-HOUR, HOUR);
  info = kubeconfig ("https://cp:6443", ca.pem);
  sign = good_signature (info);
}

void
finish (void)
{
  free (ca.pem);
  free (other.pem);
  free (info);
  free (sign);
}
