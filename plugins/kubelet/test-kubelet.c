/* SPDX-License-Identifier: Apache-2.0
 *
 * How a kubelet joins: what stops it before anything is written, what is
 * written and in which order, and what is said when no certificate comes.
 */
#include "kubelet.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/pki.h>
#include <kbsh/text.h>
#include <kbsh/yaml.h>

#include "sdk/test/check.h"
#include "sdk/test/fake-host.h"

#define SERVER "https://10.0.0.1:6443"
#define NODE SERVER "/api/v1/nodes/w1"
#define REQUESTS                                                               \
  SERVER "/apis/certificates.k8s.io/v1/certificatesigningrequests"             \
         "?fieldSelector=spec.signerName%3Dkubernetes.io%2F"                   \
         "kube-apiserver-client-kubelet"
#define ANSWER "{'to': 'GET " REQUESTS "', 'status': 200, 'body': {'items': ["
#define LOG                                                                    \
  "]}}, {'to': 'journalctl --unit=kubelet --no-pager --output=cat"             \
  " --lines=8', 'out': 'last words'}"

/* Files that access() finds, and the certificates in them. */
static char folder[] = "/tmp/test-kubelet-XXXXXX";
static char *ca, *other_ca, *leaf, *key;

/* A certificate that signs itself, or is signed by `ca`. */
static char *
certificate (const char *name, const char *signer, const char *signer_key)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  int64_t now = time (NULL);
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
  ca = certificate ("kubernetes", NULL, key);
  other_ca = certificate ("kubernetes", NULL, key);
  leaf = certificate ("system:node:w1", ca, key);
  CHECK (ca && other_ca && leaf && strcmp (ca, other_ca));
}

static json_object *
kubeconfig (const char *authority, const char *user)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct kbsh_kubeconfig spec = { .cluster = "kubernetes",
                                  .server = SERVER,
                                  .ca = authority,
                                  .user = user,
                                  .certificate = leaf,
                                  .key = key };
  return kbsh_kubeconfig (&spec, &err);
}

/* A fake with the inputs that all tests have. */
static void
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
                          kubeconfig (ca, "tls-bootstrap-token-user"));
}

static void
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
  CHECK (file && !fclose (file));
  add_file (fake, name, text);
}

static void
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
static char *
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

static void
forget (struct fake *fake)
{
  json_object_put (fake->effects);
  fake->effects = json_object_new_array ();
}

static void
try_bootstrap (struct fake *fake, const char *error, const char *wanted)
{
  kbsh_autofree char *told = NULL;
  int failed = kubelet_bootstrap (&fake->ctx) != 0;
  told = story (fake);
  CHECK (failed == (error != NULL));
  if (error ? !strstr (fake_error (fake), error) : failed)
    CHECK_TEXT (fake_error (fake), error);
  CHECK_TEXT (told, wanted);
}

#define UNIT "{'to': 'unit kubelet', 'known': true}"
#define RUNNING "{'to': 'unit kubelet', 'known': true, 'active': true}"
#define FILES                                                                  \
  "file ca.crt, file bootstrap-kubelet.conf!, file kubeadm-flags.env, "        \
  "file config.yaml"

static void
test_bootstrap (void)
{
  struct fake fake;
  kbsh_autofree char *folders = NULL, *whole = NULL;
  kbsh_autofree char *flags
      = kbsh_text ("%s/kubelet/kubeadm-flags.env", folder);
  const char *slash = strrchr (folder, '/') + 1;
  folders
      = kbsh_text ("dir %s, dir %s, unit stop, dir kubelet, ", slash, slash);
  whole = kbsh_text ("%s" FILES ", unit start", folders);
  begin (&fake, UNIT);
  try_bootstrap (&fake, NULL, whole);
  CHECK_TEXT (fake_file (&fake, flags),
              "KUBELET_KUBEADM_ARGS=\"--a=b --hostname-override=w1 "
              "--register-with-taints=k=v:NoSchedule,e:NoExecute\"\n");
  fake_close (&fake);
  /* a control plane's taints are a later step's */
  begin (&fake, UNIT);
  kbsh_json_set (&fake.world, "/inputs/config/control-plane",
                 json_object_new_boolean (1), NULL);
  try_bootstrap (&fake, NULL, whole);
  CHECK (!strstr (fake_file (&fake, flags), "taints"));
  fake_close (&fake);
}

