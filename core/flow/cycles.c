/* SPDX-License-Identifier: Apache-2.0
 *
 * Steps that wait for themselves, through whatever chain. A group that several
 * steps need is one place on the way, so that it is gone through once; the way
 * is kept in memory of its own, as it may be as long as there are steps.
 */
#include "config.h"

#include "flow/check.h"

#include <stdlib.h>
#include <string.h>

#include "flow/needs.h"
#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>

/* How much of a long circle is told: its beginning and its end. */
#define TOLD_FIRST 8
#define TOLD_LAST 2

enum colour
{
  NEW,
  ON_PATH,
  DONE
};

/* A place: a step by its index, or behind all steps a group by where it stands
 * in the names. `ahead` are the places that it leads to. */
struct stop
{
  size_t place, *ahead, count, room, next;
};

struct walk
{
  const struct workflow *workflow;
  unsigned char *colours; /* by place */
  struct stop *path;
  size_t depth, room;
  struct kbsh_error *err;
};

/* --- what a place leads to ------------------------------------------- */

static int
lead (struct stop *stop, size_t place)
{
  size_t room = stop->room ? stop->room * 2 : 8;
  size_t *ahead;
  if (stop->count == stop->room)
    {
      ahead = reallocarray (stop->ahead, room, sizeof *ahead);
      if (!ahead)
        return -1;
      stop->ahead = ahead;
      stop->room = room;
    }
  stop->ahead[stop->count++] = place;
  return 0;
}

static int
lead_to_each (const struct names *names, size_t at, size_t count, size_t but,
              struct stop *stop)
{
  for (; count--; at++)
    if (names->all[at].step != but && lead (stop, names->all[at].step) < 0)
      return -1;
  return 0;
}

/* A step that needs the group it is in needs all of the others. */
static int
lead_by_need (const struct workflow *w, const char *need, struct stop *stop)
{
  const struct names *names = &w->names;
  size_t at, count = names_find (names, need, strlen (need), &at);
  if (count < 2 || step_matches (&w->steps[stop->place], need))
    return lead_to_each (names, at, count, stop->place, stop);
  return lead (stop, w->step_count + at);
}

static int
lead_by_read (void *data, size_t step)
{
  return lead (data, step);
}

static int
look_ahead (const struct workflow *w, struct stop *stop)
{
  const struct step *step = &w->steps[stop->place];
  if (stop->place >= w->step_count)
    {
      size_t at = stop->place - w->step_count, first;
      const struct name *name = &w->names.all[at];
      size_t count = names_find (&w->names, name->text, name->length, &first);
      return lead_to_each (&w->names, first, count, w->step_count, stop);
    }
  for (char **need = step->needs; need && *need; need++)
    if (lead_by_need (w, *need, stop) < 0)
      return -1;
  return step_each_read (w, stop->place, lead_by_read, stop);
}

/* --- the way ---------------------------------------------------------- */

static int
enter (struct walk *walk, size_t place)
{
  size_t room = walk->room ? walk->room * 2 : 64;
  struct stop *path;
  if (walk->depth == walk->room)
    {
      path = reallocarray (walk->path, room, sizeof *path);
      if (!path)
        return kbsh_error_memory (walk->err);
      walk->path = path;
      walk->room = room;
    }
  walk->colours[place] = ON_PATH;
  walk->path[walk->depth] = (struct stop){ .place = place };
  return look_ahead (walk->workflow, &walk->path[walk->depth++]) < 0
             ? kbsh_error_memory (walk->err)
             : 0;
}

static void
leave (struct walk *walk)
{
  struct stop *stop = &walk->path[--walk->depth];
  walk->colours[stop->place] = DONE;
  free (stop->ahead);
}

/* The steps of the circle that closes at `place`, in place of the way. */
static size_t
keep_circle (struct walk *walk, size_t place, size_t *circle)
{
  size_t from = 0, count = 0;
  while (walk->path[from].place != place)
    from++;
  for (; from < walk->depth; from++)
    if (walk->path[from].place < walk->workflow->step_count)
      circle[count++] = walk->path[from].place;
  return count;
}

static int
report (struct walk *walk, size_t place)
{
  struct kbsh_buffer b KBSH_CLEANUP (kbsh_buffer_free) = { 0 };
  kbsh_autofree size_t *circle = calloc (walk->depth + 1, sizeof *circle);
  const struct step *steps = walk->workflow->steps;
  size_t count = circle ? keep_circle (walk, place, circle) : 0;
  if (!circle)
    return kbsh_error_memory (walk->err);
  for (size_t i = 0; i < count; i++)
    if (count > TOLD_FIRST + TOLD_LAST + 1 && i == TOLD_FIRST)
      {
        i = count - TOLD_LAST - 1;
        kbsh_buffer_printf (&b, "... %zu more ... needs ",
                            count - TOLD_FIRST - TOLD_LAST);
      }
    else
      kbsh_buffer_printf (&b, "%s needs ", steps[circle[i]].name);
  kbsh_buffer_puts (&b, steps[circle[0]].name);
  kbsh_error_set (walk->err, "steps wait for one another in a circle");
  kbsh_error_why (walk->err, "%s", b.failed ? "?" : b.data);
  kbsh_error_remedy (walk->err, "take away one of these needs (a reference "
                                "to a step's facts is one, too)");
  return node_at (&steps[circle[0]].node,
                  steps[circle[0]].needs ? "/needs" : "", 0, walk->err);
}

static int
go (struct walk *walk, size_t from)
{
  if (enter (walk, from) < 0)
    return -1;
  while (walk->depth)
    {
      struct stop *stop = &walk->path[walk->depth - 1];
      size_t place;
      if (stop->next == stop->count)
        {
          leave (walk);
          continue;
        }
      place = stop->ahead[stop->next++];
      if (walk->colours[place] == ON_PATH)
        return report (walk, place);
      if (walk->colours[place] == NEW && enter (walk, place) < 0)
        return -1;
    }
  return 0;
}

int
check_cycles (const struct workflow *workflow, struct kbsh_error *err)
{
  size_t places = workflow->step_count + workflow->names.count;
  kbsh_autofree unsigned char *colours = calloc (places + 1, 1);
  struct walk walk = { workflow, colours, NULL, 0, 0, err };
  int status = colours ? 0 : kbsh_error_memory (err);
  for (size_t i = 0; status == 0 && i < workflow->step_count; i++)
    if (colours[i] == NEW)
      status = go (&walk, i);
  while (walk.depth)
    leave (&walk);
  free (walk.path);
  return status;
}
