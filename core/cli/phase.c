/* SPDX-License-Identifier: Apache-2.0
 *
 * Words to phases: "phase certs apiserver" is the step certs/apiserver.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/inner.h"
#include <kbsh/cleanup.h>
#include <kbsh/text.h>

int
phase_exact (const struct workflow *workflow, const char *word)
{
  for (size_t i = 0; i < workflow->step_count; i++)
    {
      const struct step *step = &workflow->steps[i];
      if (strcmp (step->name, word) == 0
          || (step->alias && strcmp (step->alias, word) == 0))
        return 1;
    }
  return 0;
}

static int
unknown_phase (const struct workflow *workflow, const char *word)
{
  kbsh_autofree char *nearest = workflow_nearest_step (workflow, word);
  kbsh_autofree char *see = kbsh_text ("%s phase --help", workflow->name);
  const char *candidates[] = { nearest, NULL };
  return cli_unknown ("phase", word, candidates, see);
}

int
phase_check_skip (struct cli *cli, const struct workflow *workflow)
{
  for (const char **word = cli->skip; *word; word++)
    if (!phase_exact (workflow, *word) && !workflow_group (workflow, *word))
      return unknown_phase (workflow, *word);
  return 0;
}

static char *
join (const char *const *words)
{
  struct kbsh_buffer b KBSH_CLEANUP (kbsh_buffer_free) = { 0 };
  for (size_t i = 0; words[i]; i++)
    kbsh_buffer_printf (&b, "%s%s", i ? "/" : "", words[i]);
  return kbsh_buffer_take (&b);
}

/* A group by itself is no phase: which ones there are is said. */
static int
group_alone (const struct workflow *workflow, const char *group)
{
  struct kbsh_buffer b KBSH_CLEANUP (kbsh_buffer_free) = { 0 };
  help_phases (&b, workflow, *group ? group : NULL);
  fprintf (stderr, "%s\n", b.data ? b.data : "");
  fprintf (stderr,
           "error: \"%s phase%s%s\" is not run on its own: name one of its "
           "phases%s\n",
           workflow->name, *group ? " " : "", group, *group ? ", or all" : "");
  return CLI_USAGE;
}

int
phase_choose (struct cli *cli, const struct workflow *workflow,
              const char *const *words, char **chosen)
{
  kbsh_autofree char *path = NULL;
  char *last;
  (void)cli;
  if (!words[0])
    return 0;
  if (strcmp (words[0], "phase") != 0)
    {
      static const char *const known[] = { "phase", NULL };
      return cli_unknown ("argument", words[0], known, workflow->name);
    }
  path = join (words + 1);
  if (!path)
    return CLI_FAILED;
  if (phase_exact (workflow, path))
    {
      *chosen = kbsh_steal (&path);
      return 0;
    }
  last = strrchr (path, '/');
  if (last && strcmp (last, "/all") == 0)
    {
      *last = '\0';
      if (workflow_group (workflow, path))
        {
          *chosen = kbsh_steal (&path);
          return 0;
        }
    }
  else if (!*path || workflow_group (workflow, path))
    return group_alone (workflow, path);
  return unknown_phase (workflow, path);
}
