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

/* How often the user asked for the end. */
static volatile int interrupted;

static void
on_signal (int number)
{
  (void)number;
  interrupted++;
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
  struct sigaction action = { .sa_handler = on_signal };
  sigaction (SIGINT, &action, NULL);
  sigaction (SIGTERM, &action, NULL);
  sigaction (SIGHUP, &action, NULL);
  if (hold_standard ())
    exit (EXIT_FAILURE);
  exit (cli_main (argc, argv, &interrupted));
}
