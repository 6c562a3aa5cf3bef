/* SPDX-License-Identifier: Apache-2.0
 *
 * Steps that wait for themselves, through whatever chain.
 */
#include "config.h"

#include "flow/check.h"

#include <stdlib.h>

#include <kbsh/cleanup.h>
#include <kbsh/text.h>

enum colour
{
  NEW,
  ON_PATH,
  DONE
};

struct walk
{
  const struct workflow *workflow;
  unsigned char *colours; /* by step */
  size_t *path;
  size_t depth;
  struct kbsh_error *err;
};

static int
report (struct walk *walk, size_t first)
{
  struct kbsh_buffer b KBSH_CLEANUP (kbsh_buffer_free) = { 0 };
  const struct step *steps = walk->workflow->steps;
  size_t i = 0;
  while (walk->path[i] != first)
    i++;
  for (; i < walk->depth; i++)
    kbsh_buffer_printf (&b, "%s needs ", steps[walk->path[i]].name);
  kbsh_buffer_puts (&b, steps[first].name);
  kbsh_error_set (walk->err, "steps wait for one another in a circle");
  kbsh_error_why (walk->err, "%s", b.failed ? "?" : b.data);
  kbsh_error_remedy (walk->err, "take away one of these needs (a reference "
                                "to a step's facts is one, too)");
  return node_at (&steps[first].node, steps[first].needs ? "/needs" : "", 0,
                  walk->err);
}

static int
visit (struct walk *walk, size_t at)
{
  const struct workflow *w = walk->workflow;
  walk->colours[at] = ON_PATH;
  walk->path[walk->depth++] = at;
  for (size_t i = 0; i < w->step_count; i++)
    {
      if (walk->colours[i] == DONE || !step_needs (&w->steps[at], &w->steps[i]))
        continue;
      if (walk->colours[i] == ON_PATH)
        return report (walk, i);
      if (visit (walk, i) < 0)
        return -1;
    }
  walk->depth--;
  walk->colours[at] = DONE;
  return 0;
}

int
check_cycles (const struct workflow *workflow, struct kbsh_error *err)
{
  size_t count = workflow->step_count;
  kbsh_autofree unsigned char *colours = calloc (count + 1, 1);
  kbsh_autofree size_t *path = calloc (count + 1, sizeof *path);
  struct walk walk = { workflow, colours, path, 0, err };
  if (!colours || !path)
    return kbsh_error_memory (err);
  for (size_t i = 0; i < count; i++)
    if (colours[i] == NEW && visit (&walk, i) < 0)
      return -1;
  return 0;
}
