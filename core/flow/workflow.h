/* SPDX-License-Identifier: Apache-2.0
 *
 * A workflow file, merged with its overlays and checked. doc/workflow.md tells
 * the format.
 */
#ifndef CORE_FLOW_WORKFLOW_H
#define CORE_FLOW_WORKFLOW_H

#include <json-c/json.h>

#include "flow/names.h"
#include "flow/node.h"
#include "load/registry.h"
#include <kbsh/error.h>

/* A parameter of a workflow, a flag on the command line. */
struct parameter
{
  char *name;
  char *type; /* string, bool, int, duration, list, path */
  char *short_name;
  char *help;
  json_object *otherwise; /* the default, or NULL */
  json_object *values;    /* the only ones allowed, or NULL */
  char *service;          /* of a text: the role of what it names, or NULL */
  int secret, hidden;
  int positional; /* a word, not a flag */
  int required;
  struct node node; /* as written */
};

enum on_failure
{
  ON_FAILURE_STOP = 0, /* what is running may finish, nothing new starts */
  ON_FAILURE_GO_ON = 1 /* what needs it does not run; the rest does */
};

struct step
{
  char *name; /* "certs/ca" */
  char *summary;
  char *run;   /* "pki.certificate", "checks" or "undo" */
  char *op;    /* function of the role's table; NULL: the role's usual one */
  char *alias; /* another name by which it can be chosen, or NULL */
  json_object *with;
  char *when;   /* condition, or NULL */
  char **needs; /* names or groups ("certs"), NULL-ended */
  int64_t timeout_ms;
  int retry; /* times more after the first */
  enum on_failure on_failure;
  int always;       /* it runs whichever steps were chosen */
  int hidden;       /* not shown in help */
  const char *file; /* where it is written */
  int line, column;
  struct node node;                   /* as written and merged */
  const struct kbsh_service *service; /* set by workflow_check */
};

/* A question that is asked before anything runs. */
struct confirm
{
  char *question; /* NULL: none */
  char *unless;   /* a parameter of type bool: given, nothing is asked */
  char *step;     /* only when this step or group runs; NULL: always */
};

struct workflow
{
  char *name;
  char *summary;
  char *file;
  json_object *groups; /* group -> its summary, for help; or NULL */
  char *skip;          /* where a list of phases to leave out stands, such as
                          "config:/skip"; or NULL */
  struct confirm confirm;
  struct node node;
  struct parameter *parameters;
  size_t parameter_count;
  struct step *steps;
  size_t step_count;
  struct names names; /* of the steps */
};

/* Find NAME.yaml in the workflow folder (or a path with a '/' as it is), read
 * it, and lay the overlays over it: every *.yaml of the overlay folder (may be
 * NULL) whose `overlay:` names it, in the order of their file names. */
int workflow_load (const char *name, const char *folder, const char *overlays,
                   struct workflow **out, struct kbsh_error *err);
void workflow_free (struct workflow *workflow);
/* The names of the workflows in a folder, sorted, NULL-ended; the caller frees
 * with strings_free(). A folder that is not there has none. */
int workflow_names (const char *folder, char ***out, struct kbsh_error *err);

/* Check it whole, opening the modules it names: services, parameters, needs,
 * cycles, references, conditions. */
int workflow_check (struct workflow *workflow, struct registry *registry,
                    struct kbsh_error *err);
/* The same, with all that is wrong, sorted. */
struct problems;
void workflow_problems (struct workflow *workflow, struct registry *registry,
                        struct problems *problems);
/* workflow_load(), with all that is wrong in its parameters and steps, sorted;
 * NULL when there is anything. */
struct workflow *workflow_read (const char *name, const char *folder,
                                const char *overlays,
                                struct problems *problems);

struct step *workflow_step (const struct workflow *workflow, const char *name);
/* Is `step` chosen by this word: its name, its alias, or a group it is in? */
int step_matches (const struct step *step, const char *word);
/* By any of these, which end with NULL? No list has none. */
int step_matches_any (const struct step *step, const char *const *words);

struct parameter *workflow_parameter (const struct workflow *workflow,
                                      const char *name);
/* The nearest name of a step, alias or group to a word; or NULL. The caller
 * frees. */
char *workflow_nearest_step (const struct workflow *workflow, const char *word);
/* Is `word` a group, that is a beginning of a step's name or alias? */
int workflow_group (const struct workflow *workflow, const char *word);
/* Does a value fit a parameter's type? NULL: it does; otherwise what is
 * needed, such as "a number". */
const char *type_mismatch (const char *type, json_object *value);
extern const char *const parameter_types[];
/* What a service accepts under this name: an object of its `accepts` (kbsh/
 * plugin.h), borrowed from `accepts`, or NULL. */
json_object *accepts_find (json_object *accepts, const char *name);
/* Its `accepts`, parsed: a list, empty when there are none. */
json_object *accepts_parse (const struct kbsh_service *service,
                            struct kbsh_error *err);
/* There is no parameter `key`: says so, with the nearest that there is. -1. */
int accepts_refuse (json_object *accepts, const char *service, const char *key,
                    struct kbsh_error *err);
/* Is the value among those that this parameter may have, if it says which? */
int accepts_allowed (json_object *one, json_object *value,
                     struct kbsh_error *err);
/* The arguments of a call: checked, and with the defaults of what was not
 * given. The caller owns the result. */
json_object *accepts_arguments (const struct kbsh_service *service,
                                json_object *accepts, json_object *given,
                                struct kbsh_error *err);

/* The merged result, as a tree to print. */
json_object *workflow_tree (const struct workflow *workflow,
                            struct kbsh_error *err);

#endif
