/* SPDX-License-Identifier: Apache-2.0
 *
 * What real etcds do not do when asked to: the faults that a member and a
 * cluster can have. (test-real.sh has the rest.)
 */
#include "etcd.h"

#include <kbsh/json.h>
#include <kbsh/text.h>
#include <kbsh/yaml.h>

#include "sdk/test/check.h"
#include "sdk/test/fake-host.h"
#include "sdk/test/fake-pki.h"

#define A "https://10.0.0.1:2379"
#define B "https://10.0.0.2:2379"
#define OWN "https://10.0.0.3:2379"
#define LIST(at, members)                                                      \
  "{'to': 'POST " at "/v3/cluster/member/list', 'status': 200,"                \
  " 'body': {'members': [" members "]}},"
#define MEMBER(id, name, host, more)                                           \
  "{'ID': '" id "', 'name': '" name "',"                                       \
  " 'peerURLs': ['https://" host ":2380'],"                                    \
  " 'clientURLs': ['https://" host ":2379']" more "}"
#define ONE MEMBER ("17", "n1", "10.0.0.1", "")
#define TWO MEMBER ("18", "n2", "10.0.0.2", "")
#define LEARNER(id, host)                                                      \
  "{'ID': '" id "', 'peerURLs': ['https://" host ":2380'], 'isLearner': true}"
#define STATUS(at, index)                                                      \
  "{'to': 'POST " at "/v3/maintenance/status', 'status': 200,"                 \
  " 'body': {'leader': '17', 'raftAppliedIndex': '" index "'}},"
#define ANSWER(at, path, status, message)                                      \
  "{'to': 'POST " at "/v3/" path "', 'status': " status ","                    \
  " 'body': {'error': '" message "', 'code': 9}},"
#define DEAD(at, path, reason)                                                 \
  "{'to': 'POST " at "/v3/" path "', 'status': 0, 'reason': '" reason "'},"

static char *key, *certificate, *expired;

static char *
make (int64_t not_after)
{
  struct kbsh_certificate spec = { .common_name = "client",
                                   .usages = KBSH_USAGE_CLIENT,
                                   .not_before = not_after - 7200,
                                   .not_after = not_after };
  return fake_certificate (key, &spec, NULL, NULL);
}

/* The times that are waited are over at once. */
static void
open_world (struct fake *fake, const char *answers, const char *client)
{
  kbsh_autofree char *text = kbsh_text (
      "{'inputs': {'endpoints': ['" A "', '" B "'], 'config': {"
      " 'node': {'name': 'n3'}, 'timeouts': {'etcd-api': -1},"
      " 'init': {'localAPIEndpoint': {'advertiseAddress': '10.0.0.3'}},"
      " 'paths': {'pki': '/p', 'etcd': '/nowhere/etcd', 'manifests': '/m'}}},"
      " 'files': {'/p/etcd/ca.crt': 'CA'}, 'answers': [%s {'to': ''}]}",
      answers);
  json_object *files;
  fake_open (fake, text);
  files = kbsh_json_at (fake->world, "/files");
  json_object_object_add (files, "/p/etcd/healthcheck-client.crt",
                          json_object_new_string (client));
  json_object_object_add (files, "/p/etcd/healthcheck-client.key",
                          json_object_new_string (key));
}

/* The words of the error stand in this order. */
static void
says (int (*run) (struct kbsh_ctx *), const char *answers, const char *client,
      const char *first, const char *second)
{
  struct fake fake;
  const char *at;
  open_world (&fake, answers, client);
  CHECK (run (&fake.ctx));
  at = strstr (fake_error (&fake), first);
  CHECK (at);
  CHECK (at && strstr (at, second));
  if (!at || !strstr (at, second))
    fprintf (stderr, "  is: %s\n", fake_error (&fake));
  fake_close (&fake);
}

#define PODS                                                                   \
  "{'to': 'GET https://h:6443/api/v1/namespaces/kube-system/pods"              \
  "?labelSelector=component%%3Detcd%%2Ctier%%3Dcontrol-plane',"                \
  " 'status': 200, 'body': {'items': [%s]}},"
