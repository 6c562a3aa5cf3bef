/* SPDX-License-Identifier: Apache-2.0
 *
 * The sink that makes a trace of the run in the Chrome trace event format,
 * which ui.perfetto.dev and chrome://tracing show. Each worker that runs at
 * the same time as others has a track, with what it waited for and what it had
 * done beside it; the critical path has one of its own.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kbsh/cleanup.h>

#include "show/events.h"
#include "show/show.h"

/* Track numbers. A worker's are WORKER + 3 * lane: itself, what it waits for,
 * its effects. */
#define CRITICAL 1
#define WORKER 10

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

struct trace
{
  struct sink sink;
  struct slice *open;
  json_object *list;  /* traceEvents */
  json_object *steps; /* step -> its slice in the list */
  json_object *other; /* otherData */
  double zero;        /* the time of the first event */
  double last;
  int lanes; /* how many there were */
  char *path;
};

static void
put (json_object *to, const char *name, json_object *value)
{
  if (!value || json_object_object_add (to, name, value))
    json_object_put (value);
}

static json_object *
record (struct trace *self, const char *phase, int track, const char *name,
        const char *category, double begun)
{
  json_object *event = json_object_new_object ();
  if (!event)
    return NULL;
  put (event, "ph", json_object_new_string (phase));
  put (event, "pid", json_object_new_int (1));
  put (event, "tid", json_object_new_int (track));
  put (event, "name", json_object_new_string (name));
  put (event, "cat", json_object_new_string (category));
  put (event, "ts",
       json_object_new_int64 ((int64_t)((begun - self->zero) * 1e6)));
  if (!json_object_array_add (self->list, event))
    return event;
  json_object_put (event);
  return NULL;
}

/* A slice from `begun` to `ended`, with the event as its arguments. */
static json_object *
slice (struct trace *self, int track, const char *name, const char *category,
       double begun, double ended, json_object *args)
{
  json_object *event = record (self, "X", track, name, category, begun);
  if (!event)
    return NULL;
  put (event, "dur", json_object_new_int64 ((int64_t)((ended - begun) * 1e6)));
  put (event, "args", json_object_get (args));
  return event;
}

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
  slice (self, WORKER + 3 * at->lane + 1, at->waits, "wait", at->waits_since,
         now, NULL);
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
  made = slice (self, WORKER + 3 * ended->lane, title, op ? "call" : "step",
                ended->begun, now, event);
  if (made && !op)
    put (self->steps, name, json_object_get (made));
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
      record (self, "i", CRITICAL, title, "effect", now);
      return;
    }
  if (begun < at->effect_end)
    begun = at->effect_end;
  at->effect_end = now;
  slice (self, WORKER + 3 * at->lane + 2, title, "effect", begun, now, event);
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
      slice (self, CRITICAL, json_object_get_string (name), "critical",
             self->zero + begun, self->zero + begun + seconds, NULL);
      item = json_object_new_object ();
      if (!item)
        break;
      put (item, "step", json_object_get (name));
      put (item, "seconds", json_object_new_double (seconds));
      json_object_array_add (out, item);
    }
  put (self->other, "criticalPath", out);
}

static void
name_track (struct trace *self, int track, const char *name)
{
  json_object *event
      = record (self, "M", track, "thread_name", "__metadata", self->zero);
  json_object *args = json_object_new_object ();
  json_object *order;
  if (args)
    put (args, "name", json_object_new_string (name));
  if (event)
    put (event, "args", args);
  order = record (self, "M", track, "thread_sort_index", "__metadata",
                  self->zero);
  args = json_object_new_object ();
  if (args)
    put (args, "sort_index", json_object_new_int (track));
  if (order)
    put (order, "args", args);
}

static void
name_tracks (struct trace *self)
{
  char name[64];
  int lane;
  name_track (self, CRITICAL, "critical path");
  for (lane = 0; lane < self->lanes; lane++)
    {
      snprintf (name, sizeof name, "worker %d", lane + 1);
      name_track (self, WORKER + 3 * lane, name);
      snprintf (name, sizeof name, "worker %d waits for", lane + 1);
      name_track (self, WORKER + 3 * lane + 1, name);
      snprintf (name, sizeof name, "worker %d effects", lane + 1);
      name_track (self, WORKER + 3 * lane + 2, name);
    }
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
      put (self->other, "run",
           json_object_get (json_object_object_get (event, "run")));
      put (self->other, "workflow",
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

/* Atomically, as far as a reader can see: a whole trace or none. */
static void
write_trace (struct trace *self)
{
  kbsh_autojson json_object *whole = json_object_new_object ();
  kbsh_autofree char *temporary = NULL;
  const char *text;
  int fd, failed;
  if (!whole || asprintf (&temporary, "%s.XXXXXX", self->path) < 0)
    return;
  put (whole, "displayTimeUnit", json_object_new_string ("ms"));
  put (whole, "otherData", json_object_get (self->other));
  put (whole, "traceEvents", json_object_get (self->list));
  text = json_object_to_json_string_ext (
      whole, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
  fd = text ? mkostemp (temporary, O_CLOEXEC) : -1;
  if (fd < 0)
    return;
  failed
      = show_write (fd, text, strlen (text)) || fchmod (fd, 0644) || fsync (fd);
  failed |= close (fd);
  if (failed || rename (temporary, self->path))
    unlink (temporary);
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
      slice (self, WORKER + 3 * at->lane, at->name, "cut off", at->begun,
             self->last, NULL);
      free_slice (at);
    }
  name_tracks (self);
  if (self->path)
    write_trace (self);
  json_object_put (self->list);
  json_object_put (self->steps);
  json_object_put (self->other);
  free (self->path);
  free (self);
}

/* A file that can't be written is told about now, not after the run. */
static int
writable (const char *path, struct kbsh_error *err)
{
  kbsh_autofree char *copy = strdup (path);
  char *slash = copy ? strrchr (copy, '/') : NULL;
  const char *folder = slash == copy ? "/" : slash ? copy : ".";
  struct stat st;
  if (!copy)
    return kbsh_error_memory (err);
  if (slash)
    *slash = '\0';
  if (slash == copy)
    folder = "/";
  if (!access (folder, W_OK | X_OK)
      && (stat (path, &st) || S_ISREG (st.st_mode)))
    return 0;
  kbsh_error_set (err, "the trace can't be written to '%s'", path);
  return kbsh_error_why (err, "%s",
                         access (folder, W_OK | X_OK)
                             ? strerror (errno)
                             : "it is no regular file");
}

struct sink *
sink_trace (const char *path, struct kbsh_error *err)
{
  struct trace *self;
  if (writable (path, err))
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
