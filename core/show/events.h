/* SPDX-License-Identifier: Apache-2.0
 *
 * What happens, as it happens: JSON objects to every sink (plain lines, a live
 * list, JSON lines, a trace). doc/events.md is the promise about their form.
 * Secrets are redacted here, once, for all sinks.
 */
#ifndef CORE_SHOW_EVENTS_H
#define CORE_SHOW_EVENTS_H

#include <json-c/json.h>

#include <kbsh/error.h>

struct events;

struct sink
{
  /* event is borrowed; its members: doc/events.md */
  void (*event) (struct sink *sink, json_object *event);
  void (*tick) (struct sink *sink);  /* about ten times a second; or NULL */
  void (*close) (struct sink *sink); /* finish and free */
};

int events_new (struct events **out, struct kbsh_error *err);
void events_free (struct events *events); /* closes the sinks */
/* Takes over `sink` in any case. */
int events_add (struct events *events, struct sink *sink,
                struct kbsh_error *err);
/* Redact this text from now on. Texts under 6 bytes are not. */
int events_secret (struct events *events, const char *text,
                   struct kbsh_error *err);
/* The same text with secrets replaced by "<redacted>"; the caller frees. */
char *events_redact (struct events *events, const char *text);

/* Send one: `kind` and the time are added; takes over `event`. Cannot fail: an
 * event that can't be made is dropped. */
void events_send (struct events *events, const char *kind, json_object *event);
void events_tick (struct events *events);

/* The sinks. */
struct sink *sink_plain (int fd, int verbose);
/* Could one of these not write? */
int sink_plain_gone (const struct sink *sink);
struct sink *sink_live (int fd);
struct sink *sink_json (int fd);
struct sink *sink_trace (const char *path, struct kbsh_error *err);

#endif
