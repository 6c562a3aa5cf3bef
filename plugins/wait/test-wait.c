/* SPDX-License-Identifier: Apache-2.0
 *
 * What is said when the kubelet or a component does not become healthy: how
 * long it was waited in all, and what the last try met; and what is not waited
 * for to the end.
 */
#include "wait.h"

#include <kbsh/text.h>

#include "sdk/test/check.h"
#include "sdk/test/fake-host.h"

#define KUBELET "http://127.0.0.1:10248/healthz"

extern const struct kbsh_module kbsh_module;

/* The whole of the error after a wait of 0.9 s. */
static void
told (const char *answer, const char *words)
{
  struct fake fake;
  const struct kbsh_step_ops *ops
      = fake_ops (&kbsh_module, "wait.control-plane");
  char world[1000];
  snprintf (world, sizeof world,
            "{'inputs': {'config': {'timeouts': {'kubelet': 900}},"
            " 'components': []}, 'answers': [%s]}",
            answer);
  fake_open (&fake, world);
  CHECK (ops->run (&fake.ctx) == -1);
  CHECK (strstr (fake_error (&fake), "the kubelet does not become healthy"));
  if (!strstr (fake_error (&fake), words))
    CHECK_TEXT (fake_error (&fake), words);
  fake_close (&fake);
}

#define HEALTH "https://127.0.0.1:6443/livez"

/* A wait for kube-apiserver, of so many milliseconds at most, with these
 * containers of it; "early": it does not take as long. */
static void
component (int most, int early, const char *answer, const char *containers,
           const char *words)
{
  struct fake fake;
  const struct kbsh_step_ops *ops
      = fake_ops (&kbsh_module, "wait.control-plane");
  char world[2000];
  int64_t begun;
  snprintf (world, sizeof world,
            "{'inputs': {'config': {'timeouts': {'control-plane': %d},"
            " 'paths': {'manifests': '/m'}}, 'components': ['kube-apiserver'],"
            " 'runtime': {'service': 'r', 'path': '/s'}},"
            " 'files': {'/log': 't stdout F said this\\n',"
            " '/m/kube-apiserver.yaml': '{spec: {containers: [{livenessProbe:"
            " {httpGet: {path: /livez, port: 6443, scheme: HTTPS}}}]}}'},"
            " 'answers': [{'to': 'GET " KUBELET "', 'status': 200},"
            " {'to': 'GET " HEALTH "', 'always': true, 'delay': 50, %s},"
            " {'to': 'call r containers', 'always': true,"
            "  'result': {'containers': [%s]}}]}",
            most, answer, containers);
  fake_open (&fake, world);
  begun = kbsh_now_ms ();
  CHECK (ops->run (&fake.ctx) == (words ? -1 : 0));
  CHECK ((kbsh_now_ms () - begun < most / 2) == early);
  if (words ? !strstr (fake_error (&fake), words) : fake.has_failed)
    CHECK_TEXT (fake_error (&fake), words);
  fake_close (&fake);
}

#define ENDED(attempt)                                                         \
  "{'attempt': 0, 'state': 'exited'}, {'attempt': " attempt                    \
  ", 'state': 'exited', 'exit-code': 1, 'reason': 'Error', 'log': '/log'}"

#define RUNS "{'attempt': 9, 'state': 'running', 'log': '/none'}"

static void
test_component (void)
{
  const char *down = "'status': 0, 'reason': 'connection refused'";
  component (60000, 1, "'status': 200", "", NULL);
  /* one that ends again and again does not come */
  component (60000, 1, down, ENDED ("3"),
             "ended with status 1 (Error), tried 4 times; its last lines:\n"
             "  said this");
  component (700, 0, down, ENDED ("2"), "tried 3 times");
  component (700, 0, down, RUNS,
             "its container runs, but kube-apiserver was not healthy within "
             "1s: connection refused");
  /* nothing but 200 is health */
  component (700, 0, "'status': 204", RUNS, "the last answer was 204");
}

int
main (void)
{
  told ("{'to': 'GET " KUBELET "', 'always': true, 'delay': 50,"
        " 'status': 0,"
        " 'reason': 'connection refused'}",
        "the kubelet was not healthy within 1s: connection refused");
  told ("{'to': 'GET " KUBELET "', 'always': true, 'delay': 50,"
        " 'status': 500,"
        " 'body': 'not ready\\nmore'}",
        "within 1s: the last answer was 500: not ready");
  test_component ();
  return check_result ();
}
