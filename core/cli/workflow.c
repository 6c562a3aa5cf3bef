/* SPDX-License-Identifier: Apache-2.0
 *
 * `workflow list`, `show NAME`, `graph NAME`, `check FILE|NAME`.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/inner.h"
#include "flow/problems.h"
#include <kbsh/cleanup.h>
#include <kbsh/text.h>
#include <kbsh/yaml.h>

static const char *const actions[] = { "list", "show", "graph", "check", NULL };

static void
cleanup_workflow (struct workflow **workflow)
{
  workflow_free (*workflow);
}

static int
print_buffer (struct kbsh_buffer *b)
{
  if (b->failed)
    return CLI_FAILED;
  return b->data && cli_print (b->data) ? CLI_FAILED : CLI_OK;
}

static int
load (struct cli *cli, const char *name, struct workflow **workflow)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  if (workflow_load (name, cli->workflow_folder, cli->overlay_folder, workflow,
                     &err)
      == 0)
    return CLI_OK;
  return cli_error (&err, CLI_FAILED);
}

static int
list (struct cli *cli)
{
  struct kbsh_buffer b KBSH_CLEANUP (kbsh_buffer_free) = { 0 };
  struct kbsh_error err = KBSH_ERROR_INIT;
  char **names = NULL;
  int status = CLI_OK;
  if (workflow_names (cli->workflow_folder, &names, &err) < 0)
    return cli_error (&err, CLI_FAILED);
  for (char **name = names; *name; name++)
    {
      struct workflow *workflow KBSH_CLEANUP (cleanup_workflow) = NULL;
      if (load (cli, *name, &workflow) != CLI_OK)
        status = CLI_FAILED;
      else
        kbsh_buffer_printf (&b, "%-20s %s\n", *name,
                            workflow->summary ? workflow->summary : "");
    }
  strings_free (names);
  if (print_buffer (&b) != CLI_OK)
    return CLI_FAILED;
  return status;
}

/* Which form -o asks for: 0 the first one, 1 the other; -1 when the user was
 * told that there is none. */
static int
form_of (const struct cli *cli, const char *const *forms)
{
  for (int i = 0; forms[i]; i++)
    if (strcmp (cli->output ? cli->output : forms[0], forms[i]) == 0)
      return i;
  cli_unknown ("output format", cli->output, forms, "workflow --help");
  return -1;
}

static int
show (struct cli *cli, const struct workflow *workflow)
{
  static const char *const forms[] = { "yaml", "json", NULL };
  struct kbsh_error err = KBSH_ERROR_INIT;
  int form = form_of (cli, forms);
  kbsh_autojson json_object *tree = workflow_tree (workflow, &err);
  kbsh_autofree char *text = NULL;
  if (form < 0)
    return CLI_USAGE;
  if (tree && form)
    text = kbsh_text ("%s\n", json_object_to_json_string_ext (
                                  tree, JSON_C_TO_STRING_PRETTY
                                            | JSON_C_TO_STRING_SPACED
                                            | JSON_C_TO_STRING_NOSLASHESCAPE));
  else if (tree)
    text = kbsh_yaml_text (tree, &err);
  if (!text)
    return cli_error (&err, CLI_FAILED);
  return cli_print (text) ? CLI_FAILED : CLI_OK;
}

static int
graph (struct cli *cli, const struct workflow *workflow)
{
  static const char *const forms[] = { "text", "dot", NULL };
  int form = form_of (cli, forms);
  return form < 0 ? CLI_USAGE : graph_print (workflow, form);
}

/* All that is wrong with it, as far as it can be told: what can't be read is
 * not looked at any further. */
static int
check (struct cli *cli, const char *name)
{
  struct workflow *workflow KBSH_CLEANUP (cleanup_workflow) = NULL;
  struct problems problems KBSH_CLEANUP (problems_free) = { NULL, 0, 0, 0 };
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct registry *registry = cli_registry (cli, &err);
  kbsh_autofree char *text = NULL;
  if (!registry)
    return cli_error (&err, CLI_FAILED);
  workflow = workflow_read (name, cli->workflow_folder, cli->overlay_folder,
                            &problems);
  if (workflow)
    workflow_problems (workflow, registry, &problems);
  for (size_t i = 0; i < problems.count; i++)
    cli_error (&problems.all[i], CLI_FAILED);
  if (problems.more)
    fprintf (stderr, "there are more than these %d\n", PROBLEMS_MOST);
  if (!workflow || problems_first (&problems, &err))
    return problems.count ? CLI_FAILED : cli_error (&err, CLI_FAILED);
  text = kbsh_text ("%s: %zu steps, %zu parameters: good\n", workflow->file,
                    workflow->step_count, workflow->parameter_count);
  return text && cli_print (text) == 0 ? CLI_OK : CLI_FAILED;
}

static int
usage (void)
{
  return cli_print ("Usage:\n"
                    "  " PACKAGE_NAME " workflow list\n"
                    "  " PACKAGE_NAME " workflow show NAME [-o yaml|json]\n"
                    "  " PACKAGE_NAME " workflow graph NAME [-o text|dot]\n"
                    "  " PACKAGE_NAME " workflow check NAME|FILE\n\n"
                    "NAME is a workflow of the workflow folder, or a file "
                    "when it has a '/'.\n")
             ? CLI_FAILED
             : CLI_OK;
}

/* A file is meant when there is one, and no workflow of that name. */
static const char *
as_path (const char *name, char room[512])
{
  size_t length = strlen (name);
  if (strchr (name, '/') || length < 5 || length > 500
      || strcmp (name + length - 5, ".yaml") != 0)
    return name;
  memcpy (room, "./", 2);
  memcpy (room + 2, name, length + 1);
  return room;
}

int
cli_workflow (struct cli *cli, int argc, char **argv)
{
  struct workflow *workflow KBSH_CLEANUP (cleanup_workflow) = NULL;
  const char *action = argc ? argv[0] : NULL;
  char room[512];
  int status;
  if (cli->help || !action)
    return usage () ? CLI_FAILED : cli->help ? CLI_OK : CLI_USAGE;
  if (strcmp (action, "list") == 0 && argc == 1)
    return list (cli);
  for (const char *const *known = actions + 1; *known; known++)
    {
      if (strcmp (action, *known) != 0)
        continue;
      if (argc != 2)
        return usage () ? CLI_FAILED : CLI_USAGE;
      if (action[0] == 'c')
        return check (cli, as_path (argv[1], room));
      status = load (cli, as_path (argv[1], room), &workflow);
      if (status)
        return status;
      return action[0] == 'g' ? graph (cli, workflow) : show (cli, workflow);
    }
  return cli_unknown (argc > 1 && strcmp (action, "list") == 0 ? "argument"
                                                               : "command",
                      strcmp (action, "list") == 0 ? argv[1] : action, actions,
                      "workflow --help");
}
