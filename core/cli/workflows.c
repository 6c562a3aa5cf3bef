/* SPDX-License-Identifier: Apache-2.0
 *
 * `kbsh WORKFLOW [phase NAME...] [flags]`.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "cli/inner.h"
#include <kbsh/cleanup.h>
#include <kbsh/text.h>

static void
cleanup_workflow (struct workflow **workflow)
{
  workflow_free (*workflow);
}

/* Those of the workflow, without the program's own. */
static json_object *
given (const struct flags *flags, struct kbsh_error *err)
{
  json_object *out = json_object_new_object ();
  if (!out)
    {
      kbsh_error_memory (err);
      return NULL;
    }
  json_object_object_foreach (flags->values, name,
                              value) if (!flags_find (flags, name)->common)
      json_object_object_add (out, name, json_object_get (value));
  return out;
}

static int
check_output (const struct cli *cli)
{
  static const char *const known[] = { "text", "json", NULL };
  if (!cli->output || strcmp (cli->output, "text") == 0
      || strcmp (cli->output, "json") == 0)
    return 0;
  return cli_unknown ("output format", cli->output, known, "--help");
}

static int
help (struct cli *cli, const struct workflow *workflow,
      const struct flags *flags, const char *const *words)
{
  struct kbsh_buffer b KBSH_CLEANUP (kbsh_buffer_free) = { 0 };
  kbsh_autofree char *group = NULL;
  if (!words[0] || strcmp (words[0], "phase") != 0)
    return help_workflow (cli, workflow, flags, NULL);
  for (size_t i = 1; words[i]; i++)
    kbsh_buffer_printf (&b, "%s%s", i > 1 ? "/" : "", words[i]);
  if (!b.data)
    return help_workflow (cli, workflow, flags, "");
  if (phase_exact (workflow, b.data))
    return help_step (cli, workflow, flags, b.data);
  if (b.length > 4 && strcmp (b.data + b.length - 4, "/all") == 0)
    group = strndup (b.data, b.length - 4);
  if (group && workflow_group (workflow, group))
    return help_all (cli, workflow, flags, group);
  return help_workflow (cli, workflow, flags, b.data);
}

/* A service that is only needed late in the run may not be missing then. */
static int
check_services (const struct workflow *workflow, struct registry *registry,
                json_object *given, struct kbsh_error *err)
{
  for (size_t i = 0; i < workflow->parameter_count; i++)
    {
      const struct parameter *p = &workflow->parameters[i];
      json_object *value = NULL;
      if (!p->service)
        continue;
      if (!json_object_object_get_ex (given, p->name, &value))
        value = p->otherwise;
      if (value
          && !registry_service (registry, json_object_get_string (value),
                                p->service, err))
        return kbsh_error_wrap (err, "--%s", p->name);
    }
  return 0;
}

static int
run (struct cli *cli, struct workflow *workflow, struct flags *flags)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autofree char *chosen = NULL;
  kbsh_autojson json_object *values = NULL;
  const char *only[2] = { NULL, NULL };
  size_t used = 0;
  struct registry *registry = cli_registry (cli, &err);
  int status;
  if (!registry)
    return cli_error (&err, CLI_FAILED);
  status = phase_choose (cli, workflow, flags->words + 1, &chosen, &used);
  if (status == 0)
    status = phase_check_skip (cli, workflow);
  if (status == 0)
    status = check_output (cli);
  if (status)
    return status;
  if (flags_take_words (flags, flags->words + 1 + used, &err) < 0
      || flags_need (flags, &err) < 0)
    return cli_usage (&err, workflow->name);
  values = given (flags, &err);
  if (!values || workflow_check (workflow, registry, &err) < 0
      || check_services (workflow, registry, values, &err) < 0)
    return cli_error (&err, CLI_FAILED);
  only[0] = chosen;
  struct execution execution = { .cli = cli,
                                 .workflow = workflow,
                                 .given = values,
                                 .only = chosen ? only : NULL };
  status = confirm (&execution);
  return status ? status : execute (&execution);
}

int
cli_run (struct cli *cli, const char *name, int argc, char **argv)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct workflow *workflow KBSH_CLEANUP (cleanup_workflow) = NULL;
  struct flags flags KBSH_CLEANUP (flags_free) = { 0 };
  if (workflow_load (name, cli->workflow_folder, cli->overlay_folder, &workflow,
                     &err)
      < 0)
    return cli_error (&err, CLI_FAILED);
  if (common_flags (&flags, &err) < 0
      || flags_add_parameters (&flags, workflow, &err) < 0)
    return cli_error (&err, CLI_FAILED);
  if (flags_parse (&flags, argc, argv, 0, &err) < 0
      || common_fill (cli, flags.values, &err) < 0)
    return cli_usage (&err, name);
  if (!flags.words || strcmp (flags.words[0], name) != 0)
    return cli_unknown ("command", flags.words ? flags.words[0] : "", NULL,
                        "--help");
  if (cli->help)
    return help (cli, workflow, &flags, flags.words + 1);
  return run (cli, workflow, &flags);
}
