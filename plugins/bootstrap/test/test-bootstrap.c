/* SPDX-License-Identifier: Apache-2.0
 *
 * The commands about tokens, against a fake cluster.
 */
#include "../bootstrap.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/pki.h>
#include <kbsh/text.h>

#include "../../../sdk/test/check.h"
#include "../../../sdk/test/fake-host.h"

#include <time.h>

#define SECRETS "https://h:6443" BOOTSTRAP_SECRETS
#define KEY "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define TOKEN "abcdef.0123456789abcdef"

static struct kbsh_error err = KBSH_ERROR_INIT;
static struct fake fake;
static char *ca, pin[80];

static void
make_ca (void)
{
  struct kbsh_certificate spec = { .common_name = "kubernetes",
                                   .ca = 1,
                                   .not_before = (int64_t)time (NULL) - 60,
                                   .not_after = (int64_t)time (NULL) + 3600 };
  kbsh_autowipe char *key = kbsh_pki_key ("ECDSA-P256", &err);
  kbsh_autofree char *request = kbsh_pki_request (key, "any", &err);
  struct kbsh_certificate_facts facts;
  ca = kbsh_pki_sign (request, &spec, NULL, key, &err);
  CHECK (ca && !kbsh_pki_facts (ca, &facts, &err));
  snprintf (pin, sizeof pin, "sha256:%s", facts.spki_sha256);
}

/* Begins a world: inputs (JSON members, or ""), answers (JSON objects). */
static void
begin (const char *inputs, const char *answers)
{
  kbsh_autofree char *data = kbsh_base64 (ca, strlen (ca));
  kbsh_autofree char *world = kbsh_text (
      "{'data':'%s/plugins/bootstrap','inputs':{'kubeconfig':"
      "{'current-context':'c','contexts':[{'name':'c','context':"
      "{'cluster':'k','user':'u'}}],'clusters':[{'name':'k','cluster':"
      "{'server':'https://h:6443','certificate-authority-data':'%s'}}],"
      "'users':[{'name':'u','user':{'token':'abc'}}]}%s%s},"
      "'answers':[%s],'files':{}}",
      getenv ("top_srcdir") ? getenv ("top_srcdir") : ".", data,
      *inputs ? "," : "", inputs, answers);
  fake_open (&fake, world);
}

/* All that was printed; until the next one. */
static const char *
printed (void)
{
  static char all[4000];
  all[0] = '\0';
  for (size_t i = 0; i < json_object_array_length (fake.effects); i++)
    {
      json_object *e = json_object_array_get_idx (fake.effects, i);
      const char *text = kbsh_json_string (e, "/text", "");
      snprintf (all + strlen (all), sizeof all - strlen (all), "%s", text);
    }
  return all;
}

/* The request number `i` of those that are no GET; NULL: there is none. */
static json_object *
sent (size_t n)
{
  for (size_t i = 0; i < json_object_array_length (fake.effects); i++)
    {
      json_object *e = json_object_array_get_idx (fake.effects, i);
      const char *to = kbsh_json_string (e, "/to", "");
      if (*to && strncmp (to, "GET ", 4) != 0 && n-- == 0)
        return e;
    }
  return NULL;
}

/* A member of the data that was sent, decoded; the caller frees. */
static char *
data_sent (size_t n, const char *name)
{
  const char *body = kbsh_json_string (sent (n), "/body", "");
  kbsh_autojson json_object *tree = kbsh_json_parse (body, strlen (body), &err);
  return bootstrap_decoded (tree, name);
}

static void
is_sent (const char *name, const char *wanted)
{
  kbsh_autofree char *text = data_sent (0, name);
  CHECK_TEXT (text, wanted);
}

static void
fails (int (*function) (struct kbsh_ctx *), const char *error)
{
  CHECK (function (&fake.ctx) == -1);
  if (!strstr (fake_error (&fake), error))
    {
      fprintf (stderr, "not \"%s\" but:\n  %s\n", error, fake_error (&fake));
      CHECK (!"the error");
    }
  fake_close (&fake);
}

/* -- create ---------------------------------------------------------------- */

#define MADE "{'to':'POST " SECRETS "','status':201,'body':{}}"

