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
  const struct names *names = &workflow->names;
  size_t first, count = names_find (names, word, strlen (word), &first);
  return count && names->all[first].kind != NAME_GROUP;
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
join (const char *const *words, size_t count)
{
  struct kbsh_buffer b KBSH_CLEANUP (kbsh_buffer_free) = { 0 };
  for (size_t i = 0; i < count; i++)
    kbsh_buffer_printf (&b, "%s%s", i ? "/" : "", words[i]);
  if (!count)
    kbsh_buffer_puts (&b, "");
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

/* Is it a phase, or GROUP/all? *path becomes what chooses it. */
static int
is_phase (const struct workflow *workflow, char *path)
{
  char *last = strrchr (path, '/');
  if (phase_exact (workflow, path))
    return 1;
  if (!last || strcmp (last, "/all") != 0)
    return 0;
  *last = '\0';
  if (workflow_group (workflow, path))
    return 1;
  *last = '/';
  return 0;
}

static int
has_positional (const struct workflow *workflow)
{
  for (size_t i = 0; i < workflow->parameter_count; i++)
    if (workflow->parameters[i].positional)
      return 1;
  return 0;
}

/* The longest row of words that names a phase; what follows it are values, if
 * the workflow has a place for them. */
static int
choose (const struct workflow *workflow, const char *const *words,
        char **chosen, size_t *used)
{
  size_t count = strings_count (words);
  size_t least = has_positional (workflow) ? 1 : count;
  kbsh_autofree char *whole = join (words, count);
  if (!whole)
    return CLI_FAILED;
  for (size_t n = count; n && n >= least; n--)
    {
      kbsh_autofree char *path = join (words, n);
      if (!path)
        return CLI_FAILED;
      if (is_phase (workflow, path))
        {
          *chosen = kbsh_steal (&path);
          *used = n + 1;
          return 0;
        }
    }
  if (!*whole || workflow_group (workflow, whole))
    return group_alone (workflow, whole);
  return unknown_phase (workflow, whole);
}

int
phase_choose (struct cli *cli, const struct workflow *workflow,
              const char *const *words, char **chosen, size_t *used)
{
  (void)cli;
  *used = 0;
  if (words[0] && strcmp (words[0], "phase") == 0)
    return choose (workflow, words + 1, chosen, used);
  if (words[0] && !has_positional (workflow))
    {
      static const char *const known[] = { "phase", NULL };
      kbsh_autofree char *see = kbsh_text ("%s --help", workflow->name);
      return cli_unknown ("argument", words[0], known, see);
    }
  return 0;
}
