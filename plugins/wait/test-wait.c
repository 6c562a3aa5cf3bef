/* SPDX-License-Identifier: Apache-2.0
 *
 * What is said when the kubelet does not become healthy: how long it was waited
 * in all, and what the last try met.
 */
#include "wait.h"

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
  return check_result ();
}
