/* SPDX-License-Identifier: Apache-2.0
 *
 * The client of the Kubernetes API, against a fake host.
 */
#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/kube.h>
#include <kbsh/yaml.h>

#include "check.h"
#include "fake-host.h"

static const struct kbsh_kube kube
    = { .server = (char *)"https://h:6443", .user = (char *)"someone" };

static json_object *
tree (const char *text)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct kbsh_yaml yaml;
  json_object *result = NULL;
  if (!kbsh_yaml_parse ("text", text, strlen (text), &yaml, &err))
    result = json_object_get (yaml.documents[0].tree);
  else
    fprintf (stderr, "%s: %s\n", text, err.why);
  kbsh_yaml_free (&yaml);
  return result;
}

static void
paths (const char *object, const char *one, const char *all)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *o = tree (object);
  kbsh_autofree char *path = kbsh_kube_path (o, 0, &err);
  kbsh_autofree char *collection = kbsh_kube_path (o, 1, &err);
  CHECK_TEXT (path, one);
  CHECK_TEXT (collection, all);
  CHECK (!err.what[0] == (one && all));
}

static void
test_paths (void)
{
  paths ("{apiVersion: v1, kind: ConfigMap, metadata: {name: a, "
         "namespace: kube-system}}",
         "/api/v1/namespaces/kube-system/configmaps/a",
         "/api/v1/namespaces/kube-system/configmaps");
  paths ("{apiVersion: v1, kind: Secret, metadata: {name: a}}",
         "/api/v1/namespaces/default/secrets/a",
         "/api/v1/namespaces/default/secrets");
  paths ("{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, "
         "metadata: {name: 'kubeadm:get-nodes'}}",
         "/apis/rbac.authorization.k8s.io/v1/clusterroles/kubeadm:get-nodes",
         "/apis/rbac.authorization.k8s.io/v1/clusterroles");
  paths ("{apiVersion: v1, kind: Node, metadata: {name: a/../b}}",
         "/api/v1/nodes/a%2F..%2Fb", "/api/v1/nodes");
  paths ("{apiVersion: v1, kind: Node, metadata: {name: ..}}", NULL,
         "/api/v1/nodes");
  paths ("{apiVersion: v1, kind: Node}", NULL, "/api/v1/nodes");
  paths ("{apiVersion: v2, kind: Node, metadata: {name: a}}", NULL, NULL);
}

#define MAP "https://h:6443/api/v1/namespaces/ns/configmaps"
#define OBJECT                                                                 \
  "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: ns}, "     \
  "data: {k: v}}"

/* Applies OBJECT (or another); returns what was done, and the methods that
 * were used go to `methods`. */
static enum kbsh_applied
apply (const char *world, const char *object, const char *methods,
       const char *error)
{
  struct fake fake;
  char used[200] = "";
  kbsh_autojson json_object *o = tree (object);
  enum kbsh_applied applied;
  fake_open (&fake, world);
  applied = kbsh_kube_apply (&fake.ctx, &kube, o, 0);
  for (size_t i = 0; i < json_object_array_length (fake.effects); i++)
    {
      json_object *e = json_object_array_get_idx (fake.effects, i);
      const char *to = kbsh_json_string (e, "/to", "");
      snprintf (used + strlen (used), sizeof used - strlen (used), "%.*s ",
                (int)strcspn (to, " "), to);
    }
  CHECK_TEXT (used, methods);
  if (!error)
    CHECK_TEXT (fake_error (&fake), "");
  else
    CHECK (strstr (fake_error (&fake), error));
  if (error && !strstr (fake_error (&fake), error))
    fprintf (stderr, "error: %s\n", fake_error (&fake));
  fake_close (&fake);
  return applied;
}

