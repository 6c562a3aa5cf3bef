/* SPDX-License-Identifier: Apache-2.0
 *
 * Workflows: found, read, merged, freed, looked up.
 */
#include "config.h"

#include "flow/workflow.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "flow/parse.h"
#include "flow/problems.h"
#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>

static void
parameter_free (struct parameter *p)
{
  free (p->name);
  free (p->type);
  free (p->short_name);
  free (p->help);
  free (p->service);
  json_object_put (p->otherwise);
  json_object_put (p->values);
  node_free (&p->node);
}

static void
step_free (struct step *step)
{
  free (step->name);
  free (step->summary);
  free (step->run);
  free (step->op);
  free (step->alias);
  free (step->when);
  strings_free (step->needs);
  json_object_put (step->with);
  node_free (&step->node);
}

void
workflow_free (struct workflow *workflow)
{
  if (!workflow)
    return;
  for (size_t i = 0; i < workflow->parameter_count; i++)
    parameter_free (&workflow->parameters[i]);
  for (size_t i = 0; i < workflow->step_count; i++)
    step_free (&workflow->steps[i]);
  free (workflow->parameters);
  free (workflow->steps);
  names_free (&workflow->names);
  free (workflow->name);
  free (workflow->summary);
  free (workflow->skip);
  free (workflow->confirm.question);
  free (workflow->confirm.unless);
  free (workflow->confirm.step);
  free (workflow->file);
  json_object_put (workflow->groups);
  node_free (&workflow->node);
  free (workflow);
}

static void
cleanup_workflow (struct workflow **workflow)
{
  workflow_free (*workflow);
}

static int
no_such_workflow (const char *name, const char *folder, struct kbsh_error *err)
{
  char **names = NULL;
  const char *nearest;
  kbsh_error_set (err, "there is no workflow \"%s\" in %s", name, folder);
  if (workflow_names (folder, &names, NULL) < 0)
    return -1;
  nearest = kbsh_nearest (name, (const char *const *)names);
  if (nearest)
    kbsh_error_remedy (err, "did you mean \"%s\"?", nearest);
  strings_free (names);
  return -1;
}

static char *
find_file (const char *name, const char *folder, struct kbsh_error *err)
{
  char *path = strchr (name, '/') ? strdup (name)
                                  : kbsh_text ("%s/%s.yaml", folder, name);
  if (!path)
    {
      kbsh_error_memory (err);
      return NULL;
    }
  if (strchr (name, '/') || access (path, F_OK) == 0)
    return path;
  free (path);
  no_such_workflow (name, folder, err);
  return NULL;
}

static int
twice (const struct node *node, const char *what, const char *name,
       const struct node *first, struct kbsh_error *err)
{
  const char *file;
  int line, column;
  node_place (first, "", &file, &line, &column);
  kbsh_error_set (err, "%s \"%s\" is there twice", what, name);
  kbsh_error_why (err, "the first one is at %s:%d:%d", file, line, column);
  return node_at (node, "/name", 0, err);
}

/* A list takes all the words that are left. */
static int
check_positional (const struct parameter *p, const struct parameter **list,
                  struct kbsh_error *err)
{
  if (!p->positional)
    return 0;
  if (*list)
    {
      kbsh_error_set (
          err, "no word is left for \"%s\": the list \"%s\" takes them all",
          p->name, (*list)->name);
      return node_at (&p->node, "/positional", 0, err);
    }
  if (strcmp (p->type, "list") == 0)
    *list = p;
  return 0;
}

static int
make_parameter (struct workflow *w, struct node *node, struct parameter *p,
                const struct parameter **list, struct kbsh_error *err)
{
  const struct parameter *other;
  if (parse_parameter (node, p, err) < 0)
    return -1;
  other = workflow_parameter (w, p->name);
  if (other != p)
    return twice (&p->node, "the parameter", p->name, &other->node, err);
  return check_positional (p, list, err);
}

static int
make_parameters (struct workflow *w, struct nodes *nodes,
                 struct problems *problems, struct kbsh_error *err)
{
  const struct parameter *list = NULL;
  w->parameters = calloc (nodes->count + 1, sizeof *w->parameters);
  if (!w->parameters)
    return kbsh_error_memory (err);
  for (size_t i = 0; i < nodes->count; i++)
    if (make_parameter (w, &nodes->items[i],
                        &w->parameters[w->parameter_count++], &list, err)
        < 0)
      problems_note (problems, err);
  return 0;
}

static int
make_step (struct workflow *w, struct node *node, struct step *s,
           struct kbsh_error *err)
{
  if (parse_step (node, s, err) < 0)
    return -1;
  return names_add (&w->names, (size_t)(s - w->steps), s->name, s->alias, err);
}

/* A name is of one step. */
static void
check_names (const struct workflow *w, struct problems *problems,
             struct kbsh_error *err)
{
  const struct name *all = w->names.all;
  for (size_t i = 1, first = 0; i < w->names.count; i++)
    if (all[i].kind != NAME_OWN || all[first].length != all[i].length
        || memcmp (all[first].text, all[i].text, all[i].length) != 0)
      first = i;
    else
      {
        const struct step *step = &w->steps[all[i].step];
        twice (&step->node, "the step", step->name,
               &w->steps[all[first].step].node, err);
        problems_note (problems, err);
      }
}

