/* SPDX-License-Identifier: Apache-2.0
 *
 * What the command line tells the user.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "flow/interrupt.h"
#include "flow/node.h"
#include "show/show.h"
#include <kbsh/cleanup.h>
#include <kbsh/text.h>

int
cli_interrupted (const struct cli *cli)
{
  return cli->interrupt && cli->interrupt->count ? 128 + cli->interrupt->number
                                                 : 0;
}

int
cli_error (const struct kbsh_error *err, int status)
{
  char text[4096];
  kbsh_error_text (err, text, sizeof text);
  show_clean (text);
  fflush (stdout);
  fprintf (stderr, "error: %s\n", text);
  return status;
}

int
cli_usage (struct kbsh_error *err, const char *words)
{
  if (!*err->remedy)
    kbsh_error_remedy (err, "see: " PACKAGE_NAME "%s%s --help",
                       words ? " " : "", words ? words : "");
  return cli_error (err, CLI_USAGE);
}

/* A few: then all of them can be named. */
static void
put_all (const char *const *candidates)
{
  for (size_t i = 0; candidates[i]; i++)
    fprintf (stderr, "%s%s", i ? ", " : "there are: ", candidates[i]);
  fprintf (stderr, "\n");
}

int
cli_unknown (const char *kind, const char *word, const char *const *candidates,
             const char *see)
{
  const char *nearest = candidates ? kbsh_nearest (word, candidates) : NULL;
  kbsh_autofree char *shown = strdup (word);
  if (shown)
    show_clean (shown);
  fprintf (stderr, "error: unknown %s \"%s\"\n", kind, shown ? shown : "");
  if (nearest)
    fprintf (stderr, "did you mean \"%s\"?\n", nearest);
  else if (candidates && candidates[0] && candidates[1]
           && strings_count (candidates) < 6)
    put_all (candidates);
  if (see)
    fprintf (stderr, "see: " PACKAGE_NAME " %s\n", see);
  return CLI_USAGE;
}

int
cli_print (const char *text)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  fflush (stdout);
  if (show_write (STDOUT_FILENO, text, strlen (text)) == 0)
    return 0;
  kbsh_error_set (&err, "standard output can't be written");
  return cli_error (&err, -1);
}
