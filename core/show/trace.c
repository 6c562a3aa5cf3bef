/* SPDX-License-Identifier: Apache-2.0
 *
 * The sink that makes a trace of the run in the Chrome trace event format,
 * which ui.perfetto.dev and chrome://tracing show. Each worker that runs at
 * the same time as others has a track, with what it waited for and what it had
 * done beside it; the critical path has one of its own.
 */
#include "config.h"

#include "show/trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A worker at work: a step, or a call. */
struct slice
{
  struct slice *next;
  char *name; /* the step, or the service that is called */
  char *op;   /* of a call, or NULL */
  char *step;
  char *waits; /* for what, or NULL */
  double begun, waits_since, effect_end;
  int lane;
};

static int
free_lane (struct trace *self)
{
  int lane;
  for (lane = 0;; lane++)
    {
      struct slice *at = self->open;
      while (at && at->lane != lane)
        at = at->next;
      if (at)
        continue;
      if (lane >= self->lanes)
        self->lanes = lane + 1;
      return lane;
    }
}

static void
free_slice (struct slice *gone)
{
  free (gone->name);
  free (gone->op);
  free (gone->step);
  free (gone->waits);
  free (gone);
}

static void
begin (struct trace *self, json_object *event, const char *name, const char *op)
{
  struct slice *at = calloc (1, sizeof *at);
  if (!at)
    return;
  at->name = strdup (name);
  at->op = op ? strdup (op) : NULL;
  at->step = strdup (show_text (event, "step"));
  if (!at->name || !at->step || (op && !at->op))
    {
      free_slice (at);
      return;
    }
  at->begun = show_number (event, "time");
  at->lane = free_lane (self);
  at->next = self->open;
  self->open = at;
}

static struct slice **
find (struct trace *self, const char *name, const char *op, const char *step)
{
  struct slice **at = &self->open;
  while (*at
         && (strcmp ((*at)->name, name) || strcmp ((*at)->step, step)
             || !op != !(*at)->op || (op && strcmp ((*at)->op, op))))
    at = &(*at)->next;
  return at;
}

static void
end_waiting (struct trace *self, struct slice *at, double now)
{
  if (!at->waits)
    return;
  trace_slice (self, WORKER + 3 * at->lane + 1, at->waits, "wait",
               at->waits_since, now, NULL);
  free (at->waits);
  at->waits = NULL;
}

static void
end (struct trace *self, json_object *event, const char *name, const char *op)
{
  const char *step = show_text (event, "step");
  struct slice **place = find (self, name, op, step), *ended = *place;
  double now = show_number (event, "time");
  json_object *made;
  char title[256];
  if (!ended)
    return;
  *place = ended->next;
  end_waiting (self, ended, now);
  snprintf (title, sizeof title, "%s%s%s", name, op ? " " : "", op ? op : "");
  made = trace_slice (self, WORKER + 3 * ended->lane, title,
                      op ? "call" : "step", ended->begun, now, event);
  if (made && !op)
    trace_put (self->steps, name, json_object_get (made));
  free_slice (ended);
}

static void
progress (struct trace *self, json_object *event)
{
  const char *step = show_text (event, "step");
  const char *text = show_text (event, "text");
  struct slice *at = *find (self, step, NULL, step);
  double now = show_number (event, "time");
  if (!at)
    return;
  end_waiting (self, at, now);
  at->waits = *text ? strdup (text) : NULL;
  at->waits_since = now;
}

/* Beside the step's worker; where it overlaps the one before (effects of
 * several calls), it begins where that one ended; its arguments tell how long
 * it took. */
static void
effect (struct trace *self, json_object *event)
{
  const char *step = show_text (event, "step");
  struct slice *at = *find (self, step, NULL, step);
  double now = show_number (event, "time");
  double begun = now - show_number (event, "seconds");
  char title[512];
  snprintf (title, sizeof title, "%s %s %s", show_text (event, "action"),
            show_text (event, "effect"), show_text (event, "target"));
  if (!at)
    {
      trace_record (self, "i", CRITICAL, title, "effect", now);
      return;
    }
  if (begun < at->effect_end)
    begun = at->effect_end;
  at->effect_end = now;
  trace_slice (self, WORKER + 3 * at->lane + 2, title, "effect", begun, now,
               event);
}