static void
test_name (void)
{
  struct fake fake;
  begin (&fake,
         "{'to': 'GET " NODE "', 'status': 200, 'body': {'status':"
         " {'conditions': [{'type': 'Ready', 'status': 'True'}]}}}," UNIT);
  try_bootstrap (&fake, "the name w1 is taken", "");
  CHECK (strstr (fake_error (&fake), "kubectl delete node w1"));
  fake_close (&fake);
  /* one that is gone may come back */
  begin (&fake,
         "{'to': 'GET " NODE "', 'status': 200, 'body': {'status':"
         " {'conditions': [{'type': 'Ready', 'status': 'Unknown'}]}}}," UNIT);
  CHECK (!kubelet_bootstrap (&fake.ctx));
  fake_close (&fake);
  begin (&fake, "{'to': 'GET " NODE "', 'status': 403}," UNIT);
  try_bootstrap (&fake, "whether the name w1 is free", "");
  fake_close (&fake);
}

static void
test_ca (void)
{
  struct fake fake;
  kbsh_autofree char *loose = kbsh_text ("comment\n\n%s\r\n \n", ca);
  kbsh_autofree char *path = kbsh_text ("%s/ca.crt", folder);
  kbsh_autofree char *twice = kbsh_text ("%s%s", ca, ca);
  begin (&fake, UNIT);
  add_file (&fake, "ca.crt", loose);
  CHECK (!kubelet_bootstrap (&fake.ctx));
  CHECK_TEXT (fake_file (&fake, path), loose);
  fake_close (&fake);
  begin (&fake, UNIT);
  add_file (&fake, "ca.crt", other_ca);
  try_bootstrap (&fake, "ca.crt is another CA's", "");
  fake_close (&fake);
  CHECK (!kubelet_same_certificates (ca, twice));
  CHECK (!kubelet_same_certificates (ca, ""));
  CHECK (!kubelet_same_certificates ("", ca));
}

/* A node that has joined has kubelet.conf, and its certificate beside it. */
static void
add_joined (struct fake *fake, const char *authority)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *tree = kubeconfig (authority, "default-auth");
  kbsh_autofree char *text = kbsh_yaml_text (tree, &err);
  add_real (fake, "kubelet.conf", text);
  add_real (fake, "kubelet/pki/kubelet-client-current.pem", leaf);
}

static void
test_joined (void)
{
  struct fake fake;
  kbsh_autofree char *dirs = NULL;
  dirs = kbsh_text ("dir %s, unit stop, dir kubelet, file ca.crt, "
                    "file kubeadm-flags.env, file config.yaml, unit start",
                    strrchr (folder, '/') + 1);
  begin (&fake,
         "{'to': 'GET " NODE "', 'status': 200, 'body': {'status':"
         " {'conditions': [{'type': 'Ready', 'status': 'True'}]}}}," UNIT);
  add_joined (&fake, ca);
  try_bootstrap (&fake, NULL, dirs);
  fake_close (&fake);
  begin (&fake, UNIT);
  add_joined (&fake, other_ca);
  try_bootstrap (&fake, "this machine is a node of another cluster", "");
  fake_close (&fake);
  begin (&fake, UNIT);
  kbsh_json_set_string (
      &fake.world,
      "/inputs/config/init/nodeRegistration/kubeletExtraArgs/0"
      "/value",
      "w2", NULL);
  add_joined (&fake, ca);
  try_bootstrap (&fake, "has joined under another name", "");
  fake_close (&fake);
  remove_real ();
}

#define GET_NODE(status) "{'to': 'GET " NODE "', 'status': " status "}"

/* With its files as they shall be, a kubelet that runs is left alone, unless
 * its node was deleted: then it has to make it again. */
