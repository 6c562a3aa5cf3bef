/* SPDX-License-Identifier: Apache-2.0
 *
 * The flags that every subcommand knows.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/inner.h"
#include <kbsh/json.h>

static const struct flag common[] = {
  { .name = "dry-run",
    .type = "bool",
    .help = "change nothing, and print what would be done" },
  { .name = "skip-phases", .type = "list", .help = "phases that are left out" },
  { .name = "output",
    .short_name = 'o',
    .type = "string",
    .help = "text, or json: one event a line on standard output" },
  { .name = "trace",
    .type = "path",
    .help = "write a trace of the run (Chrome, Perfetto) to this file" },
  { .name = "v",
    .short_name = 'v',
    .type = "int",
    .help = "how much is told: 0, or 1 and more for everything" },
  { .name = "parallel",
    .type = "int",
    .help = "steps side by side (default: four more than processors)" },
  { .name = "plugin-dir",
    .type = "list",
    .help = "folder of plugins, instead of the built-in one" },
  { .name = "data-dir",
    .type = "path",
    .help = "folder of the plugins' data files" },
  { .name = "workflow-dir", .type = "path", .help = "folder of workflows" },
  { .name = "overlay-dir",
    .type = "path",
    .help = "folder of overlays (default " KBSH_OVERLAY_FOLDER ")" },
  { .name = "state-dir",
    .type = "path",
    .help = "folder of the journal (default " KBSH_STATE_FOLDER ")" },
  { .name = "help", .short_name = 'h', .type = "bool", .help = "this help" },
};

int
common_flags (struct flags *flags, struct kbsh_error *err)
{
  for (size_t i = 0; i < sizeof common / sizeof *common; i++)
    {
      struct flag flag = common[i];
      flag.common = 1;
      if (flags_add (flags, &flag, err) < 0)
        return -1;
    }
  return 0;
}

/* A list as texts that live as long as the tree. */
static const char **
texts (json_object *list, const char *otherwise)
{
  size_t count = list ? json_object_array_length (list) : 0;
  const char **out = calloc (count + 2, sizeof *out);
  for (size_t i = 0; out && i < count; i++)
    out[i] = json_object_get_string (json_object_array_get_idx (list, i));
  if (out && !list)
    out[0] = otherwise;
  return out;
}

/* One step for each processor, and a few that wait for a disk or a server. */
static int
default_processors (void)
{
  long count = sysconf (_SC_NPROCESSORS_ONLN);
  return (int)(count > 0 ? count : 1) + 4;
}

int
common_fill (struct cli *cli, json_object *values, struct kbsh_error *err)
{
  const char *data = kbsh_json_string (values, "/data-dir", NULL);
  int64_t parallel = kbsh_json_int (values, "/parallel", 0);
  common_free (cli);
  cli->common = json_object_get (values);
  cli->data_folder = data ? data : KBSH_DATA_FOLDER;
  cli->workflow_folder = kbsh_json_string (values, "/workflow-dir",
                                           KBSH_DATA_FOLDER "/workflows");
  cli->overlay_folder
      = kbsh_json_string (values, "/overlay-dir", KBSH_OVERLAY_FOLDER);
  cli->state_folder
      = kbsh_json_string (values, "/state-dir", KBSH_STATE_FOLDER);
  cli->output = kbsh_json_string (values, "/output", NULL);
  cli->trace = kbsh_json_string (values, "/trace", NULL);
  cli->verbose = (int)kbsh_json_int (values, "/v", 0);
  cli->dry_run = kbsh_json_bool (values, "/dry-run", 0);
  cli->help = kbsh_json_bool (values, "/help", 0);
  if (kbsh_json_at (values, "/parallel") && parallel < 1)
    return kbsh_error_set (err, "--parallel has to be at least 1");
  cli->processors = parallel ? (int)parallel : default_processors ();
  cli->plugin_folders
      = texts (kbsh_json_at (values, "/plugin-dir"), KBSH_PLUGIN_FOLDER);
  cli->skip = texts (kbsh_json_at (values, "/skip-phases"), NULL);
  return cli->plugin_folders && cli->skip ? 0 : kbsh_error_memory (err);
}

void
common_free (struct cli *cli)
{
  free (cli->plugin_folders);
  free (cli->skip);
  json_object_put (cli->common);
  cli->plugin_folders = cli->skip = NULL;
  cli->common = NULL;
}

/* The built-in folder may be missing; one that was given has to be there. */
static int
check_folders (const struct cli *cli, struct kbsh_error *err)
{
  if (!kbsh_json_at (cli->common, "/plugin-dir"))
    return 0;
  for (const char **folder = cli->plugin_folders; *folder; folder++)
    if (access (*folder, F_OK) < 0)
      {
        kbsh_error_set (err, "the plugin folder '%s' can't be read", *folder);
        kbsh_error_why (err, "%s", strerror (errno));
        return kbsh_error_remedy (err, "correct --plugin-dir");
      }
  return 0;
}

struct registry *
cli_registry (struct cli *cli, struct kbsh_error *err)
{
  if (!cli->registry && check_folders (cli, err) < 0)
    return NULL;
  if (!cli->registry
      && registry_new (cli->plugin_folders, &cli->registry, err) < 0)
    return NULL;
  return cli->registry;
}
