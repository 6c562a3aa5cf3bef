/* SPDX-License-Identifier: Apache-2.0
 *
 * kubeconfig files: what one is made of, and exactly what is said of one that
 * is there and cannot be used, which is left as it is.
 */
#include <kbsh/json.h>
#include <kbsh/kube.h>
#include <kbsh/text.h>
#include <kbsh/yaml.h>

#include "sdk/test/check.h"
#include "sdk/test/fake-pki.h"

#define PATH "/k/admin.conf"
#define UNUSABLE "the kubeconfig file " PATH " cannot be used: "
#define REMEDY                                                                 \
  "\nMove the file away so that a new one is made, or put the CA that it "     \
  "names into its place. Nothing was changed."

extern const struct kbsh_module kbsh_module;
static char *ca, *ca_key;
static int64_t soon;

static int
run (struct fake *fake)
{
  const struct kbsh_step_ops *ops = fake_ops (&kbsh_module, "kubeconfig.file");
  return ops->run (&fake->ctx);
}

static void
open_host (struct fake *fake, const char *its_ca, const char *content)
{
  fake_open (fake,
             "{'inputs': {'name': 'admin', 'config': {"
             "  'paths': {'pki': '/pki', 'kubeconfigs': '/k'},"
             "  'cluster': {'clusterName': 'kubernetes'},"
             "  'certificates': {'ca': {'base': 'ca'}}, 'kubeconfigs': {"
             "    'admin': {'file': 'admin.conf', 'ca': 'ca',"
             "      'server': 'https://h:6443', 'user': 'kubernetes-admin',"
             "      'commonName': 'kubernetes-admin', 'validity': 3600,"
             "      'algorithm': 'ECDSA-P384'}}}}}");
  fake->host.call = fake_sign;
  fake_put_file (fake, "/pki/ca.crt", its_ca);
  fake_put_file (fake, PATH, content);
}

static void
says (const char *its_ca, const char *content, const char *wanted)
{
  struct fake fake;
  open_host (&fake, its_ca, content);
  CHECK (run (&fake) == (*wanted ? -1 : 0));
  if (!strncmp (fake_error (&fake), wanted, strlen (wanted)) && *wanted)
    CHECK (strstr (fake_error (&fake), "\n"));
  else
    CHECK_TEXT (fake_error (&fake), wanted);
  CHECK_TEXT (fake_effects (&fake), "[]");
  fake_close (&fake);
}

/* The text of one with this CA and server. */
static char *
kubeconfig (const char *its_ca, const char *server)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct kbsh_kubeconfig content = { .cluster = "kubernetes",
                                     .server = server,
                                     .ca = its_ca,
                                     .user = "kubernetes-admin",
                                     .certificate = ca,
                                     .key = ca_key };
  kbsh_autojson json_object *tree = kbsh_kubeconfig (&content, &err);
  return fake_made (tree ? kbsh_yaml_text (tree, &err) : NULL, &err);
}

static void
test_existing (void)
{
  kbsh_autofree char *other = fake_ca (ca_key, soon - 60);
  kbsh_autofree char *expired = fake_ca (ca_key, 1577934245);
  kbsh_autofree char *good = kubeconfig (ca, "https://h:6443");
  kbsh_autofree char *another = kubeconfig (other, "https://h:6443");
  kbsh_autofree char *elsewhere = kubeconfig (ca, "https://other:6443");
  struct fake fake;
  says (ca, good, "");
  says (ca, another, UNUSABLE "it has another CA's certificate" REMEDY);
  says (ca, "a: [",
        UNUSABLE PATH ":2:1: not valid YAML: did not find expected node "
                      "content while parsing a flow node" REMEDY);
  says (ca, "", UNUSABLE PATH " has to hold exactly one document" REMEDY);
  says (ca, "kind: Config\n",
        UNUSABLE "its current context names no cluster in it" REMEDY);
  says (expired, NULL,
        "the CA /pki/ca.crt cannot be used: it expired at "
        "2020-01-02T03:04:05Z; now is ");
  says (NULL, NULL,
        "the CA's certificate /pki/ca.crt is needed: there is no such file\n"
        "Make the CA first: kbsh init phase certs begins with it.");
  open_host (&fake, ca, elsewhere);
  CHECK (!run (&fake));
  CHECK_TEXT (kbsh_json_string (fake.logs, "/0", ""),
              PATH " has another server than expected: https://other:6443, "
                   "not https://h:6443");
  fake_close (&fake);
}

/* Made with a key of the kind asked for, for root alone; read back as ours. */
static void
test_made (void)
{
  struct kbsh_kube kube = { 0 };
  struct fake fake;
  open_host (&fake, ca, NULL);
  CHECK (!run (&fake));
  CHECK_TEXT (fake_error (&fake), "");
  CHECK_TEXT (kbsh_json_string (fake.effects, "/2/path", ""), PATH);
  CHECK_TEXT (kbsh_json_string (fake.effects, "/2/mode", ""), "0600");
  CHECK (kbsh_json_bool (fake.effects, "/2/secret", 0));
  CHECK (!kbsh_kube_open (&fake.ctx, PATH, &kube));
  CHECK_TEXT (kube.server, "https://h:6443");
  CHECK_TEXT (kube.ca, ca);
  CHECK_TEXT (kube.user, "kubernetes-admin");
  CHECK_TEXT (fake_key_kind (kube.key ? kube.key : ""), "ECDSA-384");
  kbsh_kube_close (&kube);
  CHECK (!run (&fake)); /* and the second time it is there */
  CHECK (json_object_array_length (fake.effects) == 3);
  fake_close (&fake);
}

int
main (void)
{
  soon = time (NULL) + 7000;
  ca_key = fake_key ("ECDSA-P256");
  ca = fake_ca (ca_key, soon);
  fake_signer = ca;
  fake_signer_key = ca_key;
  test_existing ();
  test_made ();
  free (ca);
  free (ca_key);
  return check_result ();
}
