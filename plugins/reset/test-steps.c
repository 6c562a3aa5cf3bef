/* SPDX-License-Identifier: Apache-2.0
 *
 * What a reset refuses to empty, step by step, and how it takes this machine
 * out of the cluster's list.
 */
#include "reset.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>

#include "sdk/test/check.h"
#include "sdk/test/fake-host.h"

/* A service's function with these inputs: it asks for these effects, or fails
 * with this error and asks for none. */
static void
try_it (int (*run) (struct kbsh_ctx *), const char *inputs, const char *effects,
        const char *error)
{
  struct fake fake;
  kbsh_autofree char *world = kbsh_text ("{'inputs': {%s}}", inputs);
  fake_open (&fake, world);
  CHECK (!run (&fake.ctx) == !error);
  if (error ? !strstr (fake_error (&fake), error) : fake.has_failed)
    CHECK_TEXT (fake_error (&fake), error);
  CHECK_TEXT (fake_effects (&fake), effects);
  fake_close (&fake);
}

#define EMPTIED(folder)                                                        \
  "[{\"effect\":\"remove-tree\",\"flags\":128,\"path\":\"" folder "\"}]"

static void
test_empty (void)
{
  try_it (empty_run, "'folder': '/data/x'", EMPTIED ("/data/x"), NULL);
  try_it (empty_run, "'folder': '/etc'", "[]", "/etc, is not emptied");
  try_it (empty_run, "", "[]", "is not emptied");
}

static char folder[] = "/tmp/test-reset-XXXXXX";

static void
touch (const char *name)
{
  kbsh_autofree char *path = kbsh_text ("%s/%s", folder, name);
  CHECK (!mkdir (path, 0700));
}

static void
take_away (const char *name)
{
  kbsh_autofree char *path = kbsh_text ("%s/%s", folder, name);
  CHECK (!rmdir (path));
}

static void
test_etcd (void)
{
  kbsh_autofree char *ours = kbsh_text ("'folder': '%s'", folder);
  kbsh_autofree char *emptied = kbsh_text (EMPTIED ("%s"), folder);
  try_it (etcd_data_run, "'folder': '/var/lib'", "[]", "is not emptied");
  /* what has no data of etcd is somebody's */
  try_it (etcd_data_run, ours, "[]", NULL);
  touch ("member");
  try_it (etcd_data_run, ours, emptied, NULL);
  take_away ("member");
}

#define PATHS(pki, kubelet)                                                    \
  "'config': {'paths': {'pki': '" pki "', 'kubelet': '" kubelet "'}}"

static void
test_look (void)
{
  kbsh_autofree char *ours
      = kbsh_text (PATHS ("%s", "/nowhere/kubelet"), folder);
  try_it (look_run, PATHS ("/nowhere/pki", "/nowhere/kubelet"), "[]", NULL);
  try_it (look_run, PATHS ("/etc", "/nowhere/kubelet"), "[]",
          "the folder of the certificates, /etc, is not emptied");
  try_it (look_run, PATHS ("/nowhere/pki", "/var/lib"), "[]",
          "the kubelet's folder, /var/lib, is not emptied");
  /* a folder with something else in it */
  try_it (look_run, ours, "[]", NULL);
  touch ("photos");
  try_it (look_run, ours, "[]", "is no folder of certificates");
  touch ("etcd");
  try_it (look_run, ours, "[]", NULL);
  take_away ("etcd");
  take_away ("photos");
}

#define MAP                                                                    \
  "https://h:6443/api/v1/namespaces/kube-system/configmaps/kubeadm-config"
#define GET                                                                    \
  "{'to': 'GET " MAP "', 'status': 200, 'body': {'data': {'ClusterStatus':"    \
  " 'apiEndpoints: {n1: {advertiseAddress: 10.0.0.1}, n2: {advertiseAddress:"  \
  " 10.0.0.2}}'}}}"
#define PUT(status) "{'to': 'PUT " MAP "', 'status': " status "}"

/* The list as it was sent, the last time, after so many requests. */
static void
status (const char *answers, size_t requests, const char *error)
{
  struct fake fake;
  kbsh_autofree char *world = kbsh_text (
      "{'inputs': {'config': {'paths': {'manifests': '/m'}}, 'kubeconfig':"
      " {'current-context': 'x', 'clusters': [{'name': 'c', 'cluster':"
      " {'server': 'https://h:6443'}}], 'users': [{'name': 'u', 'user':"
      " {'token': 't'}}], 'contexts': [{'name': 'x', 'context': {'cluster':"
      " 'c', 'user': 'u'}}]}}, 'files': {'/m/kube-apiserver.yaml': '{metadata:"
      " {annotations: {kubeadm.kubernetes.io/kube-apiserver.advertise-address"
      ".endpoint: \\\"10.0.0.2:6443\\\"}}}'}, 'answers': [%s]}",
      answers);
  json_object *last;
  fake_open (&fake, world);
  CHECK (!status_run (&fake.ctx) == !error);
  if (error ? !strstr (fake_error (&fake), error) : fake.has_failed)
    CHECK_TEXT (fake_error (&fake), error);
  CHECK (json_object_array_length (fake.effects) == requests);
  last = json_object_array_get_idx (fake.effects, requests - 1);
  if (!error)
    CHECK (strstr (kbsh_json_string (last, "/body", ""), "10.0.0.1")
           && !strstr (kbsh_json_string (last, "/body", ""), "10.0.0.2"));
  fake_close (&fake);
}

static void
test_status (void)
{
  kbsh_autofree char *contested = NULL;
  struct kbsh_buffer all = { 0 };
  status (GET "," PUT ("200"), 2, NULL);
  /* others change it meanwhile */
  status (GET "," PUT ("409") "," GET "," PUT ("200"), 4, NULL);
  for (int i = 0; i < 10; i++)
    kbsh_buffer_puts (&all, GET "," PUT ("409") ",");
  kbsh_buffer_puts (&all, GET);
  contested = kbsh_buffer_take (&all);
  status (contested, 20, "others change it all the time");
  status (GET "," PUT ("403"), 2, "403");
}

int
main (void)
{
  if (!mkdtemp (folder))
    return 1;
  test_empty ();
  test_etcd ();
  test_look ();
  test_status ();
  CHECK (!rmdir (folder));
  return check_result ();
}
