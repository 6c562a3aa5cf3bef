/* SPDX-License-Identifier: Apache-2.0
 *
 * Fetching the certificates that control planes share: whole, or not at all.
 */
#include "upload.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/pki.h>
#include <kbsh/text.h>

#include "sdk/test/check.h"
#include "sdk/test/fake-host.h"

#define KEY "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define OTHER "ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static const char *const names[]
    = { "ca.crt", "ca.key", "front-proxy-ca.crt", "front-proxy-ca.key",
        "sa.key", "sa.pub", "etcd-ca.crt", "etcd-ca.key" };

static void
add_sealed (json_object *data, const char *name)
{
  uint8_t key[32];
  size_t length = 0;
  kbsh_autofree void *sealed = NULL;
  kbsh_autofree char *text = NULL;
  for (uint8_t i = 0; i < 32; i++)
    key[i] = i;
  sealed = kbsh_pki_encrypt (key, name, strlen (name), &length, NULL);
  text = kbsh_base64 (sealed, length);
  json_object_object_add (data, name, json_object_new_string (text));
}

/* A cluster whose Secret has all but the first `missing` of the names. */
static void
open_world (struct fake *fake, const char *key, size_t missing)
{
  kbsh_autofree char *text = kbsh_text (
      "{'inputs': {'certificate-key': '%s', 'kubeconfig': {"
      " 'clusters': [{'name': 'c', 'cluster': {'server': 'https://h',"
      " 'certificate-authority-data': 'QUJD'}}], 'users': [{'name': 'u',"
      " 'user': {'token': 't'}}], 'contexts': [{'name': 'x', 'context':"
      " {'cluster': 'c', 'user': 'u'}}], 'current-context': 'x'},"
      " 'config': {'paths': {'pki': '/p'}}}, 'files': {},"
      " 'answers': [{'to': 'GET https://h/api/v1/namespaces/kube-system/"
      "secrets/kubeadm-certs', 'status': 200, 'body': {'data': {}}}]}",
      key);
  fake_open (fake, text);
  for (size_t i = missing; i < sizeof names / sizeof *names; i++)
    add_sealed (kbsh_json_at (fake->world, "/answers/0/body/data"), names[i]);
}

static size_t
written (struct fake *fake)
{
  size_t count = 0;
  for (size_t i = 0; i < kbsh_json_length (fake->effects, ""); i++)
    {
      kbsh_autofree char *at = kbsh_text ("/%zu/effect", i);
      count += !strcmp (kbsh_json_string (fake->effects, at, ""), "file");
    }
  return count;
}

static void
test_all (void)
{
  struct fake fake;
  const char *effects;
  open_world (&fake, KEY, 0);
  /* what is there already stays as it is */
  json_object_object_add (kbsh_json_at (fake.world, "/files"), "/p/sa.pub",
                          json_object_new_string ("sa.pub"));
  CHECK (!upload_download (&fake.ctx));
  CHECK_TEXT (fake_error (&fake), "");
  CHECK_TEXT (fake_file (&fake, "/p/etcd/ca.key"), "etcd-ca.key");
  CHECK_TEXT (fake_file (&fake, "/p/ca.crt"), "ca.crt");
  CHECK (written (&fake) == 7);
  effects = fake_effects (&fake);
  CHECK (!strstr (effects, "/p/sa.pub"));
  for (size_t i = 0; i < kbsh_json_length (fake.effects, ""); i++)
    {
      json_object *one = json_object_array_get_idx (fake.effects, i);
      const char *path = kbsh_json_string (one, "/path", "");
      if (strstr (path, ".key"))
        CHECK_TEXT (kbsh_json_string (one, "/mode", ""), "0600");
      if (strstr (path, ".crt"))
        CHECK_TEXT (kbsh_json_string (one, "/mode", ""), "0644");
    }
  fake_close (&fake);
}

/* It fails with these words, and nothing is written. */
static void
refuses (struct fake *fake, const char *words)
{
  CHECK (upload_download (&fake->ctx));
  CHECK (strstr (fake_error (fake), words));
  if (!strstr (fake_error (fake), words))
    fprintf (stderr, "  is: %s\n", fake_error (fake));
  CHECK (!written (fake));
  fake_close (fake);
}

int
main (void)
{
  struct fake fake;
  test_all ();
  open_world (&fake, OTHER, 0);
  refuses (&fake, "the certificate key does not open ca.crt");
  open_world (&fake, "abc", 0);
  refuses (&fake, "it must be 64 hexadecimal digits");
  open_world (&fake, KEY, 2);
  refuses (&fake, "has no ca.crt");
  open_world (&fake, KEY, 0);
  json_object_object_add (kbsh_json_at (fake.world, "/files"), "/p/etcd/ca.key",
                          json_object_new_string ("another"));
  refuses (&fake, "/p/etcd/ca.key is there with another content");
  open_world (&fake, KEY, 0);
  json_object_object_del (fake.world, "answers");
  refuses (&fake, "it goes two hours after");
  return check_result ();
}
