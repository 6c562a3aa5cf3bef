/* SPDX-License-Identifier: Apache-2.0
 *
 * One step, one parameter: from what is written to the struct.
 */
#include "config.h"

#include "flow/inputs.h"
#include "flow/parse.h"

#include <stdlib.h>
#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>

#define NAME_CHARS "abcdefghijklmnopqrstuvwxyz0123456789-"

void
nodes_free (struct nodes *nodes)
{
  for (size_t i = 0; i < nodes->count; i++)
    node_free (&nodes->items[i]);
  free (nodes->items);
  *nodes = (struct nodes){ NULL, 0 };
}

int
nodes_insert (struct nodes *nodes, size_t index, struct node *node,
              struct kbsh_error *err)
{
  struct node *items
      = reallocarray (nodes->items, nodes->count + 1, sizeof *items);
  if (!items)
    return kbsh_error_memory (err);
  nodes->items = items;
  memmove (items + index + 1, items + index,
           (nodes->count - index) * sizeof *items);
  nodes->count++;
  items[index] = *node;
  *node = (struct node){ NULL, NULL };
  return 0;
}

void
nodes_remove (struct nodes *nodes, size_t index)
{
  node_free (&nodes->items[index]);
  nodes->count--;
  memmove (nodes->items + index, nodes->items + index + 1,
           (nodes->count - index) * sizeof *nodes->items);
}

int
nodes_add_list (struct nodes *nodes, const struct node *node, const char *key,
                struct kbsh_error *err)
{
  kbsh_autojson json_object *list = NULL;
  struct node *items, *added;
  size_t count;
  if (node_value (node, key, json_type_array, &list, err) < 0)
    return -1;
  count = list ? json_object_array_length (list) : 0;
  items = reallocarray (nodes->items, nodes->count + count + 1, sizeof *items);
  if (!items)
    return kbsh_error_memory (err);
  nodes->items = items;
  added = items + nodes->count;
  memset (added, 0, count * sizeof *added);
  nodes->count += count;
  return node_split (node, key, added, count, err);
}

int
format_check (const struct node *node, struct kbsh_error *err)
{
  kbsh_autofree char *format = NULL;
  if (node_need_string (node, "the file", "workflow", &format, err) < 0)
    return -1;
  if (strcmp (format, WORKFLOW_FORMAT) == 0)
    return 0;
  kbsh_error_set (err, "the format \"%s\" is not known", format);
  kbsh_error_remedy (err, "this program reads \"%s\"", WORKFLOW_FORMAT);
  return node_at (node, "/workflow", 0, err);
}

const char *const parameter_types[]
    = { "string", "bool", "int", "duration", "list", "path", NULL };

static int
check_type (const struct parameter *p, struct kbsh_error *err)
{
  const char *needed;
  const char *nearest = kbsh_nearest (p->type, parameter_types);
  for (const char *const *t = parameter_types; *t; t++)
    {
      if (strcmp (*t, p->type) != 0)
        continue;
      needed = p->otherwise ? type_mismatch (p->type, p->otherwise) : NULL;
      if (!needed)
        return 0;
      kbsh_error_set (err, "the default of \"%s\" has to be %s", p->name,
                      needed);
      return node_at (&p->node, "/default", 0, err);
    }
  kbsh_error_set (err, "\"%s\" is not a type", p->type);
  kbsh_error_remedy (err,
                     nearest ? "did you mean \"%s\"?"
                             : "types are string, bool, int, duration, "
                               "list and path%s",
                     nearest ? nearest : "");
  return node_at (&p->node, "/type", 0, err);
}

/* The program's own inputs have a name that nothing else may have. */
static int
check_free (const struct node *node, const char *name, const char *where,
            struct kbsh_error *err)
{
  if (strcmp (name, INPUTS_OWN) != 0)
    return 0;
  kbsh_error_set (err, "the name \"%s\" is taken: by the program's own inputs",
                  name);
  return node_at (node, where, 0, err);
}

static int
check_parameter (const struct parameter *p, struct kbsh_error *err)
{
  if (check_free (&p->node, p->name, "/name", err) < 0)
    return -1;
  if (strspn (p->name, NAME_CHARS) != strlen (p->name))
    {
      kbsh_error_set (err,
                      "\"%s\" can't be the name of a parameter: use lower "
                      "case letters, digits and '-'",
                      p->name);
      return node_at (&p->node, "/name", 0, err);
    }
  if (p->short_name && strlen (p->short_name) != 1)
    {
      kbsh_error_set (err, "\"short\" has to be one letter");
      return node_at (&p->node, "/short", 0, err);
    }
  if (p->positional && p->short_name)
    {
      kbsh_error_set (err, "a positional parameter has no short name");
      return node_at (&p->node, "/short", 0, err);
    }
  if (p->service && strcmp (p->type, "string") != 0)
    {
      kbsh_error_set (err, "a service is named by a string");
      return node_at (&p->node, "/service", 0, err);
    }
  return check_type (p, err);
}