#define KUBECONFIG                                                             \
  "{'current-context': 'x',"                                                   \
  " 'clusters': [{'name': 'c', 'cluster': {'server': 'https://h:6443',"        \
  "   'certificate-authority-data': 'Q0E='}}],"                                \
  " 'users': [{'name': 'u', 'user': {'token': 't'}}],"                         \
  " 'contexts': [{'name': 'x', 'context': {'cluster': 'c', 'user': 'u'}}]}"

#define POD                                                                    \
  "{'metadata': {'annotations': {'kubeadm.kubernetes.io/"                      \
  "etcd.advertise-client-urls': '" B "'}}}"
#define SERVERS(addresses)                                                     \
  "{'to': 'GET https://h:6443/api/v1/namespaces/default/endpoints/kubernetes'" \
  ", 'status': 200, 'body': {'subsets': [{'addresses': [" addresses "]}]}},"

/* No Pod is seen at first: what is found when MORE is said then? */
static void
find (int sources, int limit, const char *more, const char *found)
{
  struct fake fake;
  struct etcd etcd = { 0 };
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autofree char *answers = kbsh_text (PODS "%s" PODS, "", more, POD);
  open_world (&fake, answers, certificate);
  kbsh_json_remove (fake.world, "/inputs/endpoints");
  CHECK (!kbsh_json_set (&fake.world, "/inputs/config/timeouts/etcd-api",
                         json_object_new_int (limit), NULL));
  CHECK (!kbsh_json_set (
      &fake.world, "/inputs/kubeconfig",
      kbsh_yaml_one ("kubeconfig", KUBECONFIG, strlen (KUBECONFIG), &err),
      &err));
  CHECK (etcd_open (&fake.ctx, sources, &etcd) == (found ? 0 : -1));
  if (found)
    CHECK_TEXT (kbsh_json_text (etcd.endpoints, 0), found);
  else
    CHECK (strstr (fake_error (&fake), "etcd was not found"));
  etcd_close (&etcd);
  fake_close (&fake);
}

/* The Pods are asked for until one is there, for who would join; but who is
 * where an API server is need not be waited for. */
static void
test_find (void)
{
  const char *one = SERVERS ("{'ip': '10.0.0.1'}") LIST (A, ONE "," TWO);
  const char *silent = SERVERS ("{'ip': '10.0.0.1'}, {'ip': 'fd00::1'}")
      DEAD (A, "cluster/member/list", "refused")
          DEAD ("https://[fd00::1]:2379", "cluster/member/list", "no route");
  find (ETCD_PODS | ETCD_AWAIT, 10000, "", "[\"" B "\"]");
  find (ETCD_PODS | ETCD_AWAIT, -1, "", NULL);
  find (ETCD_PODS, 10000, "", NULL);
  find (ETCD_PODS | ETCD_AWAIT, -1, one, "[\"" A "\",\"" B "\"]");
  find (ETCD_PODS, -1, one, "[\"" A "\",\"" B "\"]");
  const char *second = SERVERS ("{'ip': '10.0.0.9'}, {'ip': '10.0.0.1'}")
      DEAD ("https://10.0.0.9:2379", "cluster/member/list", "no route")
          LIST (A, ONE);
  const char *other = SERVERS ("{'ip': '10.0.0.1'}")
      ANSWER (A, "cluster/member/list", "504", "context deadline exceeded");
  const char *refused = "{'to': 'GET https://h:6443/api/v1/namespaces/default/"
                        "endpoints/kubernetes', 'status': 403},";
  find (ETCD_PODS | ETCD_AWAIT, -1, second,
        "[\"https://10.0.0.9:2379\",\"" A "\"]");
  find (ETCD_PODS | ETCD_AWAIT, 10000, silent, "[\"" B "\"]");
  find (ETCD_PODS | ETCD_AWAIT, 10000, other, "[\"" B "\"]");
  find (ETCD_PODS | ETCD_AWAIT, 10000, refused, "[\"" B "\"]");
  find (ETCD_PODS | ETCD_AWAIT, -1, silent, NULL);
  find (ETCD_PODS, -1, other, NULL);
  find (ETCD_PODS, -1, refused, NULL);
}

