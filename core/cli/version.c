/* SPDX-License-Identifier: Apache-2.0
 *
 * `version [-o short|json|yaml]`.
 */
#include "config.h"

#include <string.h>

#include "cli/inner.h"
#include <kbsh/cleanup.h>
#include <kbsh/plugin.h>
#include <kbsh/text.h>
#include <kbsh/yaml.h>

static json_object *
describe (void)
{
  json_object *tree = json_object_new_object ();
  kbsh_autofree char *abi = kbsh_text ("%d.%d", KBSH_ABI_MAJOR, KBSH_ABI_MINOR);
  if (!tree || !abi)
    return tree;
  json_object_object_add (tree, "name", json_object_new_string (PACKAGE_NAME));
  json_object_object_add (tree, "version",
                          json_object_new_string (PACKAGE_VERSION));
  json_object_object_add (tree, "abi", json_object_new_string (abi));
  return tree;
}

static int
print_tree (const char *form)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *tree = describe ();
  kbsh_autofree char *text = NULL;
  if (tree && strcmp (form, "yaml") == 0)
    text = kbsh_yaml_text (tree, &err);
  else if (tree)
    text = kbsh_text (
        "%s\n", json_object_to_json_string_ext (
                    tree, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED));
  if (!text)
    return cli_error (&err, CLI_FAILED);
  return cli_print (text) ? CLI_FAILED : CLI_OK;
}

int
cli_version (struct cli *cli, int argc, char **argv)
{
  static const char *const forms[] = { "short", "json", "yaml", NULL };
  kbsh_autofree char *text = NULL;
  if (argc)
    return cli_unknown ("argument", argv[0], NULL, "version --help");
  if (cli->help)
    return cli_print ("Usage:\n  " PACKAGE_NAME
                      " version [-o short|json|yaml]\n")
               ? CLI_FAILED
               : CLI_OK;
  if (!cli->output)
    text = kbsh_text (PACKAGE_NAME " " PACKAGE_VERSION " (plugin ABI %d.%d)\n",
                      KBSH_ABI_MAJOR, KBSH_ABI_MINOR);
  else if (strcmp (cli->output, "short") == 0)
    text = kbsh_text ("%s\n", PACKAGE_VERSION);
  else if (strcmp (cli->output, "json") == 0
           || strcmp (cli->output, "yaml") == 0)
    return print_tree (cli->output);
  else
    return cli_unknown ("output format", cli->output, forms, "version --help");
  return text && cli_print (text) == 0 ? CLI_OK : CLI_FAILED;
}
