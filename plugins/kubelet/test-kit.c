/* SPDX-License-Identifier: Apache-2.0
 *
 * What the tests of a kubelet that joins share.
 */
#include "kubelet.h"

#include "test-kit.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/pki.h>
#include <kbsh/text.h>
#include <kbsh/yaml.h>

/* Files that access() finds, and the certificates in them. */
char folder[] = "/tmp/test-kubelet-XXXXXX";
char *ca, *other_ca, *leaf, *expired, *key;

/* A certificate that signs itself, or is signed by `ca`, made so long ago. */
static char *
make_certificate (const char *name, const char *signer, const char *signer_key,
                  int64_t ago)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  int64_t now = time (NULL) - ago;
  struct kbsh_certificate spec = { .common_name = name,
                                   .ca = !signer,
                                   .usages = signer ? KBSH_USAGE_CLIENT : 0,
                                   .not_before = now - 60,
                                   .not_after = now + 3600 };
  kbsh_autofree char *request = kbsh_pki_request (signer_key, name, &err);
  return kbsh_pki_sign (request, &spec, signer, signer_key, &err);
}

static void
make_certificates (void)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  key = kbsh_pki_key ("ECDSA-P256", &err);
  ca = make_certificate ("kubernetes", NULL, key, 0);
  other_ca = make_certificate ("kubernetes", NULL, key, 0);
  leaf = make_certificate ("system:node:w1", ca, key, 0);
  expired = make_certificate ("system:node:w1", ca, key, 7200);
  if (!ca || !other_ca || !leaf || !expired || !strcmp (ca, other_ca))
    abort ();
}

static json_object *
kubeconfig (const char *authority, const char *user, const char *certificate)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct kbsh_kubeconfig spec = { .cluster = "kubernetes",
                                  .server = SERVER,
                                  .ca = authority,
                                  .user = user,
                                  .certificate = certificate,
                                  .key = key };
  return kbsh_kubeconfig (&spec, &err);
}

/* A fake with the inputs that all tests have. */
void
begin (struct fake *fake, const char *answers)
{
  kbsh_autofree char *world = kbsh_text (
      "{'inputs': {'config': {'node': {'name': 'w1'}, 'kubelet': {'kind':"
      " 'KubeletConfiguration', 'healthzPort': 0}, 'paths': {'kubelet':"
      " '%s/kubelet', 'kubernetes': '%s', 'kubeconfigs': '%s'}, 'join':"
      " {'caCertPath': '%s/ca.crt'}, 'release': {'objects':"
      " {'cri-socket-annotation': 'example.com/socket'}, 'kubelet': {'flags':"
      " {'a': 'b'}}}, 'init': {'nodeRegistration': {'kubeletExtraArgs':"
      " [{'name': 'hostname-override', 'value': 'w1'}], 'taints': [{'key':"
      " 'k', 'value': 'v', 'effect': 'NoSchedule'}, {'key': 'e', 'effect':"
      " 'NoExecute'}]}}, 'timeouts': {'tls-bootstrap': 300}},"
      " 'runtime': {'socket': '/run/c.sock'}}, 'files': {}, 'answers': [%s]}",
      folder, folder, folder, folder, answers);
  fake_open (fake, world);
  json_object_object_add (kbsh_json_at (fake->world, "/inputs"), "kubeconfig",
                          kubeconfig (ca, "tls-bootstrap-token-user", leaf));
}

void
add_file (struct fake *fake, const char *name, const char *text)
{
  kbsh_autofree char *path = kbsh_text ("%s/%s", folder, name);
  json_object_object_add (kbsh_json_at (fake->world, "/files"), path,
                          json_object_new_string (text));
}

/* For access() as well. */
static void
add_real (struct fake *fake, const char *name, const char *text)
{
  kbsh_autofree char *path = kbsh_text ("%s/%s", folder, name);
  FILE *file = fopen (path, "w");
  if (!file || fclose (file))
    abort ();
  add_file (fake, name, text);
}

void
remove_real (void)
{
  static const char *const names[]
      = { "kubelet.conf", "kubelet/pki/kubelet-client-current.pem" };
  for (size_t i = 0; i < 2; i++)
    {
      kbsh_autofree char *path = kbsh_text ("%s/%s", folder, names[i]);
      unlink (path);
    }
}

/* "file ca.crt, unit start" of what was asked for. */
char *
story (struct fake *fake)
{
  struct kbsh_buffer out = { 0 };
  for (size_t i = 0; i < kbsh_json_length (fake->effects, ""); i++)
    {
      json_object *e = json_object_array_get_idx (fake->effects, i);
      const char *path = kbsh_json_string (e, "/path", "");
      const char *slash = strrchr (path, '/');
      if (!strcmp (kbsh_json_string (e, "/effect", ""), "request")
          && !strncmp (kbsh_json_string (e, "/to", ""), "GET", 3))
        continue;
      kbsh_buffer_printf (&out, "%s%s %s%s%s", out.length ? ", " : "",
                          kbsh_json_string (e, "/effect", ""),
                          slash ? slash + 1 : "",
                          kbsh_json_string (e, "/op", ""),
                          kbsh_json_bool (e, "/secret", 0) ? "!" : "");
    }
  return kbsh_buffer_take (&out);
}

/* A node that has joined has kubelet.conf, and its certificate beside it. */
void
add_joined (struct fake *fake, const char *authority, const char *certificate)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *tree
      = kubeconfig (authority, "default-auth", certificate);
  kbsh_autofree char *text = kbsh_yaml_text (tree, &err);
  add_real (fake, "kubelet.conf", text);
  add_real (fake, "kubelet/pki/kubelet-client-current.pem", certificate);
}

static char *
inner_folder (const char *name)
{
  return kbsh_text ("%s/%s", folder, name);
}

void
kit_begin (void)
{
  kbsh_autofree char *kubelet = NULL, *pki = NULL;
  if (!mkdtemp (folder))
    abort ();
  kubelet = inner_folder ("kubelet");
  pki = inner_folder ("kubelet/pki");
  if (mkdir (kubelet, 0700) || mkdir (pki, 0700))
    abort ();
  make_certificates ();
}

void
kit_end (void)
{
  kbsh_autofree char *kubelet = inner_folder ("kubelet");
  kbsh_autofree char *pki = inner_folder ("kubelet/pki");
  rmdir (pki);
  rmdir (kubelet);
  rmdir (folder);
  free (ca);
  free (other_ca);
  free (leaf);
  free (expired);
  free (key);
}
