/* SPDX-License-Identifier: Apache-2.0
 *
 * Where the program begins and, alone, where it ends.
 */
#include "config.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/cli.h"
#include "flow/interrupt.h"

static struct interrupt interrupt;

/* What is under way may end, once, if there is somebody to see to it. The exit
 * status is the one that a shell gives to a program that a signal ended. */
static void
on_signal (int number)
{
  if (!interrupt.heeded || interrupt.seen < interrupt.count)
    _exit (128 + number);
  if (!interrupt.count)
    interrupt.number = number;
  interrupt.count++;
}

/* One that whoever started this had it ignore (nohup) stays so. */
static void
heed (int number)
{
  struct sigaction action = { .sa_handler = SIG_DFL };
  if (number == SIGHUP && !sigaction (number, NULL, &action)
      && action.sa_handler == SIG_IGN)
    return;
  action = (struct sigaction){ .sa_handler = on_signal };
  sigaction (number, &action, NULL);
}

/* A standard descriptor that is closed would become the journal or a file that
 * is being written, and would get what is said. It stays as good as closed:
 * opened the wrong way round, so that whoever uses it is told. */
static int
hold_standard (void)
{
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    if (fcntl (fd, F_GETFD) < 0
        && open ("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
      return -1;
  return 0;
}

int
main (int argc, char **argv)
{
  heed (SIGINT);
  heed (SIGTERM);
  heed (SIGHUP);
  /* A limit of the shell (ulimit -f) is an error of what is written. */
  signal (SIGXFSZ, SIG_IGN);
  if (hold_standard ())
    exit (EXIT_FAILURE);
  exit (cli_main (argc, argv, &interrupt));
}