static void
test_defaults (void)
{
  kbsh_autofree char *end = NULL;
  int64_t when = 0, now = (int64_t)time (NULL);
  begin ("", MADE);
  CHECK (!bootstrap_create (&fake.ctx));
  CHECK_TEXT (fake_error (&fake), "");
  CHECK (strlen (printed ()) == 24 && printed ()[6] == '.');
  is_sent ("usage-bootstrap-signing", "true");
  is_sent ("usage-bootstrap-authentication", "true");
  is_sent ("auth-extra-groups", BOOTSTRAP_GROUP);
  is_sent ("description", NULL);
  end = data_sent (0, "expiration");
  CHECK (end && !bootstrap_time (end, &when));
  CHECK (when >= now + 24 * 3600 - 5 && when <= now + 24 * 3600 + 5);
  CHECK (kbsh_json_bool (sent (0), "/secret", 0));
  CHECK (!sent (1));
  fake_close (&fake);
}

static void
test_flags (void)
{
  begin ("'token':'" TOKEN "','ttl':'0','usages':['signing'],'description':"
         "'for me'",
         MADE);
  CHECK (!bootstrap_create (&fake.ctx));
  CHECK_TEXT (printed (), TOKEN "\n");
  is_sent ("token-id", "abcdef");
  is_sent ("token-secret", "0123456789abcdef");
  is_sent ("usage-bootstrap-authentication", NULL);
  is_sent ("auth-extra-groups", NULL);
  is_sent ("description", "for me");
  is_sent ("expiration", NULL);
  CHECK (strstr (kbsh_json_text (fake.secrets, 0), "\"" TOKEN "\""));
  CHECK (strstr (kbsh_json_text (fake.secrets, 0), "\"0123456789abcdef\""));
  fake_close (&fake);
  begin ("'groups':['system:bootstrappers:a','system:bootstrappers:b:c-d']",
         MADE);
  CHECK (!bootstrap_create (&fake.ctx));
  is_sent ("auth-extra-groups",
           "system:bootstrappers:a,system:bootstrappers:b:c-d");
  fake_close (&fake);
}

static void
test_join_line (void)
{
  kbsh_autofree char *worker = kbsh_text (
      "kbsh join h:6443 --token " TOKEN " --discovery-token-ca-cert-hash %s\n",
      pin);
  kbsh_autofree char *other
      = kbsh_text ("kbsh join h:6443 --token " TOKEN
                   " --discovery-token-ca-cert-hash %s --control-plane "
                   "--certificate-key " KEY "\n",
                   pin);
  begin ("'token':'" TOKEN "','print-join-command':true", MADE);
  CHECK (!bootstrap_create (&fake.ctx));
  CHECK_TEXT (printed (), worker);
  fake_close (&fake);
  begin ("'token':'" TOKEN "','print-join-command':true,'certificate-key':"
         "'" KEY "'",
         MADE);
  CHECK (!bootstrap_create (&fake.ctx));
  CHECK_TEXT (printed (), other);
  fake_close (&fake);
}

#define CALL                                                                   \
  "{'to':'call upload.certs run','result':{'certificateKey':'" KEY "'}}"
#define CONFIG                                                                 \
  "{'to':'GET https://h:6443/api/v1/namespaces/kube-system/configmaps/"        \
  "kubeadm-config','status':200,'body':{'data':{'ClusterConfiguration':"       \
  "'certificatesDir: /pki\\netcd: {external: {caFile: /x}}\\n'}}}"

static void
test_upload (void)
{
  json_object *files;
  kbsh_autojson json_object *args = NULL;
  const char *text;
  begin ("'token':'" TOKEN "','print-join-command':true,'upload-certs':true",
         CONFIG "," CALL "," MADE);
  files = kbsh_json_at (fake.world, "/files");
  json_object_object_add (files, "/pki/ca.crt", json_object_new_string ("CA"));
  json_object_object_add (files, "/pki/sa.key", json_object_new_string ("SA"));
  CHECK (!bootstrap_create (&fake.ctx));
  CHECK_TEXT (fake_error (&fake), "");
  CHECK (strstr (printed (), "--control-plane --certificate-key " KEY "\n"));
  CHECK (strstr (kbsh_json_text (fake.secrets, 0), KEY));
  /* the certificates first: without them the command would not work */
  CHECK_TEXT (kbsh_json_string (sent (0), "/to", ""), "call upload.certs run");
  text = kbsh_json_string (sent (0), "/args", "{}");
  args = kbsh_json_parse (text, strlen (text), &err);
  CHECK_TEXT (kbsh_json_string (args, "/config/paths/pki", ""), "/pki");
  CHECK_TEXT (
      kbsh_json_string (args, "/config/cluster/etcd/external/caFile", ""),
      "/x");
  CHECK (kbsh_json_bool (args, "/skip-print", 0));
  CHECK_TEXT (kbsh_json_string (args, "/kubeconfig/current-context", ""), "c");
  fake_close (&fake);
  begin ("'print-join-command':true,'upload-certs':true", CONFIG);
  fails (bootstrap_create, "/pki/ca.crt is not there");
}

