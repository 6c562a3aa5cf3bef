/* SPDX-License-Identifier: Apache-2.0
 *
 * A workflow is checked whole before anything runs.
 */
#include "config.h"

#include "flow/check.h"

#include <stdlib.h>
#include <string.h>

#include "flow/inputs.h"
#include "load/loader.h"
#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>

struct scope
{
  const struct workflow *workflow;
  const struct step *step;
  const char *pointer; /* where the reference stands */
  struct kbsh_error *err;
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

/* All texts in a tree, with the place of each. */
static int
check_texts (struct scope *scope, json_object *tree, const char *pointer)
{
  int status = 0;
  if (json_object_is_type (tree, json_type_string))
    {
      scope->pointer = pointer;
      return kbsh_template_visit (tree, check_reference, scope);
    }
  if (json_object_is_type (tree, json_type_array))
    for (size_t i = 0; status == 0 && i < json_object_array_length (tree); i++)
      {
        kbsh_autofree char *at = kbsh_text ("%s/%zu", pointer, i);
        status
            = at ? check_texts (scope, json_object_array_get_idx (tree, i), at)
                 : kbsh_error_memory (scope->err);
      }
  if (json_object_is_type (tree, json_type_object))
    {
      json_object_object_foreach (tree, key, value)
      {
        kbsh_autofree char *at = kbsh_text ("%s/%s", pointer, key);
        if (!at || check_texts (scope, value, at) < 0)
          return at ? -1 : kbsh_error_memory (scope->err);
      }
    }
  return status;
}

static int
check_references (const struct workflow *workflow, const struct step *step,
                  struct kbsh_error *err)
{
  struct scope scope = { workflow, step, "/when", err };
  const struct inputs nothing = { NULL, NULL };
  if (step->with && check_texts (&scope, step->with, "/with") < 0)
    return -1;
  scope.pointer = "/when";
  if (!step->when)
    return 0;
  /* What can't be read at all is told before what it refers to. */
  if (inputs_when (&nothing, step->when, err) < 0)
    return node_at (&step->node, "/when", 0, err);
  if (inputs_when_visit (step->when, check_reference, &scope, err) == 0)
    return 0;
  return node_at (&step->node, "/when", 0, err);
}

static int
check_needs (const struct workflow *workflow, const struct step *step,
             struct kbsh_error *err)
{
  for (size_t i = 0; step->needs && step->needs[i]; i++)
    {
      const char *need = step->needs[i];
      kbsh_autofree char *pointer = kbsh_text ("/needs/%zu", i);
      kbsh_autofree char *nearest = NULL;
      int found = 0;
      for (size_t j = 0; !found && j < workflow->step_count; j++)
        found = &workflow->steps[j] != step
                && step_matches (&workflow->steps[j], need);
      if (found)
        continue;
      if (step_matches (step, need))
        kbsh_error_set (err, "the step \"%s\" needs itself", step->name);
      else
        {
          nearest = workflow_nearest_step (workflow, need);
          kbsh_error_set (err, "there is no step or group \"%s\" to need",
                          need);
          if (nearest)
            kbsh_error_remedy (err, "did you mean \"%s\"?", nearest);
        }
      return node_at (&step->node, pointer ? pointer : "/needs", 0, err);
    }
  return 0;
}

/* A value that has no reference in it is known now. */
static int
note_reference (void *data, const char *reference)
{
  (void)reference;
  *(int *)data = 1;
  return 0;
}

static int
is_literal (json_object *value)
{
  int references = 0;
  kbsh_template_visit (value, note_reference, &references);
  return !references;
}

int
check_with (const struct step *step, json_object *accepts, const char *key,
            json_object *value, struct kbsh_error *err)
{
  json_object *one = accepts_find (accepts, key);
  kbsh_autofree char *pointer = kbsh_text ("/with/%s", key);
  const char *needed;
  if (!pointer)
    return kbsh_error_memory (err);
  if (!one)
    {
      accepts_refuse (accepts, step->run, key, err);
      return node_at (&step->node, pointer, 1, err);
    }
  if (!value || !is_literal (value))
    return 0;
  needed = type_mismatch (kbsh_json_string (one, "/type", "any"), value);
  if (needed)
    {
      kbsh_error_set (err, "\"%s\" of %s has to be %s", key, step->run, needed);
      return node_at (&step->node, pointer, 0, err);
    }
  if (accepts_allowed (one, value, err) == 0)
    return 0;
  return node_at (&step->node, pointer, 0, err);
}

int
check_required (const struct step *step, json_object *accepts,
                const char *service, struct kbsh_error *err)
{
  for (size_t i = 0; i < json_object_array_length (accepts); i++)
    {
      json_object *one = json_object_array_get_idx (accepts, i);
      const char *name = kbsh_json_string (one, "/name", "");
      if (!kbsh_json_bool (one, "/required", 0)
          || (step->with && json_object_object_get_ex (step->with, name, NULL)))
        continue;
      kbsh_error_set (err, "%s needs the parameter \"%s\"", service, name);
      kbsh_error_remedy (err, "add it under with:");
      return node_at (&step->node, step->with ? "/with" : "/run", 0, err);
    }
  return 0;
}

static int
check_function (struct step *step, struct kbsh_error *err)
{
  const char *role = step->service->role;
  const char *usual = strcmp (role, "addon") == 0 ? "apply" : "run";
  if (strcmp (role, "step") != 0 && strcmp (role, "addon") != 0)
    {
      kbsh_error_set (err,
                      "%s has the role %s: a workflow can run steps and "
                      "addons",
                      step->run, role);
      return node_at (&step->node, "/run", 0, err);
    }
  if (loader_function (step->service, step->op ? step->op : usual))
    return 0;
  kbsh_error_set (err, "%s has no operation \"%s\"", step->run, step->op);
  if (strcmp (role, "addon") == 0)
    kbsh_error_remedy (err, "an addon has render, apply, verify and remove");
  return node_at (&step->node, "/op", 0, err);
}

static int
check_service (struct step *step, struct registry *registry,
               struct kbsh_error *err)
{
  kbsh_autojson json_object *accepts = NULL;
  step->service = registry_service (registry, step->run, NULL, err);
  if (!step->service)
    return node_at (&step->node, "/run", 0, err);
  if (check_function (step, err) < 0)
    return -1;
  accepts = accepts_parse (step->service, err);
  if (!accepts)
    return -1;
  if (step->with)
    {
      json_object_object_foreach (
          step->with, key,
          value) if (check_with (step, accepts, key, value, err) < 0) return -1;
    }
  return check_required (step, accepts, step->run, err);
}

static int
check_skip (const struct workflow *workflow, struct kbsh_error *err)
{
  const struct scope scope = { workflow, NULL, "/skip", err };
  return workflow->skip ? check_reference ((void *)&scope, workflow->skip) : 0;
}

int
workflow_check (struct workflow *workflow, struct registry *registry,
                struct kbsh_error *err)
{
  for (size_t i = 0; i < workflow->step_count; i++)
    {
      struct step *step = &workflow->steps[i];
      int status = strcmp (step->run, CHECKS_SERVICE) == 0
                       ? checks_check (step, registry, err)
                       : check_service (step, registry, err);
      if (status < 0 || check_references (workflow, step, err) < 0
          || check_needs (workflow, step, err) < 0)
        return -1;
    }
  return check_skip (workflow, err) < 0 ? -1 : check_cycles (workflow, err);
}