static void
test_apply (void)
{
  CHECK (apply ("{'answers':[{'to':'POST " MAP "','status':201,'body':{}}]}",
                OBJECT, "GET POST ", NULL)
         == KBSH_CREATED);
  CHECK (apply ("{'answers':[{'to':'GET " MAP "/a','status':200,'body':"
                "{'apiVersion':'v1','kind':'ConfigMap','data':{'k':'v',"
                "'more':'x'},'metadata':{'name':'a','namespace':'ns','uid':"
                "'7'}}}]}",
                OBJECT, "GET ", NULL)
         == KBSH_UNCHANGED);
  CHECK (apply ("{'answers':[{'to':'GET " MAP "/a','status':200,'body':"
                "{'apiVersion':'v1','kind':'ConfigMap','data':{'k':'w'}}},"
                "{'to':'PATCH " MAP "/a','status':200,'body':{}}]}",
                OBJECT, "GET PATCH ", NULL)
         == KBSH_UPDATED);
  /* somebody else creates it in between */
  CHECK (apply ("{'answers':[{'to':'POST " MAP "','status':409,'body':{}},"
                "{'to':'GET " MAP "/a','status':404,'body':{}},"
                "{'to':'GET " MAP "/a','status':200,'body':{'data':{'k':'w'}}},"
                "{'to':'PATCH " MAP "/a','status':200}]}",
                OBJECT, "GET POST GET PATCH ", NULL)
         == KBSH_UPDATED);
  /* the namespace is missing */
  CHECK (apply ("{'answers':[{'to':'POST " MAP "','status':404,'body':"
                "{'kind':'Status','message':'namespaces ns not found'}}]}",
                OBJECT, "GET POST ", "namespaces ns not found")
         == KBSH_APPLY_FAILED);
  CHECK (apply ("{'answers':[{'to':'POST " MAP "','status':403,'body':"
                "{'message':'no right'}}]}",
                OBJECT, "GET POST ",
                "as someone: the API server answered 403: "
                "no right")
         == KBSH_APPLY_FAILED);
  CHECK (apply ("{'answers':[{'to':'GET " MAP "/a','status':0,'reason':"
                "'connection refused'}]}",
                OBJECT, "GET ", "https://h:6443: connection refused")
         == KBSH_APPLY_FAILED);
  CHECK (apply ("{'answers':[{'to':'GET " MAP "/a','status':200,'body':"
                "'<html>'}]}",
                OBJECT, "GET ", "not valid JSON")
         == KBSH_APPLY_FAILED);
  CHECK (apply ("{}", "{kind: Foo}", "", "'Foo'") == KBSH_APPLY_FAILED);
}

/* A conflict that never ends is an error in the end. */
static void
test_conflict (void)
{
  struct fake fake;
  kbsh_autojson json_object *o = tree (OBJECT);
  fake_open (&fake, "{'answers':[]}");
  for (int i = 0; i < 9; i++)
    {
      json_object *one = tree ("{to: POST " MAP ", status: 409, body: "
                               "{message: 'again'}}");
      json_object_array_add (kbsh_json_at (fake.world, "/answers"), one);
    }
  CHECK (kbsh_kube_apply (&fake.ctx, &kube, o, 0) == KBSH_APPLY_FAILED);
  CHECK (strstr (fake_error (&fake), "can't create ConfigMap ns/a: the API "
                                     "server answered 409: again"));
  CHECK (json_object_array_length (fake.effects) == 10);
  fake_close (&fake);
}

/* Does the server's object say all that ours does? */
static void
compare (const char *ours, const char *theirs, int same)
{
  char object[1000], world[1000];
  snprintf (object, sizeof object,
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, "
            "namespace: ns}, spec: %s}",
            ours);
  snprintf (world, sizeof world,
            "{'answers':[{'to':'GET " MAP "/a','status':200,'body':"
            "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'a',"
            "'namespace':'ns'},'spec':%s}},"
            "{'to':'PATCH " MAP "/a','status':200,'body':{}}]}",
            theirs);
  CHECK (apply (world, object, same ? "GET " : "GET PATCH ", NULL)
         == (same ? KBSH_UNCHANGED : KBSH_UPDATED));
}

