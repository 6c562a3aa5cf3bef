/* SPDX-License-Identifier: Apache-2.0
 *
 * Where the program begins and, alone, where it ends.
 */
#include "config.h"

#include <signal.h>
#include <stdlib.h>

#include "cli/cli.h"

/* How often the user asked for the end. */
static volatile int interrupted;

static void
on_signal (int number)
{
  (void)number;
  interrupted++;
}

int
main (int argc, char **argv)
{
  struct sigaction action = { .sa_handler = on_signal };
  sigaction (SIGINT, &action, NULL);
  sigaction (SIGTERM, &action, NULL);
  sigaction (SIGHUP, &action, NULL);
  exit (cli_main (argc, argv, &interrupted));
}
