/* SPDX-License-Identifier: Apache-2.0
 *
 * How a kubelet joins: what stops it before anything is written, and what is
 * written in which order.
 */
#include "kubelet.h"

#include "test-kit.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>

#include "sdk/test/check.h"

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
  kbsh_autofree char *folders = NULL, *whole = NULL, *told = NULL;
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
  /* no copy is kept of the credential before; the same one stays */
  begin (&fake, UNIT "," UNIT "," UNIT "," UNIT);
  add_file (&fake, "bootstrap-kubelet.conf", "old");
  CHECK (!kubelet_bootstrap (&fake.ctx));
  told = story (&fake);
  CHECK (strstr (told, "remove-secret bootstrap-kubelet.conf, "
                       "file bootstrap-kubelet.conf!"));
  forget (&fake);
  free (told);
  CHECK (!kubelet_bootstrap (&fake.ctx));
  told = story (&fake);
  CHECK (!strstr (told, "remove-secret"));
  fake_close (&fake);
  /* a control plane's taints are a later step's */
  begin (&fake, UNIT);
  kbsh_json_set (&fake.world, "/inputs/config/control-plane",
                 json_object_new_boolean (1), NULL);
  try_bootstrap (&fake, NULL, whole);
  CHECK (!strstr (fake_file (&fake, flags), "taints"));
  fake_close (&fake);
  /* unless the release would lose them */
  begin (&fake, UNIT);
  kbsh_json_set (&fake.world, "/inputs/config/control-plane",
                 json_object_new_boolean (1), NULL);
  kbsh_json_set (&fake.world, "/inputs/config/release/node/register-taints",
                 json_object_new_boolean (1), NULL);
  try_bootstrap (&fake, NULL, whole);
  CHECK (strstr (fake_file (&fake, flags), "taints=k=v:NoSchedule,e:"));
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
  /* asked by itself */
  begin (&fake,
         "{'to': 'GET " NODE "', 'status': 200, 'body': {'status':"
         " {'conditions': [{'type': 'Ready', 'status': 'True'}]}}}");
  CHECK (kubelet_name_run (&fake.ctx) == -1);
  CHECK (strstr (fake_error (&fake), "the name w1 is taken"));
  fake_close (&fake);
  begin (&fake, UNIT);
  CHECK (kubelet_name_run (&fake.ctx) == 0);
  fake_close (&fake);
  /* this machine's own node, and that of another cluster */
  begin (&fake, "{'to': 'GET " NODE "', 'status': 200, 'body': {'status':"
                " {'conditions': [{'type': 'Ready', 'status': 'True'}]}}}");
  add_joined (&fake, ca, leaf);
  CHECK (kubelet_name_run (&fake.ctx) == 0);
  fake_close (&fake);
  begin (&fake, UNIT);
  add_joined (&fake, other_ca, leaf);
  CHECK (kubelet_name_run (&fake.ctx) == -1);
  fake_close (&fake);
  remove_real ();
  /* one that is gone may come back */
  begin (&fake, "{'to': 'GET " NODE "', 'status': 200, 'body': {'status':"
                " {'conditions': [{'type': 'MemoryPressure', 'status': 'True'},"
                " {'type': 'Ready', 'status': 'Unknown'}]}}}," UNIT);
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
  add_joined (&fake, ca, leaf);
  try_bootstrap (&fake, NULL, dirs);
  fake_close (&fake);
  begin (&fake, UNIT);
  add_joined (&fake, other_ca, leaf);
  try_bootstrap (&fake, "this machine is a node of another cluster", "");
  fake_close (&fake);
  begin (&fake, UNIT);
  kbsh_json_set_string (
      &fake.world,
      "/inputs/config/init/nodeRegistration/kubeletExtraArgs/0"
      "/value",
      "w2", NULL);
  add_joined (&fake, ca, leaf);
  try_bootstrap (&fake, "has joined under another name", "");
  fake_close (&fake);
  /* an expired certificate is none: it comes in by the token again */
  begin (&fake, UNIT);
  add_joined (&fake, ca, expired);
  CHECK (!kubelet_bootstrap (&fake.ctx));
  CHECK (strstr (fake_effects (&fake), "/bootstrap-kubelet.conf"));
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
  add_joined (&fake, ca, leaf);
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

int
main (void)
{
  kit_begin ();
  test_bootstrap ();
  test_name ();
  test_ca ();
  test_joined ();
  test_running ();
  kit_end ();
  return check_result ();
}