static void
test_compare (void)
{
  compare ("{a: 1}", "{'a':1,'b':2}", 1);
  compare ("{a: 1}", "{'b':2}", 0);
  compare ("{l: [{p: x}]}", "{'l':[{'p':'x','default':true}]}", 1);
  compare ("{l: [{p: x}]}", "{'l':[{'p':'x'},{'p':'y'}]}", 0);
  compare ("{l: [{p: x}]}", "{'l':[{'p':'y'}]}", 0);
  compare ("{l: []}", "{}", 1);
  compare ("{l: []}", "{'l':[1]}", 0);
  compare ("{m: {}}", "{'m':{'x':1}}", 1);
  compare ("{m: {}}", "{}", 1);
  compare ("{m: null}", "{}", 1);
  compare ("{m: null}", "{'m':1}", 0);
  compare ("{m: false}", "{}", 0);
  compare ("{m: {a: 1}}", "{'m':'text'}", 0);
}

/* What is sent: the right type, the token, and secrets marked. */
static void
test_request (void)
{
  struct fake fake;
  struct kbsh_kube with = kube;
  kbsh_autojson json_object *o
      = tree ("{apiVersion: v1, kind: Secret, metadata: {name: s, "
              "namespace: ns}, data: {k: eA==}}");
  with.token = (char *)"abc";
  fake_open (&fake, "{'answers':[{'to':'POST https://h:6443/api/v1/namespaces/"
                    "ns/secrets','status':200}]}");
  CHECK (kbsh_kube_apply (&fake.ctx, &with, o, 0) == KBSH_CREATED);
  CHECK_TEXT (
      fake_effects (&fake),
      "[{\"effect\":\"request\",\"headers\":[\"Accept: application/json\","
      "\"Authorization: Bearer abc\"],\"secret\":true,\"to\":\"GET "
      "https://h:6443/api/v1/namespaces/ns/secrets/s\"},"
      "{\"body\":\"{\\\"apiVersion\\\":\\\"v1\\\",\\\"data\\\":{\\\"k\\\":"
      "\\\"eA==\\\"},\\\"kind\\\":\\\"Secret\\\",\\\"metadata\\\":{\\\"name"
      "\\\":\\\"s\\\",\\\"namespace\\\":\\\"ns\\\"}}\",\"effect\":\"request\","
      "\"headers\":[\"Accept: application/json\",\"Content-Type: "
      "application/json\",\"Authorization: Bearer abc\"],\"secret\":true,"
      "\"to\":\"POST https://h:6443/api/v1/namespaces/ns/secrets\"}]");
  fake_close (&fake);
}

static void
test_all_and_wait (void)
{
  struct fake fake;
  json_object *got;
  kbsh_autojson json_object *list = tree ("[" OBJECT "," OBJECT "]");
  fake_open (&fake, "{'answers':[{'to':'POST " MAP "','status':201},"
                    "{'to':'GET " MAP "/a','status':404},"
                    "{'to':'GET " MAP "/a','status':200,'body':{'apiVersion':"
                    "'v1','kind':'ConfigMap','metadata':{'name':'a',"
                    "'namespace':'ns'},'data':{'k':'v'}}},"
                    "{'to':'GET https://h:6443/x','status':200,'body':"
                    "{'a':1}}]}");
  CHECK (kbsh_kube_apply_all (&fake.ctx, &kube, list) == 1);
  got = kbsh_kube_wait (&fake.ctx, &kube, "/x", "the x", 100);
  CHECK (kbsh_json_int (got, "/a", 0) == 1);
  json_object_put (got);
  CHECK (!kbsh_kube_wait (&fake.ctx, &kube, "/x", "the x", 100));
  CHECK (fake.has_failed);
  fake_close (&fake);
}

