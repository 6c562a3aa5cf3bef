/* SPDX-License-Identifier: Apache-2.0
 *
 * The audit policy, a given one and ours, and exactly what is said of one that
 * is none; what a manifest needs, and takes from the user. That whole
 * manifests are kubeadm's is tests/render.
 */
#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>
#include <kbsh/yaml.h>

#include <stdlib.h>

#include "sdk/test/check.h"
#include "sdk/test/fake-host.h"

#define REMEDY "\nName a file with a Policy of audit.k8s.io/v1, or \"default\"."
#define POLICY                                                                 \
  "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: None}]\n"

extern const struct kbsh_module kbsh_module;
static char *data;

static int
run (struct fake *fake, const char *service)
{
  const struct kbsh_step_ops *ops = fake_ops (&kbsh_module, service);
  json_object_object_add (fake->world, "data", json_object_new_string (data));
  return ops->run (&fake->ctx);
}

static void
open_audit (struct fake *fake, const char *file, const char *content)
{
  json_object *inputs;
  fake_open (fake, "{'inputs': {'config': {'audit': {'policy': '/k/audit/p',"
                   " 'log': '/var/log/a/l'}}}}");
  inputs = kbsh_json_at (fake->world, "/inputs");
  kbsh_json_set_string (&inputs, "/file", file, NULL);
  fake_put_file (fake, "/my.yaml", content);
}

/* Nothing is changed then. */
static void
audit_says (const char *content, const char *wanted)
{
  struct fake fake;
  open_audit (&fake, "/my.yaml", content);
  CHECK (run (&fake, "controlplane.audit-policy"));
  CHECK_TEXT (fake_error (&fake), wanted);
  CHECK_TEXT (fake_effects (&fake), "[]");
  fake_close (&fake);
}

#define UNUSABLE "the audit policy /my.yaml cannot be used: "

static void
test_audit (void)
{
  struct fake fake;
  audit_says (NULL, UNUSABLE "there is no such file" REMEDY);
  audit_says ("kind: [",
              UNUSABLE "/my.yaml:2:1: not valid YAML: did not find expected "
                       "node content while parsing a flow node" REMEDY);
  audit_says (POLICY "---\n" POLICY,
              UNUSABLE "/my.yaml has to hold exactly one document" REMEDY);
  audit_says ("kind: Policy\napiVersion: policy/v1\nrules: [{}]\n",
              UNUSABLE "it must be of the kind Policy of audit.k8s.io/v1 with "
                       "a list of rules" REMEDY);
  audit_says ("kind: Policy\napiVersion: audit.k8s.io/v1\n",
              UNUSABLE "it must be of the kind Policy of audit.k8s.io/v1 with "
                       "a list of rules" REMEDY);
  open_audit (&fake, "/my.yaml", POLICY);
  CHECK (!run (&fake, "controlplane.audit-policy"));
  CHECK_TEXT (fake_file (&fake, "/k/audit/p"), POLICY);
  CHECK_TEXT (kbsh_json_string (fake.effects, "/0/path", ""), "/k/audit");
  CHECK_TEXT (kbsh_json_string (fake.effects, "/1/path", ""), "/var/log/a");
  CHECK_TEXT (kbsh_json_string (fake.effects, "/2/mode", ""), "0600");
  fake_close (&fake);
  open_audit (&fake, "default", NULL);
  CHECK (!run (&fake, "controlplane.audit-policy"));
  CHECK (strstr (fake_file (&fake, "/k/audit/p"), "kind: Policy\n"));
  fake_close (&fake);
}

static void
open_manifest (struct fake *fake, const char *more)
{
  kbsh_autofree char *world = kbsh_text (
      "{'inputs': {'component': 'kube-scheduler', 'config': {"
      "  'paths': {'manifests': '/m'}, %s,"
      "  'cluster': {'scheduler': {'extraArgs': ["
      "    {'name': 'v', 'value': '4'}, {'name': 'mine', 'value': 'x'}]}}}}}",
      more);
  fake_open (fake, world);
}

#define TABLE                                                                  \
  "'release': {'components': {'kube-scheduler': {"                             \
  "  'config': 'scheduler', 'flags': {'v': '2', 'own': 'y'}}}}"

static void
manifest_says (const char *more, const char *wanted)
{
  struct fake fake;
  open_manifest (&fake, more);
  CHECK (run (&fake, "controlplane.manifest"));
  CHECK_TEXT (fake_error (&fake), wanted);
  CHECK_TEXT (fake_effects (&fake), "[]");
  fake_close (&fake);
}

static void
test_manifest (void)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  const char *text;
  struct fake fake;
  manifest_says ("'release': {'components': {}}",
                 "the release does not know the component kube-scheduler: its "
                 "table (components) does not name it\n"
                 "Use a version of Kubernetes that this kbsh has a table for.");
  manifest_says (TABLE,
                 "the manifest of kube-scheduler cannot be written: the "
                 "configuration has no image for it\n"
                 "Use a version of Kubernetes that this kbsh has a table for.");
  open_manifest (&fake, TABLE ", 'images': {'kube-scheduler': 'r/s:v1'}");
  CHECK (!run (&fake, "controlplane.manifest"));
  CHECK_TEXT (fake_error (&fake), "");
  text = fake_file (&fake, "/m/kube-scheduler.yaml");
  kbsh_autojson json_object *pod
      = text ? kbsh_yaml_one ("m", text, strlen (text), &err) : NULL;
  CHECK_TEXT (
      kbsh_json_text (kbsh_json_at (pod, "/spec/containers/0/command"), 1),
      "[\"kube-scheduler\",\"--mine=x\",\"--own=y\",\"--v=4\"]");
  CHECK_TEXT (kbsh_json_string (pod, "/spec/containers/0/image", ""), "r/s:v1");
  fake_close (&fake);
}

int
main (void)
{
  const char *top = getenv ("top_srcdir");
  data = kbsh_text ("%s/plugins/controlplane", top ? top : ".");
  test_audit ();
  test_manifest ();
  free (data);
  return check_result ();
}
