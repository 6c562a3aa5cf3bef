/* SPDX-License-Identifier: Apache-2.0
 *
 * Results go to standard output, everything that is told about the way there
 * to standard error.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/inner.h"
#include "show/show.h"
#include <kbsh/cleanup.h>
#include <kbsh/text.h>

struct results
{
  struct sink sink;
  struct sink *inner;
  struct sink *plans; /* what a dry run would do is a result, too */
  int together;       /* both are the terminal: `inner` keeps them in order */
  int *lost;
};

static void
print (json_object *event, int *lost)
{
  const char *text = show_text (event, "text");
  if (show_write (STDOUT_FILENO, text, strlen (text)))
    *lost = 1;
}

static void
results_event (struct sink *sink, json_object *event)
{
  struct results *self = (struct results *)sink;
  if (show_is (event, "print") && !self->together)
    print (event, self->lost);
  else if (show_is (event, "plan") && self->plans && !self->together)
    {
      self->plans->event (self->plans, event);
      *self->lost |= sink_plain_gone (self->plans);
    }
  else if (self->inner)
    self->inner->event (self->inner, event);
}

static void
results_tick (struct sink *sink)
{
  struct results *self = (struct results *)sink;
  if (self->inner && self->inner->tick)
    self->inner->tick (self->inner);
}

static void
results_close (struct sink *sink)
{
  struct results *self = (struct results *)sink;
  if (self->inner && self->inner->close)
    self->inner->close (self->inner);
  if (self->plans)
    self->plans->close (self->plans);
  free (self);
}

struct sink *
sink_results (struct sink *inner, int *lost)
{
  struct results *self = calloc (1, sizeof *self);
  if (!self)
    {
      if (inner && inner->close)
        inner->close (inner);
      return NULL;
    }
  self->sink.event = results_event;
  self->sink.tick = results_tick;
  self->sink.close = results_close;
  self->inner = inner;
  self->lost = lost;
  self->plans = sink_plain (STDOUT_FILENO, 0);
  self->together = inner && isatty (STDOUT_FILENO) && isatty (STDERR_FILENO);
  return &self->sink;
}

struct quiet
{
  struct sink sink;
  int fd;
  int *lost;
};

static void
quiet_event (struct sink *sink, json_object *event)
{
  struct quiet *self = (struct quiet *)sink;
  kbsh_autofree char *line = NULL;
  if (show_is (event, "print"))
    {
      print (event, self->lost);
      return;
    }
  if (!show_is (event, "step-log")
      || strcmp (show_text (event, "level"), "warning") != 0)
    return;
  line = kbsh_text ("warning: %s\n", show_text (event, "text"));
  if (line)
    show_write (self->fd, line, strlen (line));
}

static void
quiet_close (struct sink *sink)
{
  free (sink);
}

struct sink *
sink_quiet (int fd, int *lost)
{
  struct quiet *self = calloc (1, sizeof *self);
  if (!self)
    return NULL;
  self->sink.event = quiet_event;
  self->sink.close = quiet_close;
  self->fd = fd;
  self->lost = lost;
  return &self->sink;
}