static void
test_running (void)
{
  struct fake fake;
  kbsh_autofree char *told = NULL;
  begin (&fake, UNIT "," UNIT "," UNIT "," RUNNING "," RUNNING "," GET_NODE (
                    "200") "," GET_NODE ("200") "," GET_NODE ("404"));
  add_joined (&fake, ca);
  CHECK (!kubelet_bootstrap (&fake.ctx));
  forget (&fake);
  CHECK_TEXT (kubelet_bootstrap (&fake.ctx) ? fake_error (&fake) : "", "");
  told = story (&fake);
  CHECK (!strstr (told, "unit"));
  forget (&fake);
  free (told);
  CHECK_TEXT (kubelet_bootstrap (&fake.ctx) ? fake_error (&fake) : "", "");
  told = story (&fake);
  CHECK (strstr (told, "unit stop") && strstr (told, "unit start"));
  fake_close (&fake);
  remove_real ();
}

/* A request for a certificate as the API server shows it. */
static char *
request_of (const char *node, const char *status)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autofree char *name = kbsh_text ("system:node:%s", node);
  kbsh_autofree char *pem = kbsh_pki_request (key, name, &err);
  kbsh_autofree char *data = kbsh_base64 (pem, strlen (pem));
  return kbsh_text ("{'metadata': {'name': 'csr-%s', 'creationTimestamp':"
                    " '2021-01-01T00:00:00Z'}, 'spec': {'request': '%s'},"
                    " 'status': {%s}}",
                    node, data, status);
}

#define CONDITION(type)                                                        \
  "'conditions': [{'type': '" type "', 'reason': 'r', 'message': 'm'}]"

static void
try_wait (const char *node, const char *status, const char *error)
{
  struct fake fake;
  kbsh_autofree char *item = request_of (node, status);
  kbsh_autofree char *answers = kbsh_text ("%s%s%s", ANSWER, item, LOG);
  kbsh_autofree char *told = NULL;
  begin (&fake, answers);
  CHECK (kubelet_wait_bootstrap (&fake.ctx) == -1);
  if (!strstr (fake_error (&fake), error))
    CHECK_TEXT (fake_error (&fake), error);
  told = story (&fake);
  CHECK (strstr (told, "remove bootstrap-kubelet.conf"));
  fake_close (&fake);
}

static void
test_wait (void)
{
  struct fake fake;
  kbsh_autofree char *told = NULL;
  try_wait ("w1", "", "csr-w1 waits: nobody has approved it");
  try_wait ("w1", CONDITION ("Approved"), "nobody has signed it");
  try_wait ("w1", CONDITION ("Denied"), "csr-w1 was denied: r: m");
  try_wait ("w1", CONDITION ("Failed"), "csr-w1 was not signed: r: m");
  try_wait ("w1", "'certificate': 'x'", "has not fetched its certificate");
  try_wait ("w11", "", "the cluster has no request for this node");
  try_wait ("ww1", "", "last words");
  begin (&fake, "{'to': 'GET " REQUESTS "', 'status': 0, 'reason': 'refused'}");
  CHECK (kubelet_wait_bootstrap (&fake.ctx) == -1);
  CHECK (strstr (fake_error (&fake), "no answer from the API server"));
  fake_close (&fake);
  begin (&fake, "{'to': 'GET " NODE "', 'status': 200, 'body': {}},"
                " {'to': 'PATCH " NODE "', 'status': 200}");
  add_joined (&fake, ca);
  CHECK (!kubelet_wait_bootstrap (&fake.ctx));
  told = story (&fake);
  CHECK_TEXT (told, "remove bootstrap-kubelet.conf, request ");
  CHECK (strstr (fake_effects (&fake), "example.com/socket"));
  fake_close (&fake);
  remove_real ();
}

int
main (void)
{
  kbsh_autofree char *tree = NULL, *command = NULL;
  CHECK (mkdtemp (folder) != NULL);
  tree = kbsh_text ("%s/kubelet", folder);
  CHECK (!mkdir (tree, 0700));
  command = kbsh_text ("%s/pki", tree);
  CHECK (!mkdir (command, 0700));
  make_certificates ();
  test_bootstrap ();
  test_name ();
  test_ca ();
  test_joined ();
  test_running ();
  test_wait ();
  CHECK (!rmdir (command) && !rmdir (tree) && !rmdir (folder));
  free (ca);
  free (other_ca);
  free (leaf);
  free (key);
  return check_result ();
}
