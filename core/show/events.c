/* SPDX-License-Identifier: Apache-2.0
 *
 * Sends each event to every sink, stamped and with its secrets replaced.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include <kbsh/cleanup.h>

#include "show/events.h"
#include "show/redact.h"

struct events
{
  struct sink **sinks;
  size_t count;
  struct secrets secrets;
  char run[17]; /* the id of the run */
};

int
events_new (struct events **out, struct kbsh_error *err)
{
  unsigned char id[8];
  struct events *events = calloc (1, sizeof *events);
  size_t i;
  if (!events)
    return kbsh_error_memory (err);
  if (getrandom (id, sizeof id, 0) != (ssize_t)sizeof id)
    {
      free (events);
      return kbsh_error_set (err, "no random number could be had");
    }
  for (i = 0; i < sizeof id; i++)
    sprintf (events->run + 2 * i, "%02x", id[i]);
  *out = events;
  return 0;
}

void
events_free (struct events *events)
{
  size_t i;
  if (!events)
    return;
  for (i = 0; i < events->count; i++)
    events->sinks[i]->close (events->sinks[i]);
  free (events->sinks);
  secrets_free (&events->secrets);
  free (events);
}

int
events_add (struct events *events, struct sink *sink, struct kbsh_error *err)
{
  struct sink **grown;
  if (!sink)
    return kbsh_error_memory (err);
  grown = realloc (events->sinks, (events->count + 1) * sizeof *grown);
  if (!grown)
    {
      sink->close (sink);
      return kbsh_error_memory (err);
    }
  events->sinks = grown;
  grown[events->count++] = sink;
  return 0;
}

int
events_secret (struct events *events, const char *text, struct kbsh_error *err)
{
  return secrets_add (&events->secrets, text) ? kbsh_error_memory (err) : 0;
}

char *
events_redact (struct events *events, const char *text)
{
  return secrets_redact (&events->secrets, text, strlen (text));
}

static json_object *
seconds (void)
{
  struct timespec now;
  char text[40];
  clock_gettime (CLOCK_REALTIME, &now);
  snprintf (text, sizeof text, "%lld.%06ld", (long long)now.tv_sec,
            now.tv_nsec / 1000);
  return json_object_new_double_s (
      (double)now.tv_sec + (double)now.tv_nsec / 1e9, text);
}

static int
put (json_object *to, const char *name, json_object *value)
{
  if (value && !json_object_object_add (to, name, value))
    return 0;
  json_object_put (value);
  return -1;
}

/* The stamp first, then what the sender said. What a plugin prints is the
 * answer that was asked for, such as a token to join with: as it is. */
static json_object *
stamp (struct events *events, const char *kind, json_object *event)
{
  static const struct secrets none;
  const struct secrets *secrets
      = strcmp (kind, "print") ? &events->secrets : &none;
  kbsh_autojson json_object *out = json_object_new_object ();
  kbsh_autojson json_object *copy = NULL;
  if (!out || put (out, "v", json_object_new_int (1))
      || put (out, "event", json_object_new_string (kind))
      || put (out, "time", seconds ())
      || put (out, "run", json_object_new_string (events->run))
      || secrets_copy (secrets, event, &copy))
    return NULL;
  if (copy)
    {
      json_object_object_foreach (
          copy, key,
          value) if (json_object_object_add (out, key,
                                             json_object_get (
                                                 value))) return NULL;
    }
  return kbsh_steal (&out);
}

void
events_send (struct events *events, const char *kind, json_object *event)
{
  kbsh_autojson json_object *given = event;
  kbsh_autojson json_object *whole = stamp (events, kind, given);
  size_t i;
  for (i = 0; whole && i < events->count; i++)
    events->sinks[i]->event (events->sinks[i], whole);
}

void
events_tick (struct events *events)
{
  size_t i;
  for (i = 0; i < events->count; i++)
    if (events->sinks[i]->tick)
      events->sinks[i]->tick (events->sinks[i]);
}
