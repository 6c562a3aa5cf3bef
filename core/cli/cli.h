/* SPDX-License-Identifier: Apache-2.0
 *
 * What the command line asked for, common to all subcommands.
 */
#ifndef CORE_CLI_CLI_H
#define CORE_CLI_CLI_H

#include <json-c/json.h>
#include <stdio.h>

#include "load/registry.h"
#include <kbsh/error.h>

/* Exit statuses. */
enum
{
  CLI_OK = 0,
  CLI_FAILED = 1,
  CLI_USAGE = 2
  /* and 128 + the signal, when one ended it: cli_interrupted() */
};

struct interrupt;

struct cli
{
  const char *program;         /* "kbsh" */
  const char **plugin_folders; /* NULL-ended */
  const char *data_folder;
  const char *workflow_folder;
  const char *overlay_folder;
  const char *state_folder;
  const char *output; /* "text", "json", or what a subcommand knows; NULL:
                         not given */
  const char *trace;  /* file, or NULL */
  const char **skip;  /* words of --skip-phases, NULL-ended */
  int verbose;        /* -v LEVEL */
  int dry_run;
  int help; /* --help was given */
  int processors;
  json_object *common; /* the values of the common flags; owns all texts */
  struct interrupt *interrupt; /* or NULL */
  struct registry *registry;   /* made by cli_registry() */
};

/* The subcommands of the core itself. argv holds the words and flags after
 * the subcommand's name that are none of the common ones above (those are
 * taken out before, wherever they stand); argv[argc] is NULL. They return an
 * exit status, and have told the user what is wrong with cli_error(). */
int cli_plugins (struct cli *cli, int argc, char **argv);
int cli_workflow (struct cli *cli, int argc, char **argv);
int cli_version (struct cli *cli, int argc, char **argv);
int cli_completion (struct cli *cli, int argc, char **argv);

/* All of it: what main() calls. */
int cli_main (int argc, char **argv, struct interrupt *interrupt);

/* The registry of the chosen plugin folders, made when first asked for. */
struct registry *cli_registry (struct cli *cli, struct kbsh_error *err);

/* The exit status when a signal asked for the end; 0: none did. */
int cli_interrupted (const struct cli *cli);
/* Tell the user, on standard error; returns `status`. */
int cli_error (const struct kbsh_error *err, int status);
/* A usage error: what has no remedy yet refers to the help of these words
 * (NULL: of the program). Returns CLI_USAGE. */
int cli_usage (struct kbsh_error *err, const char *words);
/* A usage error with the nearest of `candidates` (NULL-ended, or NULL):
 * returns CLI_USAGE. */
int cli_unknown (const char *kind, const char *word,
                 const char *const *candidates, const char *see);
/* Print to standard output; 0, or -1 when it can't be written. */
int cli_print (const char *text);

#endif
