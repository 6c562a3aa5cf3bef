/* SPDX-License-Identifier: Apache-2.0
 *
 * The first look at the command line: which subcommand is meant.
 */
#include "config.h"

#include "cli/cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/inner.h"
#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>

static int help_words (struct cli *cli, int argc, char **argv);

static const struct
{
  const char *word;
  int (*run) (struct cli *cli, int argc, char **argv);
} core[] = { { "plugins", cli_plugins },
             { "workflow", cli_workflow },
             { "version", cli_version },
             { "completion", cli_completion },
             { "help", help_words } };

static int
is_workflow (const struct cli *cli, const char *word)
{
  kbsh_autofree char *path = NULL;
  if (strchr (word, '/'))
    return 0;
  path = kbsh_text ("%s/%s.yaml", cli->workflow_folder, word);
  return path && access (path, R_OK) == 0;
}

/* A folder that was given and is not there has no workflows: that is why. */
static int
check_folder (const struct cli *cli)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  if (!kbsh_json_at (cli->common, "/workflow-dir")
      || access (cli->workflow_folder, R_OK | X_OK) == 0)
    return CLI_OK;
  kbsh_error_set (&err, "the folder of workflows '%s' can't be read",
                  cli->workflow_folder);
  kbsh_error_why (&err, "%s", strerror (errno));
  kbsh_error_remedy (&err, "correct --workflow-dir");
  return cli_error (&err, CLI_FAILED);
}

/* The rest for a subcommand of the core: without its own name. */
static int
run_core (struct cli *cli, size_t which, const struct flags *flags, size_t skip)
{
  int argc = 0, status;
  char **argv = calloc (flags->word_count + 1, sizeof *argv);
  if (!argv)
    return CLI_FAILED;
  for (size_t i = 0; i < flags->word_count; i++)
    if (i != skip)
      argv[argc++] = (char *)flags->words[i];
  status = core[which].run (cli, argc, argv);
  free (argv);
  return status;
}

/* Words alone, as commands of plugins see them. */
static const char **
plain_words (const struct flags *flags)
{
  const char **out = calloc (flags->word_count + 1, sizeof *out);
  size_t count = 0;
  for (size_t i = 0; out && i < flags->word_count; i++)
    if (flags->words[i][0] != '-')
      out[count++] = flags->words[i];
  return out;
}

static int
dispatch (struct cli *cli, const struct flags *flags, int argc, char **argv)
{
  kbsh_autofree const char **words = plain_words (flags);
  struct kbsh_error err = KBSH_ERROR_INIT;
  int status = CLI_FAILED;
  /* Flags that are not known yet, and their values, may stand before it. */
  for (size_t i = 0; i < flags->word_count; i++)
    {
      const char *word = flags->words[i];
      if (word[0] == '-')
        continue;
      for (size_t c = 0; c < sizeof core / sizeof *core; c++)
        if (strcmp (word, core[c].word) == 0)
          return run_core (cli, c, flags, i);
      if (is_workflow (cli, word))
        return cli_run (cli, word, argc, argv);
      if (i == 0 || flags->words[i - 1][0] != '-')
        break;
    }
  if (words && words[0])
    {
      if (command_run (cli, argc, argv, words, &status) == 0)
        return status;
      status = check_folder (cli);
      return status ? status : command_unknown (cli, words);
    }
  if (flags->word_count)
    {
      kbsh_error_set (&err, "unknown flag: %s", flags->words[0]);
      return cli_usage (&err, NULL);
    }
  return help_overview (cli);
}

/* `help WORDS` is `WORDS --help`. */
static int
help_words (struct cli *cli, int argc, char **argv)
{
  static char help[] = "--help";
  struct flags flags KBSH_CLEANUP (flags_free) = { 0 };
  struct kbsh_error err = KBSH_ERROR_INIT;
  char **all = calloc ((size_t)argc + 2, sizeof *all);
  int status = CLI_FAILED;
  if (!all)
    return CLI_FAILED;
  for (int i = 0; i < argc; i++)
    all[i] = argv[i];
  all[argc] = help;
  cli->help = 1;
  if (common_flags (&flags, &err) == 0
      && flags_parse (&flags, argc + 1, all, 1, &err) == 0)
    status = argc ? dispatch (cli, &flags, argc + 1, all) : help_overview (cli);
  free (all);
  return status;
}

static void
cli_close (struct cli *cli)
{
  registry_free (cli->registry);
  common_free (cli);
}

int
cli_main (int argc, char **argv, struct interrupt *interrupt)
{
  struct cli cli KBSH_CLEANUP (cli_close)
      = { .program = PACKAGE_NAME, .interrupt = interrupt };
  struct flags flags KBSH_CLEANUP (flags_free) = { 0 };
  struct kbsh_error err = KBSH_ERROR_INIT;
  if (common_flags (&flags, &err) < 0)
    return cli_error (&err, CLI_FAILED);
  if (flags_parse (&flags, argc - 1, argv + 1, 1, &err) < 0
      || common_fill (&cli, flags.values, &err) < 0)
    return cli_error (&err, CLI_USAGE);
  return dispatch (&cli, &flags, argc - 1, argv + 1);
}
