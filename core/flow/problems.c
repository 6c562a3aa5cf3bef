/* SPDX-License-Identifier: Apache-2.0
 *
 * Errors that are gathered.
 */
#include "config.h"

#include "flow/problems.h"

#include <stdlib.h>
#include <string.h>

void
problems_note (struct problems *problems, struct kbsh_error *err)
{
  struct kbsh_error *all = NULL;
  problems->more = problems->more || problems->count == PROBLEMS_MOST;
  if (!problems->more)
    {
      all = reallocarray (problems->all, problems->count + 1, sizeof *all);
      problems->lost = problems->lost || !all;
    }
  if (all)
    {
      problems->all = all;
      all[problems->count++] = *err;
    }
  *err = (struct kbsh_error)KBSH_ERROR_INIT;
}

static int
by_place (const void *a, const void *b)
{
  const struct kbsh_error *one = a, *other = b;
  int order = strcmp (one->where, other->where);
  if (!order)
    order = one->line - other->line;
  return order ? order : one->column - other->column;
}

void
problems_sort (struct problems *problems)
{
  if (problems->count)
    qsort (problems->all, problems->count, sizeof *problems->all, by_place);
}

int
problems_first (struct problems *problems, struct kbsh_error *err)
{
  if (!problems->count)
    return problems->lost ? kbsh_error_memory (err) : 0;
  problems_sort (problems);
  if (err)
    *err = problems->all[0];
  return -1;
}

void
problems_free (struct problems *problems)
{
  free (problems->all);
  *problems = (struct problems){ NULL, 0, 0, 0 };
}