static int
make_steps (struct workflow *w, struct nodes *nodes, struct problems *problems,
            struct kbsh_error *err)
{
  w->steps = calloc (nodes->count + 1, sizeof *w->steps);
  if (!w->steps)
    return kbsh_error_memory (err);
  for (size_t i = 0; i < nodes->count; i++)
    if (make_step (w, &nodes->items[i], &w->steps[w->step_count++], err) < 0)
      problems_note (problems, err);
  names_sort (&w->names);
  check_names (w, problems, err);
  return 0;
}

static int
read_groups (struct workflow *w, struct kbsh_error *err)
{
  if (node_value (&w->node, "groups", json_type_object, &w->groups, err) < 0)
    return -1;
  if (!w->groups)
    return 0;
  json_object_object_foreach (w->groups, name, summary)
  {
    if (json_object_is_type (summary, json_type_string))
      continue;
    kbsh_error_set (err, "the summary of group \"%s\" has to be a text", name);
    return node_at (&w->node, "/groups", 0, err);
  }
  return 0;
}

static int
read_confirm (struct workflow *w, struct kbsh_error *err)
{
  static const char *const keys[] = { "question", "unless", "step", NULL };
  struct node n = { NULL, NULL };
  int bad;
  if (!kbsh_json_at (w->node.tree, "/confirm"))
    return 0;
  bad = node_part (&w->node, "/confirm", &n, err) < 0
        || node_keys (&n, "confirm", keys, err) < 0
        || node_need_string (&n, "confirm", "question", &w->confirm.question,
                             err)
               < 0
        || node_string (&n, "unless", &w->confirm.unless, err) < 0
        || node_string (&n, "step", &w->confirm.step, err) < 0;
  node_free (&n);
  return bad ? -1 : 0;
}

static int
read_workflow (struct workflow *w, const char *overlays,
               struct nodes *parameters, struct nodes *steps,
               struct problems *problems, struct kbsh_error *err)
{
  static const char *const keys[]
      = { "workflow", "name",       "summary", "groups", "skip",
          "confirm",  "parameters", "steps",   NULL };
  const struct node *n = &w->node;
  if (node_read (w->file, &w->node, err) < 0)
    return -1;
  if (node_keys (n, "a workflow", keys, err) < 0 || format_check (n, err) < 0
      || node_need_string (n, "the workflow", "name", &w->name, err) < 0
      || node_string (n, "summary", &w->summary, err) < 0
      || node_string (n, "skip", &w->skip, err) < 0 || read_groups (w, err) < 0
      || read_confirm (w, err) < 0
      || nodes_add_list (parameters, n, "parameters", err) < 0
      || nodes_add_list (steps, n, "steps", err) < 0)
    return -1;
  if (overlays && overlays_apply (overlays, w->name, parameters, steps, err))
    return -1;
  return make_parameters (w, parameters, problems, err) < 0
             ? -1
             : make_steps (w, steps, problems, err);
}

struct workflow *
workflow_read (const char *name, const char *folder, const char *overlays,
               struct problems *problems)
{
  struct workflow *w KBSH_CLEANUP (cleanup_workflow) = calloc (1, sizeof *w);
  struct nodes parameters = { NULL, 0 }, steps = { NULL, 0 };
  struct kbsh_error err = KBSH_ERROR_INIT;
  if (!w)
    kbsh_error_memory (&err);
  else
    w->file = find_file (name, folder, &err);
  if (!w || !w->file
      || read_workflow (w, overlays, &parameters, &steps, problems, &err) < 0)
    problems_note (problems, &err);
  nodes_free (&parameters);
  nodes_free (&steps);
  problems_sort (problems);
  return problems_first (problems, NULL) ? NULL : kbsh_steal (&w);
}

int
workflow_load (const char *name, const char *folder, const char *overlays,
               struct workflow **out, struct kbsh_error *err)
{
  struct problems problems = { NULL, 0, 0, 0 };
  int status;
  *out = workflow_read (name, folder, overlays, &problems);
  status = problems_first (&problems, err);
  problems_free (&problems);
  return status;
}

int
workflow_names (const char *folder, char ***out, struct kbsh_error *err)
{
  return yaml_files (folder, out, err);
}

json_object *
workflow_tree (const struct workflow *w, struct kbsh_error *err)
{
  kbsh_autojson json_object *tree = kbsh_json_copy (w->node.tree);
  json_object *parameters = json_object_new_array ();
  json_object *steps = json_object_new_array ();
  if (!tree || !parameters || !steps)
    {
      json_object_put (parameters);
      json_object_put (steps);
      kbsh_error_memory (err);
      return NULL;
    }
  for (size_t i = 0; i < w->parameter_count; i++)
    json_object_array_add (parameters,
                           json_object_get (w->parameters[i].node.tree));
  for (size_t i = 0; i < w->step_count; i++)
    json_object_array_add (steps, json_object_get (w->steps[i].node.tree));
  json_object_object_add (tree, "parameters", parameters);
  json_object_object_add (tree, "steps", steps);
  return kbsh_steal (&tree);
}
