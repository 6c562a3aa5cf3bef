/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of checking a workflow.
 */
#ifndef CORE_FLOW_CHECK_H
#define CORE_FLOW_CHECK_H

#include "flow/problems.h"
#include "flow/workflow.h"

/* The pseudo service that runs checks: flow/checks.c. */
#define CHECKS_SERVICE "checks"
/* And the one that undoes: flow/undo.c. */
#define UNDO_SERVICE "undo"

/* One member of a step's `with`: accepted, and of the right type as far as
 * that is known before the run. */
int check_with (const struct step *step, json_object *accepts, const char *key,
                json_object *value, struct kbsh_error *err);
/* What is required is there. */
int check_required (const struct step *step, json_object *accepts,
                    const char *service, struct kbsh_error *err);
/* Every reference of a step, and that of the workflow's `skip`. */
void check_references (const struct workflow *workflow, const struct step *step,
                       struct problems *problems);
int check_skip (const struct workflow *workflow, struct kbsh_error *err);
int checks_check (struct step *step, struct registry *registry,
                  struct kbsh_error *err);
int undo_check_step (const struct step *step, struct kbsh_error *err);
/* No step waits for itself; the error shows the chain. */
int check_cycles (const struct workflow *workflow, struct kbsh_error *err);

#endif
