/* SPDX-License-Identifier: Apache-2.0
 *
 * References and conditions: ${name}, ${name:/pointer}, ${step:/pointer}, and
 * `when`. One lookup serves workflows, what services may touch, and get().
 */
#ifndef CORE_FLOW_INPUTS_H
#define CORE_FLOW_INPUTS_H

#include <json-c/json.h>

#include <kbsh/error.h>

/* The program's own inputs stand beside the facts of the steps, under this
 * name, which no step or parameter may have. */
#define INPUTS_OWN "kbsh"

struct inputs
{
  json_object *parameters; /* name -> value */
  json_object *facts;      /* step -> facts, or NULL */
};

/* Add the program's own to the facts: "/state-dir" (NULL: none). */
int inputs_own (json_object *facts, const char *state_folder,
                struct kbsh_error *err);
/* The pointers of the program's own inputs, ended by NULL. */
extern const char *const inputs_own_pointers[];
/* A new reference, or NULL when there is no such value. */
json_object *inputs_get (const struct inputs *inputs, const char *reference);
/* Fill ${...} in a tree. The caller owns the result. */
json_object *inputs_fill (const struct inputs *inputs, json_object *tree,
                          struct kbsh_error *err);
/* A condition: terms joined by "&&" and "||" (&& binds closer); a term is
 * REFERENCE, !REFERENCE, REFERENCE == WORD or REFERENCE != WORD. A reference
 * alone is true unless it is missing, null, false, 0, "", [] or {}.
 * 1, 0, or -1 on a syntax error. */
int inputs_when (const struct inputs *inputs, const char *condition,
                 struct kbsh_error *err);
/* Call visit for each reference in a condition. */
int inputs_when_visit (const char *condition,
                       int (*visit) (void *data, const char *reference),
                       void *data, struct kbsh_error *err);

#endif
