/* SPDX-License-Identifier: Apache-2.0
 *
 * A workflow is checked whole before anything runs.
 */
#include "config.h"

#include "flow/check.h"

#include <stdlib.h>
#include <string.h>

#include "load/loader.h"
#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>

static int
check_need (const struct workflow *workflow, const struct step *step,
            const char *need, const char *pointer, struct kbsh_error *err)
{
  kbsh_autofree char *nearest = NULL;
  const struct names *names = &workflow->names;
  size_t at, count = names_find (names, need, strlen (need), &at);
  for (; count--; at++)
    if (&workflow->steps[names->all[at].step] != step)
      return 0;
  if (step_matches (step, need))
    kbsh_error_set (err, "the step \"%s\" needs itself", step->name);
  else
    {
      nearest = workflow_nearest_step (workflow, need);
      kbsh_error_set (err, "there is no step or group \"%s\" to need", need);
      if (nearest)
        kbsh_error_remedy (err, "did you mean \"%s\"?", nearest);
    }
  return node_at (&step->node, pointer, 0, err);
}

static void
check_needs (const struct workflow *workflow, const struct step *step,
             struct problems *problems)
{
  for (size_t i = 0; step->needs && step->needs[i]; i++)
    {
      struct kbsh_error err = KBSH_ERROR_INIT;
      kbsh_autofree char *pointer = kbsh_text ("/needs/%zu", i);
      if (check_need (workflow, step, step->needs[i],
                      pointer ? pointer : "/needs", &err)
          < 0)
        problems_note (problems, &err);
    }
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

/* What it is given, and what it needs to be given. */
static void
check_parameters (const struct step *step, struct problems *problems)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *accepts = accepts_parse (step->service, &err);
  if (!accepts)
    {
      problems_note (problems, &err);
      return;
    }
  if (step->with)
    {
      json_object_object_foreach (
          step->with, key,
          value) if (check_with (step, accepts, key, value, &err) < 0)
          problems_note (problems, &err);
    }
  if (check_required (step, accepts, step->run, &err) < 0)
    problems_note (problems, &err);
}

static void
check_service (struct step *step, struct registry *registry,
               struct problems *problems)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  step->service = registry_service (registry, step->run, NULL, &err);
  if (!step->service)
    {
      node_at (&step->node, "/run", 0, &err);
      problems_note (problems, &err);
      return;
    }
  if (check_function (step, &err) < 0)
    problems_note (problems, &err);
  check_parameters (step, problems);
}

static void
check_step (const struct workflow *workflow, struct step *step,
            struct registry *registry, struct problems *problems)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  int undoes = strcmp (step->run, UNDO_SERVICE) == 0;
  if (!undoes && strcmp (step->run, CHECKS_SERVICE) != 0)
    check_service (step, registry, problems);
  else if (undoes ? undo_check_step (step, &err) < 0
                  : checks_check (step, registry, &err) < 0)
    problems_note (problems, &err);
  check_references (workflow, step, problems);
  check_needs (workflow, step, problems);
}

static int
check_confirm (const struct workflow *workflow, struct kbsh_error *err)
{
  const struct confirm *confirm = &workflow->confirm;
  const struct parameter *p
      = confirm->unless ? workflow_parameter (workflow, confirm->unless) : NULL;
  int found = !confirm->step;
  if (confirm->unless && (!p || strcmp (p->type, "bool") != 0))
    {
      kbsh_error_set (err, "\"%s\" is no parameter of type bool",
                      confirm->unless);
      return node_at (&workflow->node, "/confirm/unless", 0, err);
    }
  for (size_t i = 0; !found && i < workflow->step_count; i++)
    found = step_matches (&workflow->steps[i], confirm->step);
  if (found)
    return 0;
  kbsh_error_set (err, "there is no step or group \"%s\"", confirm->step);
  return node_at (&workflow->node, "/confirm/step", 0, err);
}

void
workflow_problems (struct workflow *workflow, struct registry *registry,
                   struct problems *problems)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  size_t before = problems->count;
  for (size_t i = 0; i < workflow->step_count && !problems->more; i++)
    check_step (workflow, &workflow->steps[i], registry, problems);
  if (check_skip (workflow, &err) < 0)
    problems_note (problems, &err);
  if (check_confirm (workflow, &err) < 0)
    problems_note (problems, &err);
  /* A need that is wrong makes circles that are none. */
  if (problems->count == before && check_cycles (workflow, &err) < 0)
    problems_note (problems, &err);
  problems_sort (problems);
}

int
workflow_check (struct workflow *workflow, struct registry *registry,
                struct kbsh_error *err)
{
  struct problems problems = { NULL, 0, 0, 0 };
  int status;
  workflow_problems (workflow, registry, &problems);
  status = problems_first (&problems, err);
  problems_free (&problems);
  return status;
}