int
parse_parameter (struct node *node, struct parameter *out,
                 struct kbsh_error *err)
{
  static const char *const keys[]
      = { "name",   "type",       "default",  "values", "short",   "secret",
          "hidden", "positional", "required", "help",   "service", NULL };
  struct node *n = &out->node;
  *n = *node;
  *node = (struct node){ NULL, NULL };
  if (node_keys (n, "a parameter", keys, err) < 0
      || node_need_string (n, "the parameter", "name", &out->name, err) < 0
      || node_need_string (n, "the parameter", "type", &out->type, err) < 0
      || node_string (n, "short", &out->short_name, err) < 0
      || node_string (n, "help", &out->help, err) < 0
      || node_string (n, "service", &out->service, err) < 0
      || node_bool (n, "secret", &out->secret, err) < 0
      || node_bool (n, "hidden", &out->hidden, err) < 0
      || node_bool (n, "positional", &out->positional, err) < 0
      || node_bool (n, "required", &out->required, err) < 0
      || node_value (n, "default", json_type_null, &out->otherwise, err) < 0
      || node_value (n, "values", json_type_array, &out->values, err) < 0)
    return -1;
  return check_parameter (out, err);
}

const char *const step_keys[]
    = { "name", "summary", "run",   "op",     "alias",  "with",       "needs",
        "when", "timeout", "retry", "always", "hidden", "on-failure", NULL };

static int
parse_on_failure (const struct node *node, enum on_failure *out,
                  struct kbsh_error *err)
{
  kbsh_autofree char *word = NULL;
  if (node_string (node, "on-failure", &word, err) < 0)
    return -1;
  if (!word || strcmp (word, "stop") == 0)
    *out = ON_FAILURE_STOP;
  else if (strcmp (word, "continue") == 0)
    *out = ON_FAILURE_GO_ON;
  else
    {
      kbsh_error_set (err, "\"on-failure\" has to be stop or continue");
      return node_at (node, "/on-failure", 0, err);
    }
  return 0;
}

static int
check_step_name (const struct step *step, const char *name, const char *where,
                 struct kbsh_error *err)
{
  size_t length = strlen (name);
  if (strspn (name, NAME_CHARS "./_") == length && name[0] != '/'
      && name[length - 1] != '/' && !strstr (name, "//"))
    return check_free (&step->node, name, where, err);
  kbsh_error_set (err,
                  "\"%s\" can't be the name of a step: use lower case "
                  "letters, digits, '-', '.', '_', and '/' between parts",
                  name);
  return node_at (&step->node, where, 0, err);
}

static int
parse_step_texts (const struct node *n, struct step *out,
                  struct kbsh_error *err)
{
  if (node_keys (n, "a step", step_keys, err) < 0
      || node_need_string (n, "the step", "name", &out->name, err) < 0
      || check_step_name (out, out->name, "/name", err) < 0
      || node_need_string (n, "the step", "run", &out->run, err) < 0
      || node_string (n, "summary", &out->summary, err) < 0
      || node_string (n, "op", &out->op, err) < 0
      || node_string (n, "alias", &out->alias, err) < 0
      || node_string (n, "when", &out->when, err) < 0)
    return -1;
  return out->alias ? check_step_name (out, out->alias, "/alias", err) : 0;
}

int
parse_step (struct node *node, struct step *out, struct kbsh_error *err)
{
  struct node *n = &out->node;
  *n = *node;
  *node = (struct node){ NULL, NULL };
  node_place (n, "", &out->file, &out->line, &out->column);
  if (parse_step_texts (n, out, err) < 0
      || node_value (n, "with", json_type_object, &out->with, err) < 0
      || node_strings (n, "needs", &out->needs, err) < 0
      || node_duration (n, "timeout", &out->timeout_ms, err) < 0
      || node_count (n, "retry", &out->retry, err) < 0
      || parse_on_failure (n, &out->on_failure, err) < 0
      || node_bool (n, "always", &out->always, err) < 0
      || node_bool (n, "hidden", &out->hidden, err) < 0)
    return -1;
  return 0;
}
