/* SPDX-License-Identifier: Apache-2.0
 *
 * A sorted list of the words by which steps can be named.
 */
#include "config.h"

#include "flow/names.h"

#include <stdlib.h>
#include <string.h>

void
names_free (struct names *names)
{
  free (names->all);
  *names = (struct names){ NULL, 0, 0 };
}

static int
add (struct names *names, const struct name *name, struct kbsh_error *err)
{
  size_t room = names->room ? names->room * 2 : 64;
  struct name *all;
  if (names->count == names->room)
    {
      all = reallocarray (names->all, room, sizeof *all);
      if (!all)
        return kbsh_error_memory (err);
      names->all = all;
      names->room = room;
    }
  names->all[names->count++] = *name;
  return 0;
}

static int
add_word (struct names *names, size_t step, const char *word,
          enum name_kind kind, struct kbsh_error *err)
{
  struct name name = { word, word ? strlen (word) : 0, kind, step };
  if (!word || add (names, &name, err) < 0)
    return word ? -1 : 0;
  name.kind = NAME_GROUP;
  for (const char *cut = strchr (word, '/'); cut; cut = strchr (cut + 1, '/'))
    {
      name.length = (size_t)(cut - word);
      if (name.length && add (names, &name, err) < 0)
        return -1;
    }
  return 0;
}

int
names_add (struct names *names, size_t step, const char *name,
           const char *alias, struct kbsh_error *err)
{
  return add_word (names, step, name, NAME_OWN, err) < 0
                 || add_word (names, step, alias, NAME_ALIAS, err) < 0
             ? -1
             : 0;
}

static int
by_text (const struct name *one, const struct name *other)
{
  size_t length = one->length < other->length ? one->length : other->length;
  int order = memcmp (one->text, other->text, length);
  return order ? order
               : (one->length > other->length) - (one->length < other->length);
}

static int
by_text_and_step (const void *a, const void *b)
{
  const struct name *one = a, *other = b;
  int order = by_text (one, other);
  if (!order)
    order = (int)one->kind - (int)other->kind;
  return order ? order : (one->step > other->step) - (one->step < other->step);
}

void
names_sort (struct names *names)
{
  if (names->count)
    qsort (names->all, names->count, sizeof *names->all, by_text_and_step);
}

/* Where entries of a text begin, or (`after`) end. */
static size_t
bound (const struct names *names, const struct name *wanted, int after)
{
  size_t low = 0, high = names->count;
  while (low < high)
    {
      size_t middle = low + (high - low) / 2;
      if (by_text (&names->all[middle], wanted) < after)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

size_t
names_find (const struct names *names, const char *text, size_t length,
            size_t *first)
{
  const struct name wanted = { text, length, NAME_OWN, 0 };
  *first = bound (names, &wanted, 0);
  return bound (names, &wanted, 1) - *first;
}
