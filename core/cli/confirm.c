/* SPDX-License-Identifier: Apache-2.0
 *
 * The question before a workflow that can't be taken back: answered on the
 * terminal, or by whatever is piped in.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cli/inner.h"
#include "flow/interrupt.h"
#include <kbsh/json.h>

/* Does a step run that the question is about? */
static int
is_about (const struct execution *e)
{
  const struct workflow *w = e->workflow;
  if (!w->confirm.step)
    return 1;
  for (size_t i = 0; i < w->step_count; i++)
    {
      const struct step *step = &w->steps[i];
      if (step_matches (step, w->confirm.step)
          && (!e->only || step_matches_any (step, e->only))
          && !step_matches_any (step, e->cli->skip))
        return 1;
    }
  return 0;
}

static int
given (const struct execution *e)
{
  json_object *value = NULL;
  const char *name = e->workflow->confirm.unless;
  return name && json_object_object_get_ex (e->given, name, &value)
         && json_object_get_boolean (value);
}

/* One line, and not a byte more: the rest may be for somebody else. 0; 1: it
 * ended before; -1: interrupted. */
static int
read_line (struct interrupt *interrupt, char *line, size_t room)
{
  size_t length = 0;
  for (;;)
    {
      char c;
      ssize_t got;
      /* The first wish is heeded by who reads the next byte. */
      if (interrupt_wished (interrupt))
        return -1;
      got = read (STDIN_FILENO, &c, 1);
      if (interrupt_wished (interrupt))
        return -1;
      if (got < 0 && errno == EINTR)
        continue;
      if (got <= 0 || c == '\n')
        {
          line[length] = '\0';
          return got <= 0 && !length;
        }
      if (length + 1 < room && c != '\r')
        line[length++] = c;
    }
}

static int
refused (const struct execution *e, const char *why)
{
  struct kbsh_error err;
  const char *unless = e->workflow->confirm.unless;
  kbsh_error_set (&err, "aborted: nothing was done");
  kbsh_error_why (&err, "%s", why);
  if (unless)
    kbsh_error_remedy (&err, "answer y, or give --%s", unless);
  return cli_error (&err, CLI_FAILED);
}

int
confirm (const struct execution *e)
{
  const char *question = e->workflow->confirm.question;
  char line[80];
  int got;
  if (!question || e->cli->dry_run || given (e) || !is_about (e))
    return 0;
  fprintf (stderr, "%s [y/N]: ", question);
  fflush (stderr);
  got = read_line (e->cli->interrupt, line, sizeof line);
  if (!isatty (STDIN_FILENO) || got)
    fputc ('\n', stderr);
  if (got < 0)
    return cli_interrupted (e->cli);
  if (got)
    return refused (e, "there is no answer on standard input");
  if (strcasecmp (line, "y") != 0 && strcasecmp (line, "yes") != 0)
    return refused (e, "the answer was not y");
  return 0;
}