static void
test_check (void)
{
  struct fake fake;
  open_world (&fake, LIST (A, ONE "," TWO) STATUS (A, "5") STATUS (B, "5"),
              certificate);
  CHECK (!check_run (&fake.ctx));
  CHECK (strstr (kbsh_json_text (fake.logs, 0), "etcd is healthy"));
  fake_close (&fake);
  /* a member without a leader; one that is joining does not count */
  says (check_run,
        LIST (A, ONE "," TWO "," LEARNER ("9", "10.0.0.9"))
            STATUS (A, "5") "{'to': 'POST " B
                            "/v3/maintenance/status', 'status': 200,"
                            " 'body': {'errors': ['etcdserver: no leader']}},",
        certificate, "etcd is not healthy",
        "n2 (member 12, https://10.0.0.2:2380): it knows no leader");
  says (check_run,
        DEAD (A, "cluster/member/list", "refused")
            DEAD (B, "cluster/member/list", "no route"),
        certificate, "etcd does not answer", A ": refused; " B ": no route");
  says (check_run, "", expired, "etcd cannot be asked", "valid until 20");
  says (check_run,
        "{'to': 'POST " A "/v3/cluster/member/list', 'status': 404},",
        certificate, "can't be listed", "enable-grpc-gateway=false");
  /* a lost member with this machine's name, or with its address */
  says (check_run, LIST (A, ONE "," MEMBER ("4096", "n3", "10.0.0.8", "")),
        certificate, "a member of this name or address already",
        "kbsh etcd member remove 1000");
  says (check_run, LIST (A, ONE "," MEMBER ("4096", "old", "10.0.0.3", "")),
        certificate, "a member of this name or address already",
        "kbsh etcd member remove 1000");
}

/* A learner does not list: the next one is asked, and stays the one. */
static void
test_next (void)
{
  struct fake fake;
  open_world (&fake,
              ANSWER (A, "cluster/member/list", "503",
                      "etcdserver: rpc not supported for learner") LIST (B, TWO)
                  STATUS (B, "5"),
              certificate);
  CHECK (!check_run (&fake.ctx));
  CHECK_TEXT (fake_error (&fake), "");
  fake_close (&fake);
}

static void
test_queue (void)
{
  says (join_run, LIST (A, ONE "," LEARNER ("255", "10.0.0.9")), certificate,
        "etcd took no new member", "kbsh etcd member remove ff");
  says (join_run,
        LIST (A, ONE "," TWO) ANSWER (A, "cluster/member/add", "412",
                                      "etcdserver: too many learner members"),
        certificate, "etcd took no new member", "too many learner");
  says (join_run,
        LIST (A, ONE "," TWO) ANSWER (A, "cluster/member/add", "503",
                                      "etcdserver: unhealthy cluster"),
        certificate, "etcd took no new member", "unhealthy cluster");
  says (join_run,
        LIST (A, ONE "," TWO) ANSWER (A, "cluster/member/add", "400",
                                      "etcdserver: given member URLs are "
                                      "invalid"),
        certificate, "etcd does not take https://10.0.0.3:2380", "invalid");
}

#define UP                                                                     \
  "{'to': 'call controlplane.manifest run', 'result': {}},"                    \
  "{'to': 'GET " OWN "/version', 'status': 200},"

/* One that never gets in sync is taken back out, with its manifest. */
static void
test_take_back (void)
{
  struct fake fake;
  const char *effects;
  open_world (&fake,
              LIST (A, ONE "," LEARNER ("255", "10.0.0.3")) UP STATUS (OWN, "5")
                  STATUS (A, "500")
                      LIST (A, ONE "," LEARNER ("255", "10.0.0.3"))
                          ANSWER (A, "cluster/member/remove", "200", ""),
              certificate);
  CHECK (join_run (&fake.ctx));
  CHECK (strstr (fake_error (&fake), "got no vote"));
  CHECK (strstr (fake_error (&fake), "5 of 500 entries"));
  effects = fake_effects (&fake);
  CHECK (strstr (effects, "POST " A "/v3/cluster/member/remove"));
  CHECK (strstr (effects, "10.0.0.1:2380,n3="));
  CHECK (strstr (effects, "\"/m/etcd.yaml\""));
  CHECK (!strstr (effects, "/member/promote"));
  CHECK (strstr (kbsh_json_text (fake.logs, 0), "Took member ff out"));
  fake_close (&fake);
}

