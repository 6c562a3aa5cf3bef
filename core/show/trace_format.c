/* SPDX-License-Identifier: Apache-2.0
 *
 * The Chrome trace event format.
 */
#include "config.h"

#include "show/trace.h"

#include <stdio.h>

void
trace_put (json_object *to, const char *name, json_object *value)
{
  if (!value || json_object_object_add (to, name, value))
    json_object_put (value);
}

json_object *
trace_record (struct trace *self, const char *phase, int track,
              const char *name, const char *category, double begun)
{
  json_object *event = json_object_new_object ();
  if (!event)
    return NULL;
  trace_put (event, "ph", json_object_new_string (phase));
  trace_put (event, "pid", json_object_new_int (1));
  trace_put (event, "tid", json_object_new_int (track));
  trace_put (event, "name", json_object_new_string (name));
  trace_put (event, "cat", json_object_new_string (category));
  trace_put (event, "ts",
             json_object_new_int64 ((int64_t)((begun - self->zero) * 1e6)));
  if (!json_object_array_add (self->list, event))
    return event;
  json_object_put (event);
  return NULL;
}

json_object *
trace_slice (struct trace *self, int track, const char *name,
             const char *category, double begun, double ended,
             json_object *args)
{
  json_object *event = trace_record (self, "X", track, name, category, begun);
  if (!event)
    return NULL;
  trace_put (event, "dur",
             json_object_new_int64 ((int64_t)((ended - begun) * 1e6)));
  trace_put (event, "args", json_object_get (args));
  return event;
}

static void
name_track (struct trace *self, int track, const char *name)
{
  json_object *event = trace_record (self, "M", track, "thread_name",
                                     "__metadata", self->zero);
  json_object *args = json_object_new_object ();
  json_object *order;
  if (args)
    trace_put (args, "name", json_object_new_string (name));
  if (event)
    trace_put (event, "args", args);
  order = trace_record (self, "M", track, "thread_sort_index", "__metadata",
                        self->zero);
  args = json_object_new_object ();
  if (args)
    trace_put (args, "sort_index", json_object_new_int (track));
  if (order)
    trace_put (order, "args", args);
}

void
trace_name_tracks (struct trace *self)
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