/* The same slices again, and their sum, so that it need not be looked for. */
static void
critical_path (struct trace *self, json_object *event)
{
  json_object *names = json_object_object_get (event, "criticalPath");
  json_object *out = json_object_new_array ();
  size_t i, count = names ? json_object_array_length (names) : 0;
  for (i = 0; out && i < count; i++)
    {
      json_object *name = json_object_array_get_idx (names, i), *item;
      json_object *made
          = json_object_object_get (self->steps, json_object_get_string (name));
      double seconds
          = (double)json_object_get_int64 (json_object_object_get (made, "dur"))
            / 1e6;
      double begun
          = (double)json_object_get_int64 (json_object_object_get (made, "ts"))
            / 1e6;
      if (!made)
        continue;
      trace_slice (self, CRITICAL, json_object_get_string (name), "critical",
                   self->zero + begun, self->zero + begun + seconds, NULL);
      item = json_object_new_object ();
      if (!item)
        break;
      trace_put (item, "step", json_object_get (name));
      trace_put (item, "seconds", json_object_new_double (seconds));
      json_object_array_add (out, item);
    }
  trace_put (self->other, "criticalPath", out);
}

static void
trace_event (struct sink *sink, json_object *event)
{
  struct trace *self = (struct trace *)sink;
  const char *step = show_text (event, "step");
  const char *service = show_text (event, "service");
  const char *op = show_text (event, "op");
  self->last = show_number (event, "time");
  if (self->zero == 0)
    self->zero = self->last;
  if (show_is (event, "run-started"))
    {
      trace_put (self->other, "run",
                 json_object_get (json_object_object_get (event, "run")));
      trace_put (self->other, "workflow",
                 json_object_get (json_object_object_get (event, "workflow")));
    }
  else if (show_is (event, "step-started"))
    begin (self, event, step, NULL);
  else if (show_is (event, "step-finished"))
    end (self, event, step, NULL);
  else if (show_is (event, "step-progress"))
    progress (self, event);
  else if (show_is (event, "call-started"))
    begin (self, event, service, op);
  else if (show_is (event, "call-finished"))
    end (self, event, service, op);
  else if (show_is (event, "effect"))
    effect (self, event);
  else if (show_is (event, "run-finished"))
    critical_path (self, event);
}

static void
trace_close (struct sink *sink)
{
  struct trace *self = (struct trace *)sink;
  while (self->open)
    {
      /* The run was cut off: it lasted until the last that was heard. */
      struct slice *at = self->open;
      self->open = at->next;
      end_waiting (self, at, self->last);
      trace_slice (self, WORKER + 3 * at->lane, at->name, "cut off", at->begun,
                   self->last, NULL);
      free_slice (at);
    }
  trace_name_tracks (self);
  if (self->path)
    trace_write (self);
  json_object_put (self->list);
  json_object_put (self->steps);
  json_object_put (self->other);
  free (self->path);
  free (self);
}

struct sink *
sink_trace (const char *path, struct kbsh_error *err)
{
  struct trace *self;
  if (trace_writable (path, err))
    return NULL;
  self = calloc (1, sizeof *self);
  if (!self)
    {
      kbsh_error_memory (err);
      return NULL;
    }
  self->sink.event = trace_event;
  self->sink.close = trace_close;
  self->list = json_object_new_array ();
  self->steps = json_object_new_object ();
  self->other = json_object_new_object ();
  self->path = strdup (path);
  if (self->list && self->steps && self->other && self->path)
    return &self->sink;
  json_object_put (self->list);
  json_object_put (self->steps);
  json_object_put (self->other);
  free (self->path);
  free (self);
  kbsh_error_memory (err);
  return NULL;
}