/* How often one is asked who first answers so, and well after that. */
static size_t
asked (const char *first)
{
  struct fake fake;
  char world[400];
  size_t times;
  snprintf (world, sizeof world,
            "{'answers':[{'to':'GET https://h:6443/x',%s},"
            "{'to':'GET https://h:6443/x','status':200}]}",
            first);
  fake_open (&fake, world);
  kbsh_kube_get (&fake.ctx, &kube, "/x", 10000, NULL);
  times = json_object_array_length (fake.effects);
  fake_close (&fake);
  return times;
}

#define OBJECT_A "https://h:6443/x"
#define ANSWER_A(status) "{'to':'GET " OBJECT_A "','status':" status "}"

/* GET with that much patience: its status, after so many requests. */
static int
patient (const char *answers, uint32_t patience_ms, size_t requests,
         const char *error)
{
  struct fake fake;
  char world[1000];
  json_object *got = NULL;
  int status;
  snprintf (world, sizeof world, "{'answers':[%s]}", answers);
  fake_open (&fake, world);
  status = kbsh_kube_get (&fake.ctx, &kube, "/x", patience_ms, &got);
  CHECK (json_object_array_length (fake.effects) == requests);
  CHECK (error ? strstr (fake_error (&fake), error) != NULL : !fake.has_failed);
  /* what was waited for is over */
  CHECK (!kbsh_json_string (fake.world, "/progress", NULL));
  json_object_put (got);
  fake_close (&fake);
  return status;
}

static void
test_patience (void)
{
  const char *busy = ANSWER_A ("503") "," ANSWER_A ("503") "," ANSWER_A ("200");
  CHECK (asked ("'status':200") == 1);
  CHECK (asked ("'status':0,'reason':'certificates are being read'") == 2);
  CHECK (asked ("'status':503") == 2);
  CHECK (asked ("'status':429") == 2);
  CHECK (asked ("'status':403") == 1);
  CHECK (asked ("'status':0,'reason':'x','untrusted':true") == 1);
  CHECK (patient (busy, 0, 1, "answered 503") == -1);
  CHECK (patient (busy, 100, 2, "answered 503") == -1);
  CHECK (patient (ANSWER_A ("403"), 1000, 1, "answered 403") == -1);
  CHECK (patient ("", 1000, 1, NULL) == 404);
}

static void
annotate (const char *get, const char *patch, int wanted, const char *error)
{
  static const struct kbsh_annotation note = { "a/b", "c" };
  struct fake fake;
  char world[1000];
  snprintf (world, sizeof world,
            "{'answers':[{'to':'GET " OBJECT_A "','status':200,'body':"
            "{'metadata':{'annotations':{%s}}}},"
            "{'to':'PATCH " OBJECT_A "','status':%s}]}",
            get, patch);
  fake_open (&fake, world);
  CHECK (kbsh_kube_annotate (&fake.ctx, &kube, "/x", "the x", &note, 100)
         == wanted);
  CHECK_TEXT (error ? error : "", fake.error.what);
  CHECK (!strstr (fake_effects (&fake), "PATCH") == !wanted);
  fake_close (&fake);
}

static void
test_annotate (void)
{
  annotate ("", "200", 1, NULL);
  annotate ("'a/b': 'd'", "200", 1, NULL);
  annotate ("'a/b': 'c'", "500", 0, NULL);
  annotate ("", "404", -1,
            "the x cannot be annotated: the API server answered 404");
}

