/* SPDX-License-Identifier: Apache-2.0
 *
 * Events through the sinks: their form, and that no secret gets through in any
 * of its forms.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <kbsh/cleanup.h>

#include "sdk/test/check.h"
#include "show/events.h"

static const char secret[] = "line \"one\" of a key\nline two of a key";

static json_object *
object (const char *text)
{
  json_object *tree = json_tokener_parse (text);
  NEED (tree);
  return tree;
}

static char *
content (FILE *file)
{
  static char buffer[65536];
  size_t length;
  rewind (file);
  length = fread (buffer, 1, sizeof buffer - 1, file);
  buffer[length] = '\0';
  return buffer;
}

static const struct
{
  const char *in, *out;
} redactions[] = {
  { "nothing", "nothing" },
  { "abcdef.0123456789", "<redacted>" },
  { "a abcdef.0123456789 b", "a <redacted> b" },
  { "abcdef.01234567890", "<redacted>0" },
  /* longest first, and of two that overlap nothing is left */
  { "xxOVERLAPPINGyy", "xx<redacted>yy" },
  /* as a JSON string, a single line, base64 */
  { "{\"k\":\"line \\\"one\\\" of a key\\nline two of a key\"}",
    "{\"k\":\"<redacted>\"}" },
  { "+    line two of a key", "+    <redacted>" },
  { "token: YWJjZGVmLjAxMjM0NTY3ODk=", "token: <redacted>" },
  { "short", "short" },
  { "bad \xff\xc0 utf-8 \xe2\x82\xac", "bad \xef\xbf\xbd\xef\xbf\xbd utf-8 "
                                       "\xe2\x82\xac" },
  { "", "" },
};

static void
test_redaction (void)
{
  struct events *events;
  struct kbsh_error err = KBSH_ERROR_INIT;
  size_t i;
  NEED (!events_new (&events, &err));
  NEED (!events_secret (events, "abcdef.0123456789", &err));
  NEED (!events_secret (events, "short", &err));
  NEED (!events_secret (events, "OVERLAP", &err));
  NEED (!events_secret (events, "LAPPING", &err));
  NEED (!events_secret (events, "OVERLAPP", &err));
  NEED (!events_secret (events, secret, &err));
  for (i = 0; i < sizeof redactions / sizeof *redactions; i++)
    {
      kbsh_autofree char *got = events_redact (events, redactions[i].in);
      CHECK_TEXT (got, redactions[i].out);
    }
  events_free (events);
}

static void
send_some (struct events *events)
{
  json_object *log = object ("{\"step\":\"certs/ca\",\"level\":\"info\"}");
  json_object_object_add (log, "text", json_object_new_string (secret));
  events_send (events, "run-started",
               object ("{\"workflow\":\"init\",\"dryRun\":false,"
                       "\"steps\":[\"certs/ca\"]}"));
  events_send (events, "step-started",
               object ("{\"step\":\"certs/ca\",\"attempt\":1}"));
  events_send (events, "step-log", log);
  events_send (events, "step-finished",
               object ("{\"step\":\"certs/ca\",\"status\":\"failed\","
                       "\"seconds\":0.3,\"changes\":0,\"error\":{\"what\":"
                       "\"W\",\"why\":\"Y\",\"remedy\":\"R\"}}"));
  events_send (events, "run-finished",
               object ("{\"status\":\"failed\",\"seconds\":2,\"changes\":0,"
                       "\"error\":{\"what\":\"W\"}}"));
}

static void
test_sinks (void)
{
  struct events *events;
  struct kbsh_error err = KBSH_ERROR_INIT;
  FILE *plain = tmpfile (), *json = tmpfile ();
  char *text, *line, *rest;
  int lines = 0;
  NEED (plain && json && !events_new (&events, &err));
  NEED (!events_secret (events, secret, &err));
  NEED (!events_add (events, sink_plain (fileno (plain), 0), &err));
  NEED (!events_add (events, sink_json (fileno (json)), &err));
  send_some (events);
  events_free (events);
  text = content (plain);
  CHECK_TEXT (text, "[certs/ca] <redacted>\n"
                    "[certs/ca] failed after 0.30s: W\n"
                    "  why: Y\n  remedy: R\n"
                    "[init] failed after 2.00s, 0 changes\n");
  text = content (json);
  NEED (!strstr (text, "of a key"));
  NEED (strstr (text, "\"seconds\":0.3,"));
  for (line = strtok_r (text, "\n", &rest); line;
       line = strtok_r (NULL, "\n", &rest), lines++)
    {
      kbsh_autojson json_object *event = object (line);
      NEED (json_object_get_int (json_object_object_get (event, "v")) == 1);
      NEED (json_object_object_get (event, "run"));
      NEED (json_object_get_double (json_object_object_get (event, "time"))
            > 1.6e9);
    }
  NEED (lines == 5);
  fclose (plain);
  fclose (json);
}

/* A reader that is gone, and a full disk, cost the output and no more. */
static void
test_gone (void)
{
  struct events *events;
  struct kbsh_error err = KBSH_ERROR_INIT;
  FILE *full = fopen ("/dev/full", "w");
  int ends[2];
  NEED (!pipe (ends) && !events_new (&events, &err));
  close (ends[0]);
  NEED (!events_add (events, sink_plain (ends[1], 1), &err));
  NEED (!events_add (events, sink_json (ends[1]), &err));
  if (full)
    NEED (!events_add (events, sink_json (fileno (full)), &err));
  send_some (events);
  send_some (events);
  events_tick (events);
  events_free (events);
  close (ends[1]);
  if (full)
    fclose (full);
}

/* What is sent is not changed by redaction: it may be shared. */
static void
test_shared (void)
{
  struct events *events;
  struct kbsh_error err = KBSH_ERROR_INIT;
  json_object *event = object ("{\"list\":[\"abcdef.0123456789\"]}");
  NEED (!events_new (&events, &err));
  NEED (!events_secret (events, "abcdef.0123456789", &err));
  events_send (events, "step-log", json_object_get (event));
  NEED (strstr (json_object_to_json_string (event), "abcdef.0123456789"));
  json_object_put (event);
  events_free (events);
}

/* The answer that was asked for is the one text that is not redacted. */
static void
test_printed (void)
{
  struct events *events;
  struct kbsh_error err = KBSH_ERROR_INIT;
  FILE *json = tmpfile ();
  NEED (json && !events_new (&events, &err));
  NEED (!events_secret (events, "abcdef.0123456789", &err));
  NEED (!events_add (events, sink_json (fileno (json)), &err));
  events_send (events, "print", object ("{\"text\":\"abcdef.0123456789\"}"));
  events_send (events, "step-log", object ("{\"text\":\"abcdef.0123456789\"}"));
  events_free (events);
  NEED (strstr (content (json), "\"text\":\"abcdef.0123456789\""));
  NEED (strstr (content (json), "\"text\":\"<redacted>\""));
  fclose (json);
}

int
main (void)
{
  unsetenv ("TERM");
  test_redaction ();
  test_sinks ();
  test_gone ();
  test_shared ();
  test_printed ();
  return check_result ();
}
