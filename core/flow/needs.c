/* SPDX-License-Identifier: Apache-2.0
 *
 * Which step waits for which: by its needs, and by the facts that it reads.
 */
#include "config.h"

#include "flow/needs.h"

#include <stdlib.h>
#include <string.h>

#include "flow/inputs.h"
#include <kbsh/cleanup.h>
#include <kbsh/json.h>

/* --- the facts that a step reads ------------------------------------- */

struct reading
{
  const struct workflow *workflow;
  size_t index;
  step_fn *call;
  void *data;
};

static int
read_one (void *data, const char *reference)
{
  struct reading *reading = data;
  const struct names *names = &reading->workflow->names;
  const char *colon = strchr (reference, ':');
  size_t at;
  if (!colon || !names_find (names, reference, (size_t)(colon - reference), &at)
      || names->all[at].kind != NAME_OWN
      || names->all[at].step == reading->index)
    return 0;
  return reading->call (reading->data, names->all[at].step);
}

int
step_each_read (const struct workflow *workflow, size_t index, step_fn *call,
                void *data)
{
  struct reading reading = { workflow, index, call, data };
  const struct step *step = &workflow->steps[index];
  if (step->with && kbsh_template_visit (step->with, read_one, &reading) < 0)
    return -1;
  return step->when ? inputs_when_visit (step->when, read_one, &reading, NULL)
                    : 0;
}

/* --- all of them ----------------------------------------------------- */

struct making
{
  struct needs *needs;
  size_t index;
  unsigned char *seen; /* by step: it is in the list already */
};

static int
add (void *data, size_t step)
{
  struct making *making = data;
  struct needs *needs = making->needs;
  size_t *end = &needs->first[making->index + 1];
  size_t room = needs->room ? needs->room * 2 : 64;
  unsigned *of;
  if (step == making->index || making->seen[step])
    return 0;
  if (*end == needs->room)
    {
      of = reallocarray (needs->of, room, sizeof *of);
      if (!of)
        return -1;
      needs->of = of;
      needs->room = room;
    }
  making->seen[step] = 1;
  needs->of[(*end)++] = (unsigned)step;
  return 0;
}

static int
add_named (const struct workflow *w, struct making *making)
{
  char **need = w->steps[making->index].needs;
  for (; need && *need; need++)
    {
      size_t at, count = names_find (&w->names, *need, strlen (*need), &at);
      for (; count; count--, at++)
        if (add (making, w->names.all[at].step) < 0)
          return -1;
    }
  return 0;
}

static int
by_index (const void *a, const void *b)
{
  unsigned one = *(const unsigned *)a, other = *(const unsigned *)b;
  return (one > other) - (one < other);
}

static int
make_one (const struct workflow *w, struct making *making)
{
  struct needs *needs = making->needs;
  size_t from = needs->first[making->index], end;
  needs->first[making->index + 1] = from;
  if (add_named (w, making) < 0
      || step_each_read (w, making->index, add, making) < 0)
    return -1;
  end = needs->first[making->index + 1];
  for (size_t i = from; i < end; i++)
    making->seen[needs->of[i]] = 0;
  if (end > from)
    qsort (needs->of + from, end - from, sizeof *needs->of, by_index);
  return 0;
}

int
needs_make (const struct workflow *workflow, struct needs *out,
            struct kbsh_error *err)
{
  kbsh_autofree unsigned char *seen = calloc (workflow->step_count + 1, 1);
  struct making making = { out, 0, seen };
  *out = (struct needs){ .count = workflow->step_count };
  out->first = calloc (out->count + 1, sizeof *out->first);
  if (!seen || !out->first)
    return kbsh_error_memory (err);
  for (; making.index < out->count; making.index++)
    if (make_one (workflow, &making) < 0)
      return kbsh_error_memory (err);
  return 0;
}

int
needs_turn (const struct needs *needs, struct needs *out,
            struct kbsh_error *err)
{
  size_t count = needs->count, all = needs->first[count];
  kbsh_autofree size_t *next = calloc (count + 1, sizeof *next);
  *out = (struct needs){ .count = count, .room = all };
  out->first = calloc (count + 1, sizeof *out->first);
  out->of = calloc (all + 1, sizeof *out->of);
  if (!next || !out->first || !out->of)
    return kbsh_error_memory (err);
  for (size_t i = 0; i < all; i++)
    out->first[needs->of[i] + 1]++;
  for (size_t i = 0; i < count; i++)
    {
      next[i] = out->first[i];
      out->first[i + 1] += next[i];
    }
  for (size_t i = 0; i < count; i++)
    for (size_t k = needs->first[i]; k < needs->first[i + 1]; k++)
      out->of[next[needs->of[k]]++] = (unsigned)i;
  return 0;
}

void
needs_free (struct needs *needs)
{
  free (needs->first);
  free (needs->of);
  *needs = (struct needs){ 0 };
}
