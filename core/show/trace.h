/* SPDX-License-Identifier: Apache-2.0
 *
 * What the parts of the sink for traces share: trace.c makes slices of events,
 * trace_format.c knows the format, trace_file.c the file.
 */
#ifndef CORE_SHOW_TRACE_H
#define CORE_SHOW_TRACE_H

#include <json-c/json.h>

#include "show/events.h"
#include "show/show.h"

/* Track numbers. A worker's are WORKER + 3 * lane: itself, what it waits for,
 * its effects. */
#define CRITICAL 1
#define WORKER 10

struct slice;

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

/* Add; takes over `value`. */
void trace_put (json_object *to, const char *name, json_object *value);
/* One event of the format, in the list; NULL when memory is out. */
json_object *trace_record (struct trace *self, const char *phase, int track,
                           const char *name, const char *category,
                           double begun);
/* A slice from `begun` to `ended`, with the event as its arguments. */
json_object *trace_slice (struct trace *self, int track, const char *name,
                          const char *category, double begun, double ended,
                          json_object *args);
void trace_name_tracks (struct trace *self);

/* A file that can't be written is told about before the run. */
int trace_writable (const char *path, struct kbsh_error *err);
/* Atomically, as far as a reader can see: a whole trace or none. */
void trace_write (struct trace *self);

#endif
