/* SPDX-License-Identifier: Apache-2.0
 *
 * The phases of a workflow, as help tells of them: each group where its first
 * step stands.
 */
#include "config.h"

#include <string.h>

#include "cli/inner.h"
#include <kbsh/cleanup.h>
#include <kbsh/text.h>

static const char *
group_summary (const struct workflow *workflow, const char *group,
               const struct step *first)
{
  json_object *summary;
  if (workflow->groups
      && json_object_object_get_ex (workflow->groups, group, &summary))
    return json_object_get_string (summary);
  return phase_exact (workflow, group) ? first->summary : NULL;
}

static int
in_group (const struct step *step, const char *group)
{
  size_t length = strlen (group);
  return !step->hidden && strncmp (step->name, group, length) == 0
         && step->name[length] == '/';
}

/* The steps of a group that help shows, in the order of the file. */
struct members
{
  const struct workflow *workflow;
  const char *group;
  size_t begin, at, end; /* in the names */
};

static struct members
members_of (const struct workflow *workflow, const char *group)
{
  struct members m = { workflow, group, 0, 0, 0 };
  size_t count
      = names_find (&workflow->names, group, strlen (group), &m.begin);
  m.at = m.begin;
  m.end = m.begin + count;
  return m;
}

/* The index of the next one; step_count: there is none. By its alias, a step
 * can be in the group twice. */
static size_t
next_member (struct members *m)
{
  const struct name *all = m->workflow->names.all;
  while (m->at < m->end)
    {
      const struct name *name = &all[m->at++];
      if (name->kind == NAME_GROUP
          && in_group (&m->workflow->steps[name->step], m->group)
          && (name == &all[m->begin] || name[-1].kind != NAME_GROUP
              || name[-1].step != name->step))
        return name->step;
    }
  return m->workflow->step_count;
}

static void
group_lines (struct kbsh_buffer *b, const struct workflow *workflow,
             const char *group, const char *indent, const char *mark)
{
  struct members members = members_of (workflow, group);
  size_t step;
  while ((step = next_member (&members)) < workflow->step_count)
    {
      kbsh_autofree char *left = kbsh_text (
          "%s%s", mark, workflow->steps[step].name + strlen (group) + 1);
      if (left)
        help_line (b, indent, left, workflow->steps[step].summary);
    }
}

/* A group is told where its first step stands. */
static int
told_before (const struct workflow *workflow, size_t index, const char *group)
{
  struct members members = members_of (workflow, group);
  return next_member (&members) < index;
}

void
help_phases (struct kbsh_buffer *b, const struct workflow *workflow,
             const char *group)
{
  kbsh_buffer_puts (b, "Phases:\n");
  if (group && *group)
    {
      group_lines (b, workflow, group, "  ", "");
      return;
    }
  for (size_t i = 0; i < workflow->step_count; i++)
    {
      const struct step *step = &workflow->steps[i];
      size_t length = strcspn (step->name, "/");
      kbsh_autofree char *first = strndup (step->name, length);
      if (step->hidden || !first)
        continue;
      if (!step->name[length])
        {
          help_line (b, "  ", first, step->summary);
          continue;
        }
      if (told_before (workflow, i, first))
        continue;
      help_line (b, "  ", first, group_summary (workflow, first, step));
      if (!phase_exact (workflow, first))
        group_lines (b, workflow, first, "    ", "/");
    }
}
