/* SPDX-License-Identifier: Apache-2.0
 *
 * Commands of plugins: `kbsh WORDS... [flags]` runs a service of role
 * "command", as a workflow of one step.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/inner.h"
#include "load/loader.h"
#include "load/probe.h"
#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>

static int
each_of (const struct kbsh_module *module, command_fn *call, void *data)
{
  const struct kbsh_service *const *s = module ? module->services : NULL;
  for (; s && *s; s++)
    {
      const struct kbsh_command_ops *ops = (*s)->ops;
      if (strcmp ((*s)->role, "command") == 0
          && call (data, *s, ops->words) < 0)
        return -1;
    }
  return 0;
}

int
command_each (struct cli *cli, const char *module, command_fn *call, void *data)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct registry *registry = cli_registry (cli, &err);
  if (!registry)
    return -1;
  if (module)
    {
      struct registry_module *one = registry_open (registry, module, NULL);
      return one ? each_of (one->module, call, data) : 0;
    }
  if (probe_open_all (registry, &err) < 0)
    return -1;
  for (size_t i = 0; i < registry_count (registry); i++)
    if (each_of (registry_at (registry, i)->module, call, data) < 0)
      return -1;
  return 0;
}

struct match
{
  const char *const *words; /* typed */
  const struct kbsh_service *service;
  size_t length; /* words that matched */
  int group;     /* some command begins with all that was typed */
};

/* How many of the typed words a command's words take: 0 when not all. */
static int
match_one (void *data, const struct kbsh_service *service, const char *text)
{
  struct match *match = data;
  kbsh_autofree char *copy = strdup (text);
  char *save = NULL;
  size_t length = 0;
  if (!copy)
    return -1;
  for (char *word = strtok_r (copy, " ", &save); word;
       word = strtok_r (NULL, " ", &save), length++)
    {
      if (!match->words[length])
        match->group |= length > 0;
      if (!match->words[length] || strcmp (match->words[length], word) != 0)
        return 0;
    }
  if (length > match->length)
    {
      match->length = length;
      match->service = service;
    }
  return 0;
}

static int
only_group (struct cli *cli, const struct match *match)
{
  kbsh_autofree char *words
      = words_join (match->words, strings_count (match->words));
  struct kbsh_error err = KBSH_ERROR_INIT;
  if (!words)
    {
      kbsh_error_memory (&err);
      return cli_error (&err, CLI_FAILED);
    }
  if (cli->help)
    return help_commands (cli, words, stdout);
  help_commands (cli, words, stderr);
  kbsh_error_set (&err, "\"%s\" is not run on its own", words);
  kbsh_error_remedy (&err, "name one of its commands");
  return cli_error (&err, CLI_USAGE);
}

/* What the service accepts and was given. */
static json_object *
given (const struct flags *flags, json_object *accepts, struct kbsh_error *err)
{
  kbsh_autojson json_object *out = json_object_new_object ();
  for (size_t i = 0; out && i < json_object_array_length (accepts); i++)
    {
      json_object *one = json_object_array_get_idx (accepts, i), *value;
      const char *name = kbsh_json_string (one, "/name", "");
      if (json_object_object_get_ex (flags->values, name, &value))
        json_object_object_add (out, name, json_object_get (value));
    }
  if (!out)
    kbsh_error_memory (err);
  return kbsh_steal (&out);
}

/* The workflow of one step: its parameters are the service's, handed on by
 * reference, so that no value is taken for a reference. */
static int
make_workflow (const struct kbsh_service *service, json_object *values,
               struct workflow *workflow, struct step *step,
               struct parameter *parameters, struct kbsh_error *err)
{
  json_object *with = json_object_new_object ();
  if (!with)
    return kbsh_error_memory (err);
  *step = (struct step){ .name = (char *)service->name,
                         .run = (char *)service->name,
                         .with = with,
                         .service = service,
                         .timeout_ms = 60 * 60 * 1000 };
  *workflow = (struct workflow){ .name = (char *)service->name,
                                 .steps = step,
                                 .step_count = 1,
                                 .parameters = parameters };
  json_object_object_foreach (values, name, value)
  {
    kbsh_autofree char *reference = kbsh_text ("${%s}", name);
    (void)value;
    if (!reference)
      return kbsh_error_memory (err);
    json_object_object_add (with, name, json_object_new_string (reference));
    parameters[workflow->parameter_count++]
        = (struct parameter){ .name = (char *)name };
  }
  return 0;
}

static int
run_service (struct cli *cli, const struct kbsh_service *service,
             json_object *values, struct kbsh_error *err)
{
  struct workflow workflow;
  struct step step = { 0 };
  kbsh_autofree struct parameter *parameters = calloc (
      (size_t)json_object_object_length (values) + 1, sizeof *parameters);
  int status = CLI_FAILED;
  if (!parameters)
    return cli_error (err, kbsh_error_memory (err));
  if (make_workflow (service, values, &workflow, &step, parameters, err) == 0)
    status = execute (&(struct execution){
        .cli = cli, .workflow = &workflow, .given = values, .command = 1 });
  json_object_put (step.with);
  return status;
}

static int
run_command (struct cli *cli, int argc, char **argv, const struct match *match)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct flags flags KBSH_CLEANUP (flags_free) = { 0 };
  kbsh_autojson json_object *accepts = accepts_parse (match->service, &err);
  kbsh_autojson json_object *values = NULL;
  const struct kbsh_command_ops *ops = match->service->ops;
  const char *words = ops->words;
  if (!accepts || common_flags (&flags, &err) < 0
      || flags_add_accepts (&flags, accepts, &err) < 0)
    return cli_error (&err, CLI_FAILED);
  if (flags_parse (&flags, argc, argv, 0, &err) < 0
      || common_fill (cli, flags.values, &err) < 0)
    return cli_usage (&err, words);
  if (cli->help)
    return help_command (cli, match->service, &flags);
  if (flags_take_words (&flags, flags.words + match->length, &err) < 0
      || flags_need (&flags, &err) < 0)
    return cli_usage (&err, words);
  values = given (&flags, accepts, &err);
  if (!values)
    return cli_error (&err, CLI_FAILED);
  return run_service (cli, match->service, values, &err);
}

int
command_run (struct cli *cli, int argc, char **argv, const char *const *words,
             int *status)
{
  struct match match = { .words = words };
  if (command_each (cli, words[0], match_one, &match) < 0)
    return 1;
  if (!match.service && command_each (cli, NULL, match_one, &match) < 0)
    return 1;
  if (match.service)
    *status = run_command (cli, argc, argv, &match);
  else if (match.group)
    *status = only_group (cli, &match);
  return !match.service && !match.group;
}
