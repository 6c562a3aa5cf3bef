/* SPDX-License-Identifier: Apache-2.0
 *
 * The beginning of a process of the core's.
 */
#include "config.h"

#include "act/child.h"

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

int
child_begin (pid_t core)
{
  sigset_t none;
  /* The core may have ended before the death signal was asked for. */
  if (prctl (PR_SET_PDEATHSIG, SIGKILL) || getppid () != core)
    return -1;
  for (int number = 1; number < NSIG; number++)
    signal (number, SIG_DFL);
  sigemptyset (&none);
  return sigprocmask (SIG_SETMASK, &none, NULL);
}
