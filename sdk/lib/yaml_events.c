/* SPDX-License-Identifier: Apache-2.0
 *
 * libyaml's events, with errors and values at their places.
 */
#include "config.h"

#include "yaml_load.h"

#include <kbsh/cleanup.h>

#include "tree.h"

static int
at_mark (struct loader *l, const yaml_mark_t *mark)
{
  return kbsh_error_at (l->err, l->name, (int)mark->line + 1,
                        (int)mark->column + 1);
}

int
load_refuse (struct loader *l, const yaml_event_t *event, const char *why)
{
  kbsh_error_set (l->err, "not valid YAML");
  kbsh_error_why (l->err, "%s", why);
  return at_mark (l, &event->start_mark);
}

/* The place of each value is kept along with it: what a small file can make of
 * its values is far larger than itself. */
int
load_count (struct loader *l, const yaml_event_t *event)
{
  l->values++;
  l->way += l->path.length;
  if (l->values <= YAML_VALUES && l->way <= YAML_WAY)
    return 0;
  kbsh_error_set (l->err, "more than is read as one piece of YAML");
  if (l->values > YAML_VALUES)
    kbsh_error_why (l->err, "it has more than %d values", YAML_VALUES);
  else
    kbsh_error_why (l->err,
                    "the names that lead to its values are longer than %d MiB "
                    "together",
                    YAML_WAY >> 20);
  kbsh_error_remedy (l->err, "take out what is not needed");
  return at_mark (l, &event->start_mark);
}

/* Errors of the encoding have no line, just an offset in bytes. */
static int
refuse_encoding (struct loader *l)
{
  int line = 1, column = 1;
  kbsh_error_why (l->err, "%s", l->yaml.problem);
  for (size_t i = 0; i < l->yaml.problem_offset && l->text[i]; i++)
    {
      column = l->text[i] == '\n' ? 1 : column + 1;
      line += l->text[i] == '\n';
    }
  return kbsh_error_at (l->err, l->name, line, column);
}

/* The parser names no tab where it finds one. */
static int
at_tab (const struct loader *l, const yaml_mark_t *mark)
{
  const char *line = l->text;
  for (size_t i = 0; line && i < mark->line; i++)
    line = (line = strchr (line, '\n')) ? line + 1 : NULL;
  return line && line[strspn (line, " ")] == '\t'
         && strspn (line, " ") == mark->column;
}

int
load_event (struct loader *l, yaml_event_t *event)
{
  const yaml_parser_t *yaml = &l->yaml;
  if (yaml_parser_parse (&l->yaml, event))
    return 0;
  if (yaml->error == YAML_MEMORY_ERROR)
    return kbsh_error_memory (l->err);
  kbsh_error_set (l->err, "not valid YAML");
  if (yaml->error == YAML_READER_ERROR)
    return refuse_encoding (l);
  kbsh_error_why (l->err, "%s%s%s", yaml->problem ? yaml->problem : "",
                  yaml->context ? " " : "", yaml->context ? yaml->context : "");
  if (at_tab (l, &yaml->problem_mark))
    {
      kbsh_error_why (l->err, "a tab, where only spaces may stand");
      kbsh_error_remedy (l->err, "indent with spaces");
    }
  return at_mark (l, &yaml->problem_mark);
}

static int
append_number (json_object *list, size_t number, struct kbsh_error *err)
{
  json_object *n = json_object_new_int64 ((int64_t)number);
  return n ? tree_append (list, n, err) : kbsh_error_memory (err);
}

/* Note that the current path (or, for a member's name, `suffix`) is here. There
 * is one such list for each value: of two, not of json-c's 32, places. */
int
load_place (struct loader *l, const yaml_mark_t *mark, const char *suffix)
{
  kbsh_autojson json_object *place = json_object_new_array_ext (2);
  size_t length = l->path.length;
  int failed;
  if (append_number (place, mark->line + 1, l->err)
      || append_number (place, mark->column + 1, l->err))
    return -1;
  kbsh_buffer_puts (&l->path, suffix);
  if (l->path.failed)
    return kbsh_error_memory (l->err);
  failed = tree_add (l->places, l->path.data, kbsh_steal (&place), l->err);
  l->path.length = length;
  l->path.data[length] = '\0';
  return failed;
}

void
load_back (struct loader *l, size_t length)
{
  if (l->path.failed)
    return;
  l->path.length = length;
  l->path.data[length] = '\0';
}
