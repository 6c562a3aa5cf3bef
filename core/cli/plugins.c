/* SPDX-License-Identifier: Apache-2.0
 *
 * `plugins list`, `plugins info NAME`, `plugins verify PATH`.
 */
#include "config.h"

#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/yaml.h>

#include "cli/cli.h"
#include "cli/describe.h"
#include "load/probe.h"

static const char see[] = "plugins --help";

static int
memory (void)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_error_memory (&err);
  return cli_error (&err, CLI_FAILED);
}

static int
print_tree (json_object *tree, int yaml)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autofree char *text = NULL;
  const char *json;
  if (yaml)
    {
      text = kbsh_yaml_text (tree, &err);
      if (!text)
        return cli_error (&err, CLI_FAILED);
      return cli_print (text) ? CLI_FAILED : CLI_OK;
    }
  json = json_object_to_json_string_ext (
      tree, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED
                | JSON_C_TO_STRING_NOSLASHESCAPE);
  if (!json)
    return memory ();
  return cli_print (json) || cli_print ("\n") ? CLI_FAILED : CLI_OK;
}

enum form
{
  TEXT,
  WIDE,
  JSON,
  YAML
};

/* What -o asked for; 0, or -1 when the user was told that there is none. */
static int
form_of (const struct cli *cli, int with_wide, enum form *form)
{
  static const char *const names[] = { "text", "wide", "json", "yaml", NULL };
  static const char *const narrow[] = { "text", "json", "yaml", NULL };
  const char *word = cli->output ? cli->output : "text";
  for (*form = TEXT; names[*form]; ++*form)
    if (!strcmp (names[*form], word) && (with_wide || *form != WIDE))
      return 0;
  cli_unknown ("output format", word, with_wide ? names : narrow, see);
  return -1;
}

static json_object *
describe_all (struct registry *registry)
{
  kbsh_autojson json_object *list = json_object_new_array ();
  size_t i;
  for (i = 0; list && i < registry_count (registry); i++)
    {
      json_object *module = describe_module (registry_at (registry, i));
      if (!module || json_object_array_add (list, module))
        {
          json_object_put (module);
          return NULL;
        }
    }
  return kbsh_steal (&list);
}

/* Print what `write` writes about a tree. */
static int
print_written (json_object *tree, enum form form, int table)
{
  kbsh_autofree char *text = NULL;
  size_t size;
  FILE *out = open_memstream (&text, &size);
  if (!out)
    return memory ();
  if (table)
    describe_table (tree, form == WIDE, out);
  else
    describe_text (tree, out);
  if (fclose (out))
    return memory ();
  return cli_print (text) ? CLI_FAILED : CLI_OK;
}

static int
list (struct cli *cli, const char *unused)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct registry *registry;
  kbsh_autojson json_object *tree = NULL;
  enum form form;
  (void)unused;
  if (form_of (cli, 1, &form))
    return CLI_USAGE;
  registry = cli_registry (cli, &err);
  if (!registry || probe_open_all (registry, &err))
    return cli_error (&err, CLI_FAILED);
  tree = describe_all (registry);
  if (!tree)
    return memory ();
  if (form == JSON || form == YAML)
    return print_tree (tree, form == YAML);
  return print_written (tree, form, 1);
}

static int
info (struct cli *cli, const char *name)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct registry *registry;
  struct registry_module *module;
  kbsh_autojson json_object *tree = NULL;
  enum form form;
  if (form_of (cli, 0, &form))
    return CLI_USAGE;
  registry = cli_registry (cli, &err);
  module = registry ? registry_open (registry, name, &err) : NULL;
  if (!module)
    return cli_error (&err, CLI_FAILED);
  tree = describe_module (module);
  if (!tree)
    return memory ();
  if (form == JSON || form == YAML)
    return print_tree (tree, form == YAML);
  return print_written (tree, form, 0);
}

static int
verify (struct cli *cli, const char *path)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  const struct kbsh_module *module = probe_open (path, &err);
  char line[512];
  size_t count = 0;
  (void)cli;
  if (!module)
    return cli_error (&err, CLI_FAILED);
  while (module->services[count])
    count++;
  snprintf (line, sizeof line, "OK %s %s, ABI %u.%u, %zu service%s\n",
            module->name, module->version, module->abi_major, module->abi_minor,
            count, count == 1 ? "" : "s");
  return cli_print (line) ? CLI_FAILED : CLI_OK;
}

static int
help (void)
{
  return cli_print (
             "Usage:\n"
             "  kbsh plugins list [-o text|wide|json|yaml]\n"
             "      Which plugins there are, what they are for, and why any "
             "was refused.\n"
             "  kbsh plugins info NAME [-o text|json|yaml]\n"
             "      Its services: what they do, accept and touch.\n"
             "  kbsh plugins verify PATH\n"
             "      Open a plugin's file and say OK, or why not (status "
             "1).\n")
             ? CLI_FAILED
             : CLI_OK;
}

static const struct action
{
  const char *name;
  const char *argument;
  int (*call) (struct cli *cli, const char *argument);
} actions[] = { { "list", NULL, list },
                { "info", "NAME", info },
                { "verify", "PATH", verify } };

static int
usage (const char *what, const char *remedy)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_error_set (&err, "%s", what);
  kbsh_error_remedy (&err, "%s", remedy);
  return cli_error (&err, CLI_USAGE);
}

static int
call (struct cli *cli, const struct action *action, int argc, char **argv)
{
  char remedy[80];
  int i;
  snprintf (remedy, sizeof remedy, "use: kbsh plugins %s%s%s", action->name,
            action->argument ? " " : "",
            action->argument ? action->argument : "");
  for (i = 0; i < argc; i++)
    if (argv[i][0] == '-' && argv[i][1])
      return cli_unknown ("flag", argv[i], NULL, see);
  if (argc < (action->argument != NULL))
    return usage ("an argument is missing", remedy);
  if (argc > (action->argument != NULL))
    return usage ("there are too many arguments", remedy);
  return action->call (cli, argv[0]);
}

int
cli_plugins (struct cli *cli, int argc, char **argv)
{
  static const char *const names[] = { "list", "info", "verify", NULL };
  size_t i;
  if (cli->help || !argc)
    return help () ? CLI_FAILED : cli->help ? CLI_OK : CLI_USAGE;
  for (i = 0; i < sizeof actions / sizeof *actions; i++)
    if (!strcmp (actions[i].name, argv[0]))
      return call (cli, &actions[i], argc - 1, argv + 1);
  return cli_unknown ("command", argv[0], names, see);
}
