/* SPDX-License-Identifier: Apache-2.0
 *
 * The sink for a terminal: what has ended scrolls away as single lines; what
 * runs now is a list below them, drawn again in place, with how long it has
 * run and what it waits for.
 *
 * Each drawing is one write that begins by removing the list and ends with the
 * cursor shown and below it: whenever the program is ended, even killed, the
 * terminal is left as it was.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <kbsh/text.h>

#include "show/events.h"
#include "show/show.h"

#define FRAME_MS 100

struct running
{
  struct running *next;
  int64_t since;
  char *step;
  char *waits; /* for what, or NULL */
};

struct live
{
  struct sink sink;
  struct lines lines;
  struct running *running; /* in the order in which they began */
  int64_t drawn_ms;
  size_t *widths; /* of the lines of the list that is on the screen */
  size_t drawn;
  int open_line; /* what was printed last did not end its line */
  int fd;
  int gone;
};

static void
size_of_terminal (int fd, size_t *columns, size_t *rows)
{
  struct winsize size;
  *columns = 80;
  *rows = 24;
  if (!ioctl (fd, TIOCGWINSZ, &size) && size.ws_col && size.ws_row)
    {
      *columns = size.ws_col;
      *rows = size.ws_row;
    }
}

/* The bytes of `text` that fit in `columns`, and how many columns they take.
 * Control characters end it. */
static size_t
fit (const char *text, size_t columns, size_t *width)
{
  size_t bytes = 0;
  *width = 0;
  while (text[bytes] && (unsigned char)text[bytes] >= 0x20)
    {
      if ((text[bytes] & 0xc0) != 0x80 && ++*width > columns)
        {
          --*width;
          break;
        }
      bytes++;
    }
  return bytes;
}

/* Up to where the list begins, which is further up when a narrower window
 * has broken its lines since. */
static void
erase (struct live *self, FILE *out, size_t columns)
{
  size_t rows = 0, i;
  for (i = 0; i < self->drawn; i++)
    rows += self->widths[i] ? (self->widths[i] + columns - 1) / columns : 1;
  if (rows)
    fprintf (out, "\r\033[%zuA\033[J", rows);
  self->drawn = 0;
}

static void
put_running (struct live *self, const struct running *running, size_t columns,
             FILE *out)
{
  static const char spinner[] = "|/-\\";
  char took[32], line[1024];
  size_t bytes, width;
  int64_t now = kbsh_now_ms ();
  lines_duration ((double)(now - running->since) / 1000, took);
  snprintf (line, sizeof line, "%c %s  %s%s%s", spinner[now / FRAME_MS % 4],
            running->step, took, running->waits ? "  " : "",
            running->waits ? running->waits : "");
  bytes = fit (line, columns - 1, &width);
  fprintf (out, "%s%.*s%s\n", self->lines.colour ? "\033[36m" : "", (int)bytes,
           line, self->lines.colour ? "\033[0m" : "");
  self->widths[self->drawn++] = width;
}

static void
draw (struct live *self, FILE *out, size_t columns, size_t rows)
{
  const struct running *running;
  size_t room = rows > 4 ? rows - 3 : 1, *grown;
  grown = realloc (self->widths, (room + 1) * sizeof *grown);
  if (!grown)
    return;
  self->widths = grown;
  for (running = self->running; running && self->drawn < room;
       running = running->next)
    put_running (self, running, columns, out);
  if (running)
    {
      fputs ("  and more\n", out);
      self->widths[self->drawn++] = 10;
    }
}

/* One write: the list goes, `text` is added above, the list comes back. */
static void
show (struct live *self, const char *text, size_t length)
{
  size_t columns, rows, size = 0;
  char *frame = NULL;
  FILE *out = self->gone ? NULL : open_memstream (&frame, &size);
  if (!out)
    return;
  size_of_terminal (self->fd, &columns, &rows);
  erase (self, out, columns);
  fwrite (text, 1, length, out);
  if (length)
    self->open_line = text[length - 1] != '\n';
  if (self->running && self->open_line)
    {
      fputc ('\n', out);
      self->open_line = 0;
    }
  draw (self, out, columns, rows);
  self->drawn_ms = kbsh_now_ms ();
  if (!fclose (out) && size)
    self->gone = show_write (self->fd, frame, size) != 0;
  free (frame);
}

static struct running **
find (struct live *self, const char *step)
{
  struct running **at = &self->running;
  while (*at && strcmp ((*at)->step, step))
    at = &(*at)->next;
  return at;
}

static void
end (struct live *self, const char *step)
{
  struct running **at = find (self, step), *ended = *at;
  if (!ended)
    return;
  *at = ended->next;
  free (ended->step);
  free (ended->waits);
  free (ended);
}

static void
begin (struct live *self, const char *step)
{
  struct running *running;
  end (self, step); /* another attempt */
  running = calloc (1, sizeof *running);
  if (!running)
    return;
  running->since = kbsh_now_ms ();
  running->step = strdup (step);
  if (running->step)
    *find (self, step) = running;
  else
    free (running);
}

static void
follow (struct live *self, json_object *event)
{
  const char *step = show_text (event, "step");
  const char *text = show_text (event, "text");
  if (show_is (event, "step-started"))
    begin (self, step);
  else if (show_is (event, "step-finished"))
    end (self, step);
  else if (show_is (event, "step-progress") && *find (self, step))
    {
      struct running *running = *find (self, step);
      free (running->waits);
      running->waits = *text ? strdup (text) : NULL;
    }
}

static void
live_event (struct sink *sink, json_object *event)
{
  struct live *self = (struct live *)sink;
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream (&text, &length);
  if (!out)
    return;
  follow (self, event);
  if (show_is (event, "run-finished"))
    while (self->running)
      end (self, self->running->step);
  lines_event (&self->lines, event, out);
  if (!fclose (out))
    show (self, text, length);
  free (text);
}

static void
live_tick (struct sink *sink)
{
  struct live *self = (struct live *)sink;
  if (self->running && kbsh_now_ms () - self->drawn_ms >= FRAME_MS)
    show (self, "", 0);
}

static void
live_close (struct sink *sink)
{
  struct live *self = (struct live *)sink;
  while (self->running)
    end (self, self->running->step);
  show (self, "", 0);
  lines_free (&self->lines);
  free (self->widths);
  free (self);
}

struct sink *
sink_live (int fd)
{
  const char *term = getenv ("TERM");
  struct live *self;
  if (!isatty (fd) || !term || !*term || !strcmp (term, "dumb"))
    return sink_plain (fd, 0);
  self = calloc (1, sizeof *self);
  if (!self)
    return NULL;
  self->sink.event = live_event;
  self->sink.tick = live_tick;
  self->sink.close = live_close;
  self->lines.colour = lines_colour (fd);
  self->lines.brief = 1;
  self->fd = fd;
  return &self->sink;
}
