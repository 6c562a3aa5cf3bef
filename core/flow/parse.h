/* SPDX-License-Identifier: Apache-2.0
 *
 * Between the files of a workflow and its structs.
 */
#ifndef CORE_FLOW_PARSE_H
#define CORE_FLOW_PARSE_H

#include "flow/workflow.h"

#define WORKFLOW_FORMAT "kbsh/v1"

/* A list of nodes that steps and parameters are made of in the end. */
struct nodes
{
  struct node *items;
  size_t count;
};
void nodes_free (struct nodes *nodes);
/* Takes over `node` when it succeeds. */
int nodes_insert (struct nodes *nodes, size_t index, struct node *node,
                  struct kbsh_error *err);
void nodes_remove (struct nodes *nodes, size_t index);
/* Append the parts of the list at a member. */
int nodes_add_list (struct nodes *nodes, const struct node *node,
                    const char *key, struct kbsh_error *err);

/* Take over the node (also when it fails). */
int parse_parameter (struct node *node, struct parameter *out,
                     struct kbsh_error *err);
int parse_step (struct node *node, struct step *out, struct kbsh_error *err);
extern const char *const step_keys[];
int format_check (const struct node *node, struct kbsh_error *err);

/* Lay all overlays of the folder that are meant for `name` over the steps. */
int overlays_apply (const char *folder, const char *name,
                    struct nodes *parameters, struct nodes *steps,
                    struct kbsh_error *err);
/* The sorted names of a folder's *.yaml files, without the suffix. */
int yaml_files (const char *folder, char ***out, struct kbsh_error *err);

#endif
