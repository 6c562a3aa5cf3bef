/* SPDX-License-Identifier: Apache-2.0
 *
 * The sink for programs: one JSON object a line. doc/events.md.
 */
#include "config.h"

#include <stdlib.h>

#include "show/events.h"
#include "show/show.h"

struct json_sink
{
  struct sink sink;
  int fd;
  int gone;
};

static void
json_event (struct sink *sink, json_object *event)
{
  struct json_sink *self = (struct json_sink *)sink;
  const char *text;
  char *line;
  int length;
  if (self->gone)
    return;
  text = json_object_to_json_string_ext (
      event, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
  /* One write a line: a reader never sees half of one. */
  length = text ? asprintf (&line, "%s\n", text) : -1;
  if (length < 0)
    return;
  self->gone = show_write (self->fd, line, (size_t)length) != 0;
  free (line);
}

static void
json_close (struct sink *sink)
{
  free (sink);
}

struct sink *
sink_json (int fd)
{
  struct json_sink *self = calloc (1, sizeof *self);
  if (!self)
    return NULL;
  self->sink.event = json_event;
  self->sink.close = json_close;
  self->fd = fd;
  return &self->sink;
}