/* A kubeconfig that is made is read again. */
static void
test_kubeconfig (void)
{
  struct fake fake;
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct kbsh_kube read;
  struct kbsh_kubeconfig spec = { .cluster = "kubernetes",
                                  .server = "https://h:6443",
                                  .ca = "CA",
                                  .user = "kubernetes-admin",
                                  .certificate = "CERT",
                                  .key = "KEY" };
  kbsh_autojson json_object *made = kbsh_kubeconfig (&spec, &err);
  kbsh_autofree char *text = kbsh_yaml_text (made, &err);
  CHECK_TEXT (text, "apiVersion: v1\n"
                    "clusters:\n"
                    "- cluster:\n"
                    "    certificate-authority-data: Q0E=\n"
                    "    server: https://h:6443\n"
                    "  name: kubernetes\n"
                    "contexts:\n"
                    "- context:\n"
                    "    cluster: kubernetes\n"
                    "    user: kubernetes-admin\n"
                    "  name: kubernetes-admin@kubernetes\n"
                    "current-context: kubernetes-admin@kubernetes\n"
                    "kind: Config\n"
                    "users:\n"
                    "- name: kubernetes-admin\n"
                    "  user:\n"
                    "    client-certificate-data: Q0VSVA==\n"
                    "    client-key-data: S0VZ\n");
  fake_open (&fake, "{'files':{}}");
  json_object_object_add (kbsh_json_at (fake.world, "/files"), "/admin.conf",
                          json_object_new_string (text));
  CHECK (!kbsh_kube_open (&fake.ctx, "/admin.conf", &read));
  CHECK_TEXT (fake_error (&fake), "");
  CHECK_TEXT (read.server, "https://h:6443");
  CHECK_TEXT (read.ca, "CA");
  CHECK_TEXT (read.certificate, "CERT");
  CHECK_TEXT (read.key, "KEY");
  CHECK_TEXT (read.user, "kubernetes-admin");
  CHECK_TEXT (kbsh_json_text (fake.secrets, 0), "[\"KEY\"]");
  kbsh_kube_close (&read);
  CHECK (!read.key);
  fake_close (&fake);
}

static void
test_nobody (void)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct kbsh_kubeconfig spec = { .server = "https://h:6443", .ca = "CA" };
  kbsh_autojson json_object *made = kbsh_kubeconfig (&spec, &err);
  kbsh_autofree char *text = kbsh_yaml_text (made, &err);
  CHECK_TEXT (text, "apiVersion: v1\n"
                    "clusters:\n"
                    "- cluster:\n"
                    "    certificate-authority-data: Q0E=\n"
                    "    server: https://h:6443\n"
                    "  name: \"\"\n"
                    "contexts: null\n"
                    "current-context: \"\"\n"
                    "kind: Config\n"
                    "users: null\n");
}

/* Opens a kubeconfig with this text; checks the error. */
static void
open_text (const char *text, const char *error)
{
  struct fake fake;
  struct kbsh_kube read;
  fake_open (&fake, "{'files':{'/d/k.pem':'PEM'}}");
  if (text)
    json_object_object_add (kbsh_json_at (fake.world, "/files"), "/d/conf",
                            json_object_new_string (text));
  if (!error)
    CHECK (!kbsh_kube_open (&fake.ctx, "/d/conf", &read));
  else
    CHECK (kbsh_kube_open (&fake.ctx, "/d/conf", &read) == -1
           && strstr (fake_error (&fake), error));
  if (error && !strstr (fake_error (&fake), error))
    fprintf (stderr, "%s: %s\n", error, fake_error (&fake));
  if (!error)
    CHECK (read.key || read.token);
  kbsh_kube_close (&read);
  fake_close (&fake);
}

#define HEAD                                                                   \
  "current-context: c\ncontexts: [{name: c, context: {cluster: k, user: u}}]"  \
  "\n"
#define CLUSTER "clusters: [{name: k, cluster: {server: 'https://h'}}]\n"

