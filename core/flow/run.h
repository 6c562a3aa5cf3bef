/* SPDX-License-Identifier: Apache-2.0
 *
 * One run of a workflow: what was asked for, what it works with, and what came
 * out. Everything that the engine, the workers and the broker share.
 */
#ifndef CORE_FLOW_RUN_H
#define CORE_FLOW_RUN_H

#include <json-c/json.h>

#include "act/loop.h"
#include "flow/workflow.h"
#include "load/registry.h"
#include "show/events.h"

struct broker;
struct job;

struct run
{
  /* given */
  struct registry *registry;
  struct workflow *workflow;
  struct events *events;
  json_object *parameters;  /* name -> value, defaults filled in */
  const char *const *only;  /* chosen steps or groups (NULL: all) */
  const char *const *skip;  /* skipped steps or groups, NULL-ended */
  const char *data_folder;  /* module NAME's data are in DATA/NAME */
  const char *state_folder; /* journal and backups */
  int dry_run;
  int processors; /* workers side by side */
  /* made by run_open() */
  struct loop *loop;
  struct broker *broker;
  json_object *facts; /* step -> facts */
  int changes;        /* how many effects changed something */
  struct job *jobs;   /* those whose worker runs */
};

/* Make the loop and open the broker. */
int run_open (struct run *run, struct kbsh_error *err);
/* Close them and free what run_open() made; what was given stays. */
void run_close (struct run *run);

#endif
