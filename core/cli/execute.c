/* SPDX-License-Identifier: Apache-2.0
 *
 * One run from the command line: parameters, events, the engine, the last
 * line.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/inner.h"
#include "flow/engine.h"
#include "flow/run.h"
#include <kbsh/cleanup.h>
#include <kbsh/json.h>

static void
cleanup_events (struct events **events)
{
  events_free (*events);
}

static int
add_sink (struct events *events, struct sink *sink, struct kbsh_error *err)
{
  return sink ? events_add (events, sink, err) : kbsh_error_memory (err);
}

static int
add_sinks (struct execution *e, struct events *events, int json,
           struct kbsh_error *err)
{
  struct cli *cli = e->cli;
  struct sink *trace;
  int status;
  if (json)
    status = add_sink (events, sink_json (STDOUT_FILENO), err);
  else if (e->command && !cli->verbose && !cli->dry_run)
    status = add_sink (events, sink_quiet (STDERR_FILENO, &e->lost), err);
  else if (isatty (STDERR_FILENO) && !cli->verbose && !cli->dry_run)
    status = add_sink (events,
                       sink_results (sink_live (STDERR_FILENO), &e->lost), err);
  else
    status = add_sink (
        events,
        sink_results (sink_plain (STDERR_FILENO, cli->verbose), &e->lost), err);
  if (status < 0 || !cli->trace)
    return status;
  trace = sink_trace (cli->trace, err);
  return trace ? events_add (events, trace, err) : -1;
}

/* What was given, and the defaults of the rest. Secrets are told to nobody. */
static json_object *
parameters_of (struct execution *e, struct events *events,
               struct kbsh_error *err)
{
  kbsh_autojson json_object *all = json_object_new_object ();
  for (size_t i = 0; all && i < e->workflow->parameter_count; i++)
    {
      const struct parameter *p = &e->workflow->parameters[i];
      json_object *value = NULL;
      if (!json_object_object_get_ex (e->given, p->name, &value))
        value = p->otherwise;
      if (!value)
        continue;
      json_object_object_add (all, p->name, json_object_get (value));
      if (p->secret && json_object_is_type (value, json_type_string)
          && events_secret (events, json_object_get_string (value), err) < 0)
        return NULL;
    }
  if (!all)
    kbsh_error_memory (err);
  return kbsh_steal (&all);
}

static int
run_it (struct execution *e, struct run *run, int json, struct kbsh_error *err)
{
  int status;
  if (run_open (run, err) < 0)
    return cli_error (err, CLI_FAILED);
  status = engine_run (run, e->cli->interrupt, err);
  run_close (run);
  if (status == 0 && e->command && e->lost)
    {
      kbsh_error_set (err, "standard output can't be written");
      return cli_error (err, CLI_FAILED);
    }
  if (e->lost)
    fprintf (stderr, "warning: standard output can't be written: what was to "
                     "be printed there is lost\n");
  if (status == 0)
    {
      if (!run->changes && !e->command && !json && !run->dry_run)
        fprintf (stderr, "nothing was changed: everything is as the workflow "
                         "says\n");
      return CLI_OK;
    }
  if (cli_interrupted (e->cli))
    return cli_interrupted (e->cli);
  /* The sinks of a workflow have told it. */
  return e->command && !json ? cli_error (err, CLI_FAILED) : CLI_FAILED;
}

int
execute (struct execution *e)
{
  struct cli *cli = e->cli;
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct events *events KBSH_CLEANUP (cleanup_events) = NULL;
  kbsh_autojson json_object *parameters = NULL;
  int json = !e->command && cli->output && strcmp (cli->output, "json") == 0;
  struct run run = { .registry = cli_registry (cli, &err),
                     .workflow = e->workflow,
                     .only = e->only,
                     .skip = cli->skip,
                     .data_folder = cli->data_folder,
                     .state_folder = cli->state_folder,
                     .dry_run = cli->dry_run,
                     .processors = cli->processors };
  int status;
  if (!run.registry || events_new (&events, &err) < 0
      || add_sinks (e, events, json, &err) < 0)
    return cli_error (&err, CLI_FAILED);
  parameters = parameters_of (e, events, &err);
  if (!parameters)
    return cli_error (&err, CLI_FAILED);
  run.events = events;
  run.parameters = parameters;
  status = run_it (e, &run, json, &err);
  return status;
}