#define READ                                                                   \
  "{'to':'call config.read run','result':{'InitConfiguration':"                \
  "{'bootstrapTokens':[{'token':'" TOKEN "','expires':'2031-01-01T00:00:00Z'," \
  "'usages':['signing']},{'ttl':'1h'}]}}}"

static void
test_config (void)
{
  kbsh_autofree char *second = NULL;
  begin ("'config':'/x.yaml'", READ "," MADE "," MADE);
  CHECK (!bootstrap_create (&fake.ctx));
  CHECK_TEXT (printed (), TOKEN "\n"); /* the first of them, as kubeadm */
  CHECK (sent (2) && !sent (3));
  second = data_sent (2, "auth-extra-groups");
  CHECK_TEXT (second, BOOTSTRAP_GROUP);
  second = (free (second), data_sent (1, "expiration"));
  CHECK_TEXT (second, "2031-01-01T00:00:00Z");
  fake_close (&fake);
  begin ("'config':'/x.yaml','ttl':'1h'", READ);
  fails (bootstrap_create, "--config can't be mixed with --ttl");
  begin ("'config':'/x.yaml'",
         "{'to':'call config.read run','result':{'ClusterConfiguration':{}}}");
  fails (bootstrap_create, "/x.yaml says nothing of tokens");
}

static void
test_create_errors (void)
{
  static const char *const cases[][2] = {
    { "'token':'abcdef'", "the token is not valid" },
    { "'token':'ABCDEF.0123456789abcdef'", "the token is not valid" },
    { "'usages':['x']", "a token has no usage \"x\"" },
    { "'groups':['system:masters']", "can't be in the group" },
    { "'groups':['system:bootstrappers:']", "can't be in the group" },
    { "'groups':['system:bootstrappers:a:']", "can't be in the group" },
    { "'groups':['system:bootstrappers:a'],'usages':['signing']",
      "groups and not the usage authentication" },
    { "'certificate-key':'" KEY "'", "without --print-join-command" },
    { "'upload-certs':true", "without --print-join-command" },
    { "'print-join-command':true,'certificate-key':'abc'",
      "certificate key is not valid" },
    { "'print-join-command':true,'output':'json'", "do not go together" },
    { NULL, NULL },
  };
  for (int i = 0; cases[i][0]; i++)
    {
      begin (cases[i][0], MADE);
      CHECK (!sent (0));
      fails (bootstrap_create, cases[i][1]);
    }
  begin ("'token':'" TOKEN "'",
         "{'to':'POST " SECRETS "','status':409,'body':{}}");
  fails (bootstrap_create, "a token with the id \"abcdef\" is there already");
}

/* -- list, delete, the others ------------------------------------------------
 */

/* Secrets of two tokens, and one that is none. */
#define LISTED                                                                 \
  "{'to':'GET https://h:6443" BOOTSTRAP_LIST "','status':200,'body':"          \
  "{'items':[{'metadata':{'name':'a'},'data':{'token-id':'YWJjZGVm',"          \
  "'token-secret':'MDEyMzQ1Njc4OWFiY2RlZg==',"                                 \
  "'usage-bootstrap-signing':'dHJ1ZQ==',"                                      \
  "'usage-bootstrap-authentication':'dHJ1ZQ==','auth-extra-groups':"           \
  "'YSxi','expiration':'MjAwMS0wMS0wMVQwMDowMDowMCswMjowMA==',"                \
  "'description':'eA=='}},{'metadata':{'name':'no'},'data':{}},"               \
  "{'metadata':{'name':'b'},'data':{'token-id':'Z2hpamts','token-secret':"     \
  "'MDEyMzQ1Njc4OWFiY2RlZg==','usage-bootstrap-signing':'ZmFsc2U='}}]}}"

