/* SPDX-License-Identifier: Apache-2.0
 *
 * What is said when a kubelet gets no certificate, and done when it does.
 */
#include "wait.h"

#include "test-kit.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/pki.h>
#include <kbsh/text.h>

#include <unistd.h>

#include "sdk/test/check.h"

#define REQUESTS                                                               \
  SERVER "/apis/certificates.k8s.io/v1/certificatesigningrequests"             \
         "?fieldSelector=spec.signerName%3Dkubernetes.io%2F"                   \
         "kube-apiserver-client-kubelet"
#define ANSWER "{'to': 'GET " REQUESTS "', 'status': 200, 'body': {'items': ["
#define LOG                                                                    \
  "]}}, {'to': 'journalctl --unit=kubelet --no-pager --output=cat"             \
  " --lines=8', 'out': 'last words'}"

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
  CHECK (strstr (told, "remove-secret bootstrap-kubelet.conf"));
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
                " {'to': 'PATCH " NODE "', 'status': 0, 'reason': 'busy'},"
                " {'to': 'PATCH " NODE "', 'status': 200}");
  add_joined (&fake, ca, leaf);
  CHECK (!kubelet_wait_bootstrap (&fake.ctx));
  told = story (&fake);
  CHECK_TEXT (told, "remove-secret bootstrap-kubelet.conf, request , request ");
  CHECK (strstr (fake_effects (&fake), "example.com/socket"));
  fake_close (&fake);
  remove_real ();
}

/* kubelet.conf alone does not do: the kubelet writes it before it asks. */
static void
test_no_certificate (void)
{
  struct fake fake;
  kbsh_autofree char *pem
      = kbsh_text ("%s/kubelet/pki/kubelet-client-current.pem", folder);
  begin (&fake, ANSWER LOG);
  add_joined (&fake, ca, leaf);
  CHECK (!unlink (pem));
  CHECK (kubelet_wait_bootstrap (&fake.ctx) == -1);
  CHECK (strstr (fake_error (&fake), "the cluster has no request"));
  fake_close (&fake);
  remove_real ();
}

/* Looks at these, one after the other: how many there are until there is no
 * point in waiting on; 0: there is. */
static int
looks (struct fake *fake, int count, const char *health)
{
  struct bootstrap_wait wait = { .node = (char *)"w1",
                                 .health = (char *)health,
                                 .begin = kbsh_now_ms () };
  int hopeless = 0, i;
  CHECK (!kbsh_kube_connect (&fake->ctx, &wait.kube));
  for (i = 0; i < count && !hopeless; i++)
    hopeless = wait_is_hopeless (&fake->ctx, &wait);
  kbsh_kube_close (&wait.kube);
  return hopeless ? i : 0;
}

static void
test_denied (void)
{
  struct fake fake;
  kbsh_autofree char *no = request_of ("w1", CONDITION ("Denied"));
  kbsh_autofree char *maybe = request_of ("w1", "");
  kbsh_autofree char *denied = kbsh_text ("%s%s]}}", ANSWER, no);
  kbsh_autofree char *pending = kbsh_text ("%s%s]}}", ANSWER, maybe);
  kbsh_autofree char *always = kbsh_text ("%s, %s, %s", denied, denied, denied);
  kbsh_autofree char *once
      = kbsh_text ("%s, %s, %s, %s", denied, pending, denied, denied);
  begin (&fake, always);
  CHECK (looks (&fake, 4, NULL) == 3);
  CHECK (strstr (fake_error (&fake), "csr-w1 was denied: r: m"));
  fake_close (&fake);
  begin (&fake, once);
  CHECK (!looks (&fake, 4, NULL) && !fake.has_failed);
  fake_close (&fake);
}

#define HEALTH "http://127.0.0.1:10248/healthz"

static void
test_dead (void)
{
  static const char *const answers[]
      = { "{'to': 'GET " HEALTH "', 'status': 0, 'reason': 'refused'}",
          /* that one is up */
          "{'to': 'GET " HEALTH "', 'status': 500}" };
  for (int dead = 0; dead < 2; dead++)
    {
      struct fake fake;
      begin (&fake, answers[!dead]);
      CHECK (!kbsh_json_set (&fake.world, "/inputs/config/timeouts/kubelet",
                             json_object_new_int (0), NULL));
      CHECK (looks (&fake, 1, HEALTH) == dead);
      CHECK (!dead == !strstr (fake_error (&fake), "does not come up"));
      fake_close (&fake);
    }
}

int
main (void)
{
  kit_begin ();
  test_wait ();
  test_no_certificate ();
  test_denied ();
  test_dead ();
  kit_end ();
  return check_result ();
}