/* What can't be taken back is said, and how. */
static void
test_stays (void)
{
  struct fake fake;
  open_world (&fake,
              LIST (A, ONE "," LEARNER ("255", "10.0.0.3")) UP STATUS (OWN, "5")
                  STATUS (A, "5") ANSWER (A, "cluster/member/promote", "404",
                                          "etcdserver: member not found")
                      DEAD (A, "cluster/member/remove", "refused")
                          DEAD (B, "cluster/member/remove", "refused"),
              certificate);
  CHECK (join_run (&fake.ctx));
  CHECK (strstr (fake_error (&fake), "this machine's member of etcd is gone"));
  CHECK (strstr (kbsh_json_text (fake.logs, 0), "kbsh etcd member remove ff"));
  fake_close (&fake);
}

#define MINE MEMBER ("19", "n3", "10.0.0.3", "")
#define NODE(name) "{'metadata': {'name': '" name "'}}"
#define NODES(status, items)                                                   \
  "{'to': 'GET https://h:6443/api/v1/nodes', 'status': " status ", 'body':"    \
  " {'items': [" items "]}},"

/* May this machine's member go? Whether it did is told by `removes`. */
static void
leaves (int (*run) (struct kbsh_ctx *), const char *answers, int force,
        const char *error, int removes)
{
  static const char manifest[]
      = "{spec: {containers: [{command: [etcd, --name=n3,"
        " '--initial-advertise-peer-urls=https://10.0.0.3:2380',"
        " '--advertise-client-urls=" OWN "']}]}}";
  struct fake fake;
  struct kbsh_error err = KBSH_ERROR_INIT;
  open_world (&fake, answers, certificate);
  kbsh_json_remove (fake.world, "/inputs/endpoints");
  fake_put_file (&fake, "/m/etcd.yaml", manifest);
  CHECK (!kbsh_json_set (&fake.world, "/inputs/force",
                         json_object_new_boolean (force), NULL));
  CHECK (!kbsh_json_set (
      &fake.world, "/inputs/kubeconfig",
      kbsh_yaml_one ("kubeconfig", KUBECONFIG, strlen (KUBECONFIG), &err),
      &err));
  CHECK (!run (&fake.ctx) == !error);
  if (error ? !strstr (fake_error (&fake), error) : fake.has_failed)
    CHECK_TEXT (fake_error (&fake), error);
  /* by another one, which goes on without it */
  CHECK (!strstr (fake_effects (&fake), "/member/remove") == !removes);
  CHECK (
      !removes
      || strstr (fake_effects (&fake), "POST " B "/v3/cluster/member/remove"));
  fake_close (&fake);
}

static void
test_leave (void)
{
  const char *others
      = LIST (OWN, MINE) NODES ("200", NODE ("n3") "," NODE ("n1"));
  const char *two = LIST (OWN, MINE "," TWO) STATUS (B, "5")
      ANSWER (B, "cluster/member/remove", "200", "");
  const char *last = "it is the last member, and the cluster has 1 other node";
  /* the last one takes with it what the other nodes live on */
  leaves (may_leave_run, others, 0, last, 0);
  leaves (leave_run, others, 0, last, 0);
  leaves (leave_run, others, 1, NULL, 0);
  leaves (leave_run, LIST (OWN, MINE) NODES ("200", NODE ("n3")), 0, NULL, 0);
  leaves (leave_run, LIST (OWN, MINE) NODES ("500", ""), 0, NULL, 0);
  /* who only asks, or is told not to, leaves it */
  leaves (may_leave_run, two, 0, NULL, 0);
  leaves (may_leave_run, "", 1, NULL, 0);
  leaves (leave_run, two, 0, NULL, 1);
}

int
main (void)
{
  key = fake_key ("ECDSA-P256");
  certificate = make (time (NULL) + 3600);
  expired = make (time (NULL) - 3600);
  test_find ();
  test_check ();
  test_next ();
  test_queue ();
  test_take_back ();
  test_stays ();
  test_leave ();
  free (key);
  free (certificate);
  free (expired);
  return check_result ();
}
