/* SPDX-License-Identifier: Apache-2.0
 *
 * The longest common subsequence of lines between what is equal at both ends,
 * by a table; where that would be too large, all between is replaced.
 */
#include "config.h"

#include "act/diff.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/text.h>

#define CONTEXT 3
#define TABLE_MOST (1u << 20)

struct line
{
  const char *text;
  size_t length; /* with its newline, if it has one */
};

struct lines
{
  struct line *all;
  size_t count;
};

/* One line of the result: ' ', '-' or '+'. */
struct edit
{
  char sign;
  const struct line *line;
};

struct diff
{
  struct lines old, new;
  struct edit *edits;
  size_t count;
};

static int
split (const char *text, size_t length, struct lines *out)
{
  size_t room = 1;
  for (size_t i = 0; i < length; i++)
    room += text[i] == '\n';
  out->all = calloc (room, sizeof *out->all);
  if (!out->all)
    return -1;
  while (length)
    {
      const char *end = memchr (text, '\n', length);
      size_t part = end ? (size_t)(end - text) + 1 : length;
      out->all[out->count++] = (struct line){ text, part };
      text += part;
      length -= part;
    }
  return 0;
}

static int
same (const struct line *a, const struct line *b)
{
  return a->length == b->length && !memcmp (a->text, b->text, a->length);
}

static void
edit (struct diff *d, char sign, const struct line *line)
{
  d->edits[d->count++] = (struct edit){ sign, line };
}

/* The part between the equal ends: old[a..b) and new[c..e). */
static int
middle (struct diff *d, size_t a, size_t b, size_t c, size_t e)
{
  size_t rows = b - a, columns = e - c, width = columns + 1;
  kbsh_autofree uint32_t *table = NULL;
  if ((rows + 1) * width <= TABLE_MOST)
    {
      table = calloc ((rows + 1) * width, sizeof *table);
      if (!table)
        return -1;
      for (size_t i = rows; i-- > 0;)
        for (size_t j = columns; j-- > 0;)
          {
            uint32_t down = table[(i + 1) * width + j];
            uint32_t right = table[i * width + j + 1];
            table[i * width + j] = same (&d->old.all[a + i], &d->new.all[c + j])
                                       ? table[(i + 1) * width + j + 1] + 1
                                   : down > right ? down
                                                  : right;
          }
    }
  for (size_t i = 0, j = 0; i < rows || j < columns;)
    if (table && i < rows && j < columns
        && same (&d->old.all[a + i], &d->new.all[c + j]))
      {
        edit (d, ' ', &d->old.all[a + i++]);
        j++;
      }
    else if (i < rows
             && (!table || j == columns
                 || table[(i + 1) * width + j] >= table[i * width + j + 1]))
      edit (d, '-', &d->old.all[a + i++]);
    else
      edit (d, '+', &d->new.all[c + j++]);
  return 0;
}

static int
compare (struct diff *d)
{
  size_t start = 0, b = d->old.count, e = d->new.count;
  d->edits = calloc (b + e + 1, sizeof *d->edits);
  if (!d->edits)
    return -1;
  for (;
       start < b && start < e && same (&d->old.all[start], &d->new.all[start]);
       start++)
    edit (d, ' ', &d->old.all[start]);
  while (b > start && e > start
         && same (&d->old.all[b - 1], &d->new.all[e - 1]))
    b--, e--;
  if (middle (d, start, b, start, e))
    return -1;
  for (; b < d->old.count; b++)
    edit (d, ' ', &d->old.all[b]);
  return 0;
}

static void
put_line (struct kbsh_buffer *out, const struct edit *one)
{
  kbsh_buffer_add (out, &one->sign, 1);
  kbsh_buffer_add (out, one->line->text, one->line->length);
  if (one->line->text[one->line->length - 1] != '\n')
    kbsh_buffer_puts (out, "\n\\ No newline at end of file\n");
}

/* The edits from..to as one hunk, which begins behind `old` and `new` lines
 * of the files. */
static void
put_hunk (struct kbsh_buffer *out, const struct diff *d, size_t from, size_t to,
          size_t old, size_t new)
{
  size_t old_count = 0, new_count = 0;
  for (size_t i = from; i < to; i++)
    {
      old_count += d->edits[i].sign != '+';
      new_count += d->edits[i].sign != '-';
    }
  kbsh_buffer_printf (out, "@@ -%zu,%zu +%zu,%zu @@\n", old + (old_count > 0),
                      old_count, new + (new_count > 0), new_count);
  for (size_t i = from; i < to; i++)
    put_line (out, &d->edits[i]);
}

/* Where the hunk ends that has a change at `at`: behind the context of the
 * last change that is near. */
static size_t
hunk_end (const struct diff *d, size_t at)
{
  size_t last = at;
  for (size_t i = at; i < d->count && i <= last + 2 * CONTEXT + 1; i++)
    if (d->edits[i].sign != ' ')
      last = i;
  return last + 1 + CONTEXT < d->count ? last + 1 + CONTEXT : d->count;
}

static void
put_hunks (struct kbsh_buffer *out, const struct diff *d)
{
  size_t old = 0, new = 0, done = 0;
  for (size_t i = 0; i < d->count; i++)
    {
      size_t from, to;
      if (d->edits[i].sign == ' ')
        continue;
      from = i > done + CONTEXT ? i - CONTEXT : done;
      to = hunk_end (d, i);
      for (; done < from; done++)
        old++, new ++; /* what lies between is equal */
      put_hunk (out, d, from, to, old, new);
      for (; done < to; done++)
        {
          old += d->edits[done].sign != '+';
          new += d->edits[done].sign != '-';
        }
      i = to - 1;
    }
}

char *
diff_unified (const char *path, const char *old, size_t old_length,
              const char *new, size_t new_length)
{
  struct diff d = { .edits = NULL };
  struct kbsh_buffer out = { .data = NULL };
  char *text = NULL;
  if (!split (old ? old : "", old ? old_length : 0, &d.old)
      && !split (new ? new : "", new ? new_length : 0, &d.new) && !compare (&d))
    {
      kbsh_buffer_printf (&out, "--- %s\n+++ %s\n", old ? path : "/dev/null",
                          new ? path : "/dev/null");
      put_hunks (&out, &d);
      text = kbsh_buffer_take (&out);
    }
  if (text && old && new &&old_length == new_length
      && !memcmp (old, new, new_length))
    *text = '\0';
  free (d.old.all);
  free (d.new.all);
  free (d.edits);
  return text;
}