static void
test_list (void)
{
  begin ("", LISTED);
  CHECK (!bootstrap_list (&fake.ctx));
  CHECK_TEXT (
      printed (),
      "TOKEN                     TTL         EXPIRES                     "
      "USAGES                   "
      "DESCRIPTION                                                EXTRA "
      "GROUPS\n"
      "abcdef.0123456789abcdef   <invalid>   2001-01-01T00:00:00+02:00   "
      "authentication,signing   "
      "x                                                          a,b\n"
      "ghijkl.0123456789abcdef   <forever>   <never>                     "
      "<none>                   "
      "<none>                                                     <none>\n");
  CHECK (strstr (kbsh_json_text (fake.logs, 0), "kube-system/no is no boot"));
  CHECK (strstr (kbsh_json_text (fake.secrets, 0), "\"ghijkl.012345"));
  fake_close (&fake);
  begin ("'output':'yaml'", LISTED);
  CHECK (!bootstrap_list (&fake.ctx));
  CHECK_TEXT (printed (), "apiVersion: output.kubeadm.k8s.io/v1alpha3\n"
                          "description: x\n"
                          "expires: \"2001-01-01T00:00:00+02:00\"\n"
                          "groups:\n- a\n- b\n"
                          "kind: BootstrapToken\n"
                          "token: abcdef.0123456789abcdef\n"
                          "usages:\n- authentication\n- signing\n"
                          "---\n"
                          "apiVersion: output.kubeadm.k8s.io/v1alpha3\n"
                          "kind: BootstrapToken\n"
                          "token: ghijkl.0123456789abcdef\n");
  fake_close (&fake);
  begin ("'output':'json'", LISTED);
  CHECK (!bootstrap_list (&fake.ctx));
  CHECK (strstr (printed (), "\"token\":\"abcdef.0123456789abcdef\""));
  fake_close (&fake);
  begin ("", "{'to':'GET https://h:6443" BOOTSTRAP_LIST "','status':200,"
             "'body':{'items':[]}}");
  CHECK (!bootstrap_list (&fake.ctx));
  CHECK_TEXT (printed (), "");
  fake_close (&fake);
  begin ("", "{'to':'GET https://h:6443" BOOTSTRAP_LIST "','status':0,"
             "'reason':'refused'}");
  fails (bootstrap_list, "no answer from the API server at https://h:6443");
}

static void
test_times (void)
{
  static const struct
  {
    const char *text;
    int64_t when;
  } cases[] = { { "2001-01-01T00:00:00Z", 978307200 },
                { "2001-01-01T00:00:00.5Z", 978307200 },
                { "2001-01-01T02:00:00+02:00", 978307200 },
                { "2000-12-31T18:30:00-05:30", 978307200 },
                { "2001-01-01T00:00:00", -1 },
                { "2001-01-01", -1 },
                { "2001-01-01T00:00:00Zx", -1 },
                { "", -1 } };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    {
      int64_t when = -1;
      int status = bootstrap_time (cases[i].text, &when);
      CHECK (status == (cases[i].when < 0 ? -1 : 0));
      CHECK (status || when == cases[i].when);
    }
}

#define DELETED(id)                                                            \
  "{'to':'DELETE " SECRETS "/bootstrap-token-" id "','status':200,'body':{}}"

static void
test_delete (void)
{
  begin ("'token':['abcdef','ghijkl.0123456789abcdef']",
         DELETED ("abcdef") "," DELETED ("ghijkl"));
  CHECK (!bootstrap_delete (&fake.ctx));
  CHECK_TEXT (printed (), "bootstrap token \"abcdef\" deleted\n"
                          "bootstrap token \"ghijkl\" deleted\n");
  CHECK (strstr (kbsh_json_text (fake.secrets, 0), "ghijkl.012345"));
  fake_close (&fake);
  begin ("'token':['abcdef','ghijkl']", DELETED ("abcdef"));
  fails (bootstrap_delete, "\"ghijkl\" can't be deleted: the cluster has none");
  /* none is deleted when one is wrong */
  begin ("'token':['abcdef','ABC']", DELETED ("abcdef"));
  CHECK (bootstrap_delete (&fake.ctx) == -1 && !sent (0));
  CHECK (strstr (fake_error (&fake), "argument 2 of token delete is not"));
  fake_close (&fake);
}

static void
test_random (void)
{
  begin ("", "");
  CHECK (!bootstrap_generate (&fake.ctx));
  CHECK (strlen (printed ()) == 24);
  CHECK (json_object_array_length (fake.effects) == 1);
  fake_close (&fake);
  begin ("", "");
  CHECK (!bootstrap_certificate_key (&fake.ctx));
  CHECK (strlen (printed ()) == 65
         && strspn (printed (), "0123456789abcdef") == 64);
  CHECK (json_object_array_length (fake.secrets) == 1);
  fake_close (&fake);
}

int
main (void)
{
  make_ca ();
  test_defaults ();
  test_flags ();
  test_join_line ();
  test_upload ();
  test_config ();
  test_create_errors ();
  test_list ();
  test_times ();
  test_delete ();
  test_random ();
  free (ca);
  return check_result ();
}
