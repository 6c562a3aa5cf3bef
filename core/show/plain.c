/* SPDX-License-Identifier: Apache-2.0
 *
 * The sink for logs and pipes: lines, as things happen. What is being waited
 * for is told once it has lasted.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <kbsh/text.h>

#include "show/events.h"
#include "show/show.h"

#define LASTING_MS 3000

/* What a step waits for, until it has been told. */
struct waiting
{
  struct waiting *next;
  int64_t since;
  char *step;
  char *text;
};

struct plain
{
  struct sink sink;
  struct lines lines;
  struct waiting *waiting;
  int fd;
  int gone;
};

static void
write_lines (struct plain *self, const char *data, size_t length)
{
  if (!self->gone && length)
    self->gone = show_write (self->fd, data, length) != 0;
}

static void
forget (struct plain *self, const char *step)
{
  struct waiting **at = &self->waiting, *gone;
  while (*at && strcmp ((*at)->step, step))
    at = &(*at)->next;
  if (!(gone = *at))
    return;
  *at = gone->next;
  free (gone->step);
  free (gone->text);
  free (gone);
}

static void
remember (struct plain *self, json_object *event)
{
  const char *step = show_text (event, "step");
  struct waiting *waiting = calloc (1, sizeof *waiting);
  if (!waiting)
    return;
  waiting->since = kbsh_now_ms ();
  waiting->step = strdup (step);
  waiting->text = strdup (show_text (event, "text"));
  waiting->next = self->waiting;
  if (waiting->step && waiting->text)
    {
      self->waiting = waiting;
      return;
    }
  free (waiting->step);
  free (waiting->text);
  free (waiting);
}

static void
plain_event (struct sink *sink, json_object *event)
{
  struct plain *self = (struct plain *)sink;
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream (&text, &length);
  if (!out)
    return;
  if (show_is (event, "step-progress") || show_is (event, "step-finished"))
    forget (self, show_text (event, "step"));
  if (show_is (event, "step-progress") && *show_text (event, "text"))
    remember (self, event);
  lines_event (&self->lines, event, out);
  if (!fclose (out))
    write_lines (self, text, length);
  free (text);
}

static void
plain_tick (struct sink *sink)
{
  struct plain *self = (struct plain *)sink;
  struct waiting *waiting;
  int64_t now = kbsh_now_ms ();
  char *line;
  int length;
  for (waiting = self->waiting; waiting; waiting = waiting->next)
    if (*waiting->text && now - waiting->since >= LASTING_MS)
      {
        length = asprintf (&line, "[%s] %s\n", waiting->step, waiting->text);
        if (length < 0)
          return;
        write_lines (self, line, (size_t)length);
        free (line);
        waiting->text[0] = '\0'; /* told */
      }
}

static void
plain_close (struct sink *sink)
{
  struct plain *self = (struct plain *)sink;
  while (self->waiting)
    forget (self, self->waiting->step);
  lines_free (&self->lines);
  free (self);
}

struct sink *
sink_plain (int fd, int verbose)
{
  struct plain *self = calloc (1, sizeof *self);
  if (!self)
    return NULL;
  self->sink.event = plain_event;
  self->sink.tick = plain_tick;
  self->sink.close = plain_close;
  self->lines.verbose = verbose;
  self->lines.colour = lines_colour (fd);
  self->fd = fd;
  return &self->sink;
}

int
sink_plain_gone (const struct sink *sink)
{
  return ((const struct plain *)sink)->gone;
}