static void
test_open_errors (void)
{
  open_text (NULL, "there is no such file");
  open_text ("a: [", "/d/conf:2:1:");
  open_text ("a: 1", "no current context");
  open_text ("{}\n---\n{}\n", "not one document");
  open_text ("current-context: c", "no context 'c'");
  open_text (HEAD, "no cluster 'k'");
  open_text (HEAD "clusters: [{name: k, cluster: {server: 'http://h'}}]",
             "'http://h'");
  open_text (HEAD "clusters: [{name: k, cluster: {server: 'https://h', "
                  "insecure-skip-tls-verify: true}}]",
             "insecure");
  open_text (HEAD "clusters: [{name: k, cluster: {server: 'https://h', "
                  "certificate-authority-data: '!'}}]",
             "certificate-authority-data");
  open_text (HEAD CLUSTER "users: [{name: u, user: {exec: {}}}]", "neither");
  open_text (HEAD CLUSTER "users: [{name: u, user: {client-key: k.pem}}]",
             "just one");
  open_text (HEAD CLUSTER "users: [{name: u, user: {client-key: gone, "
                          "client-certificate: k.pem}}]",
             "/d/gone");
  open_text (HEAD CLUSTER "users: [{name: u, user: {client-key: k.pem, "
                          "client-certificate: /d/k.pem}}]",
             NULL);
  open_text (HEAD CLUSTER "users: [{name: u, user: {token: abc}}]", NULL);
  open_text (HEAD CLUSTER "users: [{name: u, user: {client-key-data: AAA=, "
                          "client-certificate-data: AAA=}}]",
             "NUL");
}

/* Connects with this input `kubeconfig` (JSON, or none); checks the error. */
static void
connect_to (const char *input, const char *error)
{
  struct fake fake;
  struct kbsh_kube read;
  char world[2000];
  snprintf (world, sizeof world,
            "{'files':{'/d/conf':%s,'/k.pem':'PEM'},"
            "'inputs':{%s}}",
            "'{current-context: c, contexts: [{name: c, context: {cluster: k,"
            " user: u}}], clusters: [{name: k, cluster: {server: "
            "https://h:1}}], users: [{name: u, user: {token: abc}}]}'",
            input);
  fake_open (&fake, world);
  if (error)
    CHECK (kbsh_kube_connect (&fake.ctx, &read) == -1 && !read.server);
  else
    CHECK (!kbsh_kube_connect (&fake.ctx, &read));
  if (!error)
    {
      CHECK_TEXT (read.server, "https://h:1");
      CHECK_TEXT (read.token, "abc");
      CHECK_TEXT (kbsh_json_text (fake.secrets, 0), "[\"abc\"]");
    }
  if (error && !strstr (fake_error (&fake), error))
    {
      fprintf (stderr, "%s: %s\n", error, fake_error (&fake));
      CHECK (!"the error");
    }
  if (!error)
    CHECK_TEXT (fake_error (&fake), "");
  kbsh_kube_close (&read);
  fake_close (&fake);
}

#define TREE(cluster, user)                                                    \
  "'kubeconfig':{'current-context':'c','contexts':[{'name':'c','context':"     \
  "{'cluster':'k','user':'u'}}],'clusters':[{'name':'k','cluster':{" cluster   \
  "}}],'users':[{'name':'u','user':{" user "}}]}"

static void
test_connect (void)
{
  connect_to ("'kubeconfig':'/d/conf'", NULL);
  connect_to (TREE ("'server':'https://h:1'", "'token':'abc'"), NULL);
  connect_to ("", "the parameter kubeconfig is empty");
  connect_to ("'kubeconfig':''", "the parameter kubeconfig is empty");
  connect_to ("'kubeconfig':'/gone'", "/gone can't be used: there is no such");
  connect_to ("'kubeconfig':{}", "no current context");
  connect_to ("'kubeconfig':[1]", "no current context");
  connect_to (TREE ("'server':'http://h:1'", "'token':'abc'"), "not https");
  connect_to (TREE ("'server':'https://h:1'", "'tokenFile':'k.pem'"),
              "it names a file in no folder: 'k.pem'");
  connect_to (TREE ("'server':'https://h:1'",
                    "'client-key':'/k.pem','client-certificate':'/gone'"),
              "it names a file that is not there: '/gone'");
}

int
main (void)
{
  test_paths ();
  test_apply ();
  test_conflict ();
  test_compare ();
  test_request ();
  test_all_and_wait ();
  test_patience ();
  test_annotate ();
  test_kubeconfig ();
  test_nobody ();
  test_open_errors ();
  test_connect ();
  return check_result ();
}
