/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of the command line share among themselves.
 */
#ifndef CORE_CLI_INNER_H
#define CORE_CLI_INNER_H

#include "cli/cli.h"
#include "cli/flags.h"
#include "flow/run.h"

/* common.c: the program's own flags, and struct cli filled from them. */
int common_flags (struct flags *flags, struct kbsh_error *err);
int common_fill (struct cli *cli, json_object *values, struct kbsh_error *err);
void common_free (struct cli *cli);

/* workflows.c: `kbsh WORKFLOW [phase ...]`. */
int cli_run (struct cli *cli, const char *name, int argc, char **argv);

/* phase.c: words after WORKFLOW to a word that step_matches() knows: 0, *chosen
 * (NULL: all; the caller frees) and *used, how many words that took; or an exit
 * status after the user was told. */
int phase_choose (struct cli *cli, const struct workflow *workflow,
                  const char *const *words, char **chosen, size_t *used);
int phase_check_skip (struct cli *cli, const struct workflow *workflow);
/* Is there a step with exactly this name or alias? */
int phase_exact (const struct workflow *workflow, const char *word);

/* execute.c: a run with its events, from parameters to the last line. */
struct execution
{
  struct cli *cli;
  struct workflow *workflow; /* checked */
  json_object *given;        /* values of its parameters */
  const char *const *only;
  int command; /* it is a command: only results are told */
  int lost;    /* what was to be printed could not be */
};
int execute (struct execution *execution);

/* confirm.c: ask what the workflow wants to be asked. 0 to go on, or an exit
 * status after the user was told. */
int confirm (const struct execution *execution);

/* sinks.c: print events to standard output, everything else to `inner` (which
 * is taken over; it may be NULL). *lost is set when one can't be written. */
struct sink *sink_results (struct sink *inner, int *lost);
/* For commands: warnings alone. */
struct sink *sink_quiet (int fd, int *lost);

/* command.c: a command of a plugin. 1 when there is none that the words name
 * (and nothing was told), otherwise 0 with *status. */
int command_run (struct cli *cli, int argc, char **argv,
                 const char *const *words, int *status);
/* unknown.c: no command has these words: told, with the nearest of commands,
 * workflows and the core's own words. Returns the exit status. */
int command_unknown (struct cli *cli, const char *const *words);
/* The first words, with a space between them; the caller frees. */
char *words_join (const char *const *words, size_t count);
/* Visit all commands; -1 stops. */
typedef int command_fn (void *data, const struct kbsh_service *service,
                        const char *words);
int command_each (struct cli *cli, const char *module, command_fn *call,
                  void *data);

/* graph.c: an exit status. */
int graph_print (const struct workflow *workflow, int dot);

/* help.c */
int help_overview (struct cli *cli);
int help_workflow (struct cli *cli, const struct workflow *workflow,
                   const struct flags *flags, const char *group);
/* Of all the phases of a group. */
int help_all (struct cli *cli, const struct workflow *workflow,
              const struct flags *flags, const char *group);
/* Commands that begin with these words: asked for (stdout), or told with an
 * error. */
int help_commands (struct cli *cli, const char *words, FILE *out);
int help_step (struct cli *cli, const struct workflow *workflow,
               const struct flags *flags, const char *word);
int help_command (struct cli *cli, const struct kbsh_service *service,
                  const struct flags *flags);
struct kbsh_buffer;
/* What is explained stands in a column; a long name has a line of its own. */
void help_line (struct kbsh_buffer *b, const char *indent, const char *left,
                const char *right);
/* help_phases.c: the phases of a workflow below a group (NULL: all), as lines.
 */
void help_phases (struct kbsh_buffer *out, const struct workflow *workflow,
                  const char *group);

extern const char *const core_words[]; /* NULL-ended */

#endif
