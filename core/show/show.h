/* SPDX-License-Identifier: Apache-2.0
 *
 * What the sinks share: reading an event, writing without dying of it, and the
 * lines that people read.
 */
#ifndef CORE_SHOW_SHOW_H
#define CORE_SHOW_SHOW_H

#include <json-c/json.h>
#include <stddef.h>
#include <stdio.h>

/* A string member, or "". */
const char *show_text (json_object *event, const char *name);
double show_number (json_object *event, const char *name);
int show_is (json_object *event, const char *kind);

/* Write it all, whatever the reader does: a reader that is gone costs the
 * output, never the run. Returns -1 when it is gone (or the disk is full). */
int show_write (int fd, const char *data, size_t length);

/* What a terminal would act on (an escape, a carriage return, C1 controls)
 * becomes a question mark. Lines and tabs stay. */
void show_clean (char *text);

/* How lines are written. */
struct lines
{
  int verbose;
  int colour;
  int brief; /* live: one line for each step that ended */
  int dry_run;
  char *reported; /* the last step whose error was told */
  char *workflow;
  char *left_out; /* "[a] [b]": steps whose needs did not end well */
};

/* The lines of an event, which may be none. */
void lines_event (struct lines *lines, json_object *event, FILE *out);
void lines_free (struct lines *lines);
/* "0.31s", "2m05s". */
void lines_duration (double seconds, char out[32]);
/* Are colours wanted on this descriptor? */
int lines_colour (int fd);

#endif
