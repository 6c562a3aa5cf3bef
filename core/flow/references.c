/* SPDX-License-Identifier: Apache-2.0
 *
 * What a workflow refers to: parameters, facts of its steps, the program's own
 * inputs.
 */
#include "config.h"

#include "flow/check.h"

#include <stdlib.h>
#include <string.h>

#include "flow/inputs.h"
#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>

struct scope
{
  const struct workflow *workflow;
  const struct step *step;
  const char *pointer; /* where the reference stands */
  struct kbsh_error *err;
  struct problems *problems; /* or NULL: one error is enough */
};

/* The place of the reference: in the step, or in the workflow's `skip`. */
static int
at (const struct scope *scope)
{
  const struct node *node
      = scope->step ? &scope->step->node : &scope->workflow->node;
  return node_at (node, scope->pointer, 0, scope->err);
}

static int
unknown_reference (const struct scope *scope, const char *reference,
                   const char *name)
{
  const struct workflow *w = scope->workflow;
  size_t count = 0;
  const char *nearest = NULL;
  const char **names
      = calloc (w->parameter_count + w->step_count + 1, sizeof *names);
  for (size_t i = 0; names && i < w->parameter_count; i++)
    names[count++] = w->parameters[i].name;
  for (size_t i = 0; names && strchr (reference, ':') && i < w->step_count; i++)
    names[count++] = w->steps[i].name;
  if (names)
    nearest = kbsh_nearest (name, names);
  if (strchr (reference, ':'))
    kbsh_error_set (scope->err,
                    "\"%s\" refers to nothing: no step and no "
                    "parameter has the name \"%s\"",
                    reference, name);
  else
    kbsh_error_set (scope->err, "there is no parameter \"%s\"", name);
  if (nearest)
    kbsh_error_remedy (scope->err, "did you mean \"%s\"?", nearest);
  else if (!strchr (reference, ':') && workflow_step (w, name))
    kbsh_error_remedy (scope->err, "facts of a step are written %s:/FACT",
                       name);
  free (names);
  return at (scope);
}

/* The program's own inputs are known, one by one. */
static int
check_own (const struct scope *scope, const char *reference,
           const char *pointer)
{
  const char *const *known = inputs_own_pointers;
  const char *nearest = kbsh_nearest (pointer, known);
  for (; *known; known++)
    if (strcmp (*known, pointer) == 0)
      return 0;
  kbsh_error_set (scope->err, "\"%s\" refers to nothing", reference);
  kbsh_error_why (scope->err, "the program has no such input");
  if (nearest)
    kbsh_error_remedy (scope->err, "did you mean \"" INPUTS_OWN ":%s\"?",
                       nearest);
  return at (scope);
}

static int
check_reference (void *data, const char *reference)
{
  const struct scope *scope = data;
  const char *colon = strchr (reference, ':');
  kbsh_autofree char *name
      = colon ? strndup (reference, (size_t)(colon - reference))
              : strdup (reference);
  if (!name)
    return kbsh_error_memory (scope->err);
  if (colon && colon[1] && colon[1] != '/')
    {
      kbsh_error_set (scope->err,
                      "in \"%s\", what follows ':' has to be a "
                      "pointer, such as :/%s",
                      reference, colon + 1);
      return at (scope);
    }
  if (colon && strcmp (name, INPUTS_OWN) == 0)
    return check_own (scope, reference, colon + 1);
  if (colon && scope->step && strcmp (name, scope->step->name) == 0)
    {
      /* A parameter of the same name is meant. */
      if (workflow_parameter (scope->workflow, name))
        return 0;
      kbsh_error_set (scope->err, "a step can't refer to its own facts");
      return at (scope);
    }
  if (workflow_parameter (scope->workflow, name)
      || (colon && workflow_step (scope->workflow, name)))
    return 0;
  return unknown_reference (scope, reference, name);
}

static void
check_text (struct scope *scope, json_object *text, const char *pointer)
{
  scope->pointer = pointer;
  if (kbsh_template_visit (text, check_reference, scope) < 0)
    problems_note (scope->problems, scope->err);
}

/* All texts in a tree, with the place of each. */
static void
check_texts (struct scope *scope, json_object *tree, const char *pointer)
{
  if (json_object_is_type (tree, json_type_string))
    check_text (scope, tree, pointer);
  else if (json_object_is_type (tree, json_type_array))
    for (size_t i = 0; i < json_object_array_length (tree); i++)
      {
        kbsh_autofree char *at = kbsh_text ("%s/%zu", pointer, i);
        check_texts (scope, json_object_array_get_idx (tree, i),
                     at ? at : pointer);
      }
  else if (json_object_is_type (tree, json_type_object))
    {
      json_object_object_foreach (tree, key, value)
      {
        kbsh_autofree char *at = kbsh_text ("%s/%s", pointer, key);
        check_texts (scope, value, at ? at : pointer);
      }
    }
}

void
check_references (const struct workflow *workflow, const struct step *step,
                  struct problems *problems)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct scope scope = { workflow, step, "/when", &err, problems };
  const struct inputs nothing = { NULL, NULL };
  if (step->with)
    check_texts (&scope, step->with, "/with");
  scope.pointer = "/when";
  /* What can't be read at all is told before what it refers to. */
  if (!step->when
      || (inputs_when (&nothing, step->when, &err) >= 0
          && inputs_when_visit (step->when, check_reference, &scope, &err)
                 == 0))
    return;
  node_at (&step->node, "/when", 0, &err);
  problems_note (problems, &err);
}

int
check_skip (const struct workflow *workflow, struct kbsh_error *err)
{
  const struct scope scope = { workflow, NULL, "/skip", err, NULL };
  return workflow->skip ? check_reference ((void *)&scope, workflow->skip) : 0;
}
