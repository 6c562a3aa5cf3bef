/* SPDX-License-Identifier: Apache-2.0
 *
 * Finding steps and parameters by what a user or a file calls them.
 */
#include "config.h"

#include "flow/workflow.h"

#include <stdlib.h>
#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/text.h>

struct parameter *
workflow_parameter (const struct workflow *workflow, const char *name)
{
  for (size_t i = 0; i < workflow->parameter_count; i++)
    {
      struct parameter *p = &workflow->parameters[i];
      if (p->name && strcmp (p->name, name) == 0)
        return p;
    }
  return NULL;
}

struct step *
workflow_step (const struct workflow *workflow, const char *name)
{
  const struct names *names = &workflow->names;
  size_t first, count = names_find (names, name, strlen (name), &first);
  return count && names->all[first].kind == NAME_OWN
             ? &workflow->steps[names->all[first].step]
             : NULL;
}

/* Is `group` the beginning of `name`, up to a '/'? */
static int
below (const char *name, const char *group)
{
  size_t length = strlen (group);
  return name && length && strncmp (name, group, length) == 0
         && name[length] == '/';
}

int
step_matches (const struct step *step, const char *word)
{
  return strcmp (step->name, word) == 0
         || (step->alias && strcmp (step->alias, word) == 0)
         || below (step->name, word) || below (step->alias, word);
}

int
step_matches_any (const struct step *step, const char *const *words)
{
  for (; words && *words; words++)
    if (step_matches (step, *words))
      return 1;
  return 0;
}

int
workflow_group (const struct workflow *workflow, const char *word)
{
  const struct names *names = &workflow->names;
  size_t first, count = names_find (names, word, strlen (word), &first);
  return count && names->all[first + count - 1].kind == NAME_GROUP;
}

/* The name, the alias, and every group of each step, as candidates. */
static size_t
add_candidates (const char **list, char **owned, size_t count, const char *name)
{
  char *cut, *copy;
  if (!name)
    return count;
  list[count] = owned[count] = copy = strdup (name);
  if (!copy)
    return count;
  count++;
  cut = strrchr (copy, '/');
  if (!cut)
    return count;
  list[count] = owned[count] = strndup (copy, (size_t)(cut - copy));
  return owned[count] ? count + 1 : count;
}

char *
workflow_nearest_step (const struct workflow *workflow, const char *word)
{
  size_t room = workflow->step_count * 4 + 1, count = 0;
  const char **list = calloc (room, sizeof *list);
  char **owned = calloc (room, sizeof *owned);
  const char *nearest = NULL;
  char *answer;
  for (size_t i = 0; list && owned && i < workflow->step_count; i++)
    {
      count = add_candidates (list, owned, count, workflow->steps[i].name);
      count = add_candidates (list, owned, count, workflow->steps[i].alias);
    }
  if (list && owned)
    nearest = kbsh_nearest (word, list);
  answer = nearest ? strdup (nearest) : NULL;
  strings_free (owned);
  free (list);
  return answer;
}
