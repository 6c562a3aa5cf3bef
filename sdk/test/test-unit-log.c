/* SPDX-License-Identifier: Apache-2.0
 *
 * What is shown of a unit that does not do what it should.
 */
#include <stdio.h>
#include <stdlib.h>

#include <kbsh/cleanup.h>
#include <kbsh/service.h>

#include "sdk/test/check.h"
#include "sdk/test/fake-host.h"

#define OWN                                                                    \
  "journalctl _SYSTEMD_UNIT=kubelet.service --no-pager --output=cat "          \
  "--lines=300"
#define ANY "journalctl --unit=kubelet --no-pager --output=cat --lines=8"

/* The lines with these answers. */
static void
try (const char *answers, const char *wanted)
{
  struct fake fake;
  char world[4096];
  kbsh_autofree char *text = NULL;
  snprintf (world, sizeof world, "{'inputs': {}, 'answers': [%s]}", answers);
  fake_open (&fake, world);
  text = kbsh_unit_log (&fake.ctx, "kubelet", 8);
  CHECK_TEXT (text, wanted);
  fake_close (&fake);
}

int
main (void)
{
  /* Errors, and not the rest: usage, stacks, the next start. */
  try ("{'to': '" OWN "', 'out': 'I0102 start\\nE0102 first\\n"
       "F0102 cannot find cgroup mount\\ngoroutine 1 [running]:\\n"
       "I0102 start\\nError: failed to run\\nEnglish\\n'}",
       "\n  E0102 first\n"
       "  F0102 cannot find cgroup mount\n  Error: failed to run");
  /* The last ones. */
  try ("{'to': '" OWN "', 'out': 'E0001 a\\nE0002 b\\nE0003 c\\nE0004 d\\n"
       "E0005 e\\nE0006 f\\nE0007 g\\nE0008 h\\nE0009 i\\n'}",
       "\n  E0006 f\n  E0007 g\n  E0008 h\n  "
       "E0009 i");
  /* It says nothing of errors. */
  try ("{'to': '" OWN "', 'out': 'I0102 one\\nI0102 two\\n'}",
       "\n  I0102 one\n  I0102 two");
  /* It could not be run at all. */
  try ("{'to': '" ANY "', 'out': 'kubelet.service: Failed at step EXEC\\n'}",
       "\n"
       "  kubelet.service: Failed at step EXEC");
  try ("", "");
  return check_result ();
}
