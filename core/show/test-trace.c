/* SPDX-License-Identifier: Apache-2.0
 *
 * A trace of a short run: its tracks, its slices, and its critical path.
 */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kbsh/cleanup.h>

#include "sdk/test/check.h"
#include "show/events.h"

/* Straight to the sink: the times are ours. */
static void
send (struct sink *sink, const char *members)
{
  kbsh_autojson json_object *event = json_tokener_parse (members);
  NEED (event);
  sink->event (sink, event);
}

static const char *
text (json_object *event, const char *name)
{
  json_object *value = json_object_object_get (event, name);
  return value ? json_object_get_string (value) : "";
}

/* The only slice (or name of a track) with this name on this track. */
static json_object *
slice (json_object *whole, int track, const char *name)
{
  json_object *list = json_object_object_get (whole, "traceEvents");
  json_object *found = NULL;
  size_t i;
  for (i = 0; i < json_object_array_length (list); i++)
    {
      json_object *event = json_object_array_get_idx (list, i);
      json_object *args = json_object_object_get (event, "args");
      if (json_object_get_int (json_object_object_get (event, "tid")) == track
          && (!strcmp (text (event, "name"), name)
              || (args && !strcmp (text (args, "name"), name))))
        {
          NEED (!found);
          found = event;
        }
    }
  return found;
}

static void
expect (json_object *whole, int track, const char *name, int64_t begun,
        int64_t lasted)
{
  json_object *event = slice (whole, track, name);
  if (!event)
    fprintf (stderr, "no '%s' on track %d\n", name, track);
  NEED (event && !strcmp (text (event, "ph"), "X"));
  NEED (json_object_get_int64 (json_object_object_get (event, "ts")) == begun);
  NEED (json_object_get_int64 (json_object_object_get (event, "dur"))
        == lasted);
}

static void
run (struct sink *sink)
{
  static const char *const events[] = {
    "{\"event\":\"run-started\",\"time\":100,\"run\":\"r\",\"workflow\":\"w\"}",
    "{\"event\":\"step-started\",\"time\":101,\"step\":\"a\"}",
    "{\"event\":\"step-started\",\"time\":102,\"step\":\"b\"}",
    "{\"event\":\"step-progress\",\"time\":103,\"step\":\"a\",\"text\":\"x\"}",
    "{\"event\":\"call-started\",\"time\":104,\"step\":\"b\",\"service\":"
    "\"m.s\",\"op\":\"sign\"}",
    "{\"event\":\"effect\",\"time\":105,\"step\":\"b\",\"effect\":\"file\","
    "\"action\":\"create\",\"target\":\"/f\",\"seconds\":0.5}",
    "{\"event\":\"call-finished\",\"time\":106,\"step\":\"b\",\"service\":"
    "\"m.s\",\"op\":\"sign\"}",
    "{\"event\":\"step-finished\",\"time\":107,\"step\":\"a\"}",
    "{\"event\":\"step-started\",\"time\":108,\"step\":\"c\"}",
    "{\"event\":\"step-finished\",\"time\":109,\"step\":\"b\"}",
    "{\"event\":\"step-finished\",\"time\":110,\"step\":\"c\"}",
    "{\"event\":\"run-finished\",\"time\":111,\"criticalPath\":[\"a\",\"c\"]}",
  };
  size_t i;
  for (i = 0; i < sizeof events / sizeof *events; i++)
    send (sink, events[i]);
}

int
main (void)
{
  char folder[] = "/tmp/kbsh-trace.XXXXXX", path[64];
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct sink *sink;
  kbsh_autojson json_object *whole = NULL;
  json_object *critical;
  NEED (mkdtemp (folder));
  snprintf (path, sizeof path, "%s/none/trace.json", folder);
  NEED (!sink_trace (path, &err) && strstr (err.why, "No such file"));
  NEED (!sink_trace (folder, &err) && strstr (err.why, "no regular file"));
  snprintf (path, sizeof path, "%s/trace.json", folder);
  /* A link is kept, and so is what it leads to: it could be /dev/stdout. */
  NEED (!symlink ("/etc/hostname", path) && !sink_trace (path, &err)
        && strstr (err.why, "symbolic link") && !unlink (path));
  sink = sink_trace (path, &err);
  NEED (sink && access (path, F_OK));
  run (sink);
  send (sink, "{\"event\":\"step-started\",\"time\":112,\"step\":\"late\"}");
  send (sink, "{\"event\":\"print\",\"time\":115,\"text\":\"\"}");
  sink->close (sink);
  whole = json_object_from_file (path);
  NEED (whole);
  expect (whole, 10, "a", 1000000, 6000000);
  expect (whole, 13, "b", 2000000, 7000000);
  expect (whole, 16, "m.s sign", 4000000, 2000000);
  expect (whole, 10, "c", 8000000, 2000000);
  expect (whole, 11, "x", 3000000, 4000000);
  expect (whole, 15, "create file /f", 4500000, 500000);
  expect (whole, 1, "a", 1000000, 6000000);
  expect (whole, 1, "c", 8000000, 2000000);
  expect (whole, 10, "late", 12000000, 3000000);
  NEED (slice (whole, 1, "critical path"));
  NEED (slice (whole, 11, "worker 1 waits for"));
  critical = json_object_object_get (
      json_object_object_get (whole, "otherData"), "criticalPath");
  NEED (json_object_array_length (critical) == 2);
  unlink (path);
  NEED (!rmdir (folder)); /* no temporary file is left */
  return check_result ();
}
