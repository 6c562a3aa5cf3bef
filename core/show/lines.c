/* SPDX-License-Identifier: Apache-2.0
 *
 * Events as the lines that people read: "[certs/ca] text". A failure has its
 * cause and its remedy on lines of their own.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/text.h>
#include <unistd.h>

#include "show/show.h"

#define RED "31"
#define GREEN "32"
#define YELLOW "33"
#define DIM "2"

int
lines_colour (int fd)
{
  const char *off = getenv ("NO_COLOR"), *term = getenv ("TERM");
  return isatty (fd) && !(off && *off) && term && strcmp (term, "dumb");
}

void
lines_free (struct lines *lines)
{
  free (lines->reported);
  free (lines->left_out);
  free (lines->workflow);
}

void
lines_duration (double seconds, char out[32])
{
  long whole = (long)seconds;
  if (seconds < 60)
    snprintf (out, 32, "%.*fs", seconds < 10 ? 2 : 1, seconds);
  else if (whole < 3600)
    snprintf (out, 32, "%ldm%02lds", whole / 60, whole % 60);
  else
    snprintf (out, 32, "%ldh%02ldm", whole / 3600, whole / 60 % 60);
}

static void
paint (const struct lines *lines, FILE *out, const char *colour,
       const char *text)
{
  if (lines->colour && colour)
    fprintf (out, "\033[%sm%s\033[0m", colour, text);
  else
    fputs (text, out);
}

/* Text that may have several lines, each but the first indented; a carriage
 * return or an escape in it does not reach the terminal. */
static void
put_text (FILE *out, const char *text, int indent)
{
  for (; *text; text++)
    if (*text == '\n' && text[1])
      fprintf (out, "\n%*s", indent, "");
    else if ((unsigned char)*text >= 0x20 && *text != 0x7f)
      fputc (*text, out);
    else if (*text == '\t')
      fputc (' ', out);
}

static void
put_step (const struct lines *lines, json_object *event, FILE *out)
{
  const char *step = show_text (event, "step");
  if (*step)
    {
      paint (lines, out, DIM, "[");
      fputs (step, out);
      paint (lines, out, DIM, "] ");
    }
}

static void
put_detail (FILE *out, const char *label, const char *text)
{
  if (!*text)
    return;
  fprintf (out, *text == '\n' ? "  %s:" : "  %s: ", label);
  put_text (out, text, 4);
  fputc ('\n', out);
}

static void
put_error (FILE *out, json_object *error)
{
  const char *file = show_text (error, "file");
  if (*file)
    fprintf (out, "  at: %s:%d:%d\n", file, (int)show_number (error, "line"),
             (int)show_number (error, "column"));
  put_detail (out, "why", show_text (error, "why"));
  put_detail (out, "remedy", show_text (error, "remedy"));
}

static void
step_log (const struct lines *lines, json_object *event, FILE *out)
{
  const char *level = show_text (event, "level");
  if (!strcmp (level, "debug") && !lines->verbose)
    return;
  put_step (lines, event, out);
  if (!strcmp (level, "warning"))
    paint (lines, out, YELLOW, "WARNING: ");
  put_text (out, show_text (event, "text"), 2);
  fputc ('\n', out);
}

static void
step_failed (struct lines *lines, json_object *event, FILE *out, int ignored)
{
  json_object *error = json_object_object_get (event, "error");
  char took[32];
  lines_duration (show_number (event, "seconds"), took);
  put_step (lines, event, out);
  paint (lines, out, ignored ? YELLOW : RED, "failed");
  fprintf (out, " after %s%s: ", took, ignored ? ", and it is gone on" : "");
  put_text (out, show_text (error, "what"), 4);
  fputc ('\n', out);
  put_error (out, error);
  free (lines->reported);
  lines->reported = strdup (show_text (error, "what"));
}

static void
step_finished (struct lines *lines, json_object *event, FILE *out)
{
  const char *status = show_text (event, "status");
  int changes = (int)show_number (event, "changes");
  char took[32];
  lines_duration (show_number (event, "seconds"), took);
  if (!strcmp (status, "failed") || !strcmp (status, "ignored"))
    {
      step_failed (lines, event, out, !strcmp (status, "ignored"));
      return;
    }
  if (!lines->verbose && !lines->brief && !changes)
    return;
  put_step (lines, event, out);
  paint (lines, out, changes ? GREEN : DIM, changes ? "done" : "unchanged");
  if (changes)
    fprintf (out, ", %d change%s", changes, changes == 1 ? "" : "s");
  fprintf (out, " (%s)\n", took);
}

/* Said once, at the end of a run that goes on without them. */
static void
note_left_out (struct lines *lines, json_object *event)
{
  char *more = kbsh_text ("%s [%s]", lines->left_out ? lines->left_out : "",
                          show_text (event, "step"));
  if (!more)
    return;
  free (lines->left_out);
  lines->left_out = more;
}

static void
step_skipped (struct lines *lines, json_object *event, FILE *out)
{
  const char *reason = show_text (event, "reason");
  const char *text = !strcmp (reason, "asked") ? "skipped, as asked for"
                     : !strcmp (reason, "needs")
                         ? "not run: a step that it needs did not end well"
                     : !strcmp (reason, "stopped")
                         ? "not run: the run was stopped"
                         : "skipped: its condition does not hold";
  /* What was asked for is news; the rest follows from what was told. */
  if (!strcmp (reason, "needs"))
    note_left_out (lines, event);
  if (strcmp (reason, "asked") && !lines->verbose)
    return;
  put_step (lines, event, out);
  paint (lines, out, DIM, text);
  fputc ('\n', out);
}

/* The form that scripts look for: "[WARNING Swap]: found". */
static void
check (const struct lines *lines, json_object *event, FILE *out)
{
  const char *status = show_text (event, "status");
  int error = !strcmp (status, "error"), warning = !strcmp (status, "warning");
  int ignored = !strcmp (status, "ignored");
  char label[160];
  if (!error && !warning && !ignored && !lines->verbose
      && strcmp (status, "note"))
    return;
  put_step (lines, event, out);
  snprintf (label, sizeof label, "[%s %s]",
            error                ? "ERROR"
            : warning || ignored ? "WARNING"
            : *status == 'n'     ? "note"
                                 : "passed",
            show_text (event, "name"));
  paint (lines, out, error ? RED : warning || ignored ? YELLOW : DIM, label);
  fputs (*show_text (event, "found") ? ": " : "", out);
  put_text (out, show_text (event, "found"), 2);
  fputs (ignored ? " (ignored, as asked for)\n" : "\n", out);
  put_detail (out, "needed", show_text (event, "needed"));
  put_detail (out, "remedy", show_text (event, "remedy"));
}

static void
effect (const struct lines *lines, json_object *event, FILE *out)
{
  const char *status = show_text (event, "status");
  if (!lines->verbose)
    return;
  put_step (lines, event, out);
  fprintf (out, "%s %s ", show_text (event, "action"),
           show_text (event, "effect"));
  put_text (out, show_text (event, "target"), 2);
  if (*status && strcmp (status, "ok") && strcmp (status, "done"))
    fprintf (out, ": %s", status);
  else if (!json_object_get_boolean (json_object_object_get (event, "changed")))
    fputs (" (unchanged)", out);
  fputc ('\n', out);
}

/* A diff or an object keeps its own lines. */
static void
plan (const struct lines *lines, json_object *event, FILE *out)
{
  kbsh_autofree char *text = strdup (show_text (event, "text"));
  const char *action = show_text (event, "action");
  if (!text)
    return;
  show_clean (text);
  put_step (lines, event, out);
  fprintf (out, "would %s ", action);
  if (strcmp (action, show_text (event, "effect")) != 0)
    fprintf (out, "%s ", show_text (event, "effect"));
  put_text (out, show_text (event, "target"), 2);
  fprintf (out, "\n%s%s", text,
           *text && text[strlen (text) - 1] != '\n' ? "\n" : "");
}

static void
call_finished (const struct lines *lines, json_object *event, FILE *out)
{
  json_object *error = json_object_object_get (event, "error");
  char took[32];
  if (!lines->verbose)
    return;
  lines_duration (show_number (event, "seconds"), took);
  put_step (lines, event, out);
  fprintf (out, "%s %s %s (%s)", show_text (event, "service"),
           show_text (event, "op"), error ? "failed" : "done", took);
  fputs (error ? ": " : "", out);
  put_text (out, error ? show_text (error, "what") : "", 4);
  fputc ('\n', out);
}

/* "step NAME: " stands in front of what the step itself said. */
static int
was_told (const struct lines *lines, const char *what)
{
  size_t all = strlen (what);
  size_t told = lines->reported ? strlen (lines->reported) : 0;
  return told && all >= told && !strcmp (what + all - told, lines->reported);
}

static void
run_finished (const struct lines *lines, json_object *event, FILE *out)
{
  const char *status = show_text (event, "status");
  json_object *error = json_object_object_get (event, "error");
  const char *what = error ? show_text (error, "what") : "";
  int changes = (int)show_number (event, "changes");
  char took[32];
  if (!lines->workflow)
    return;
  lines_duration (show_number (event, "seconds"), took);
  if (*what && !was_told (lines, what))
    {
      fprintf (out, "[%s] ", lines->workflow);
      put_text (out, what, 4);
      fputc ('\n', out);
      put_error (out, error);
    }
  if (lines->left_out && !strcmp (status, "ok"))
    fprintf (out, "[%s] not run, for want of what they need:%s\n",
             lines->workflow, lines->left_out);
  fprintf (out, "[%s] ", lines->workflow);
  paint (lines, out, strcmp (status, "ok") ? RED : GREEN, status);
  if (!strcmp (status, "ok") && !changes)
    fprintf (out, " after %s, nothing changed%s\n", took,
             lines->dry_run ? ": it was a dry run" : "");
  else
    fprintf (out, " after %s, %d change%s\n", took, changes,
             changes == 1 ? "" : "s");
}

static void
run_started (struct lines *lines, json_object *event)
{
  free (lines->workflow);
  lines->workflow = strdup (show_text (event, "workflow"));
  lines->dry_run
      = json_object_get_boolean (json_object_object_get (event, "dryRun"));
}

static void
step_started (const struct lines *lines, json_object *event, FILE *out)
{
  int attempt = (int)show_number (event, "attempt");
  if (!lines->verbose && attempt < 2)
    return;
  put_step (lines, event, out);
  if (attempt > 1)
    fprintf (out, "attempt %d\n", attempt);
  else
    fprintf (out, "%s begins\n", show_text (event, "service"));
}

void
lines_event (struct lines *lines, json_object *event, FILE *out)
{
  if (show_is (event, "run-started"))
    run_started (lines, event);
  else if (show_is (event, "step-started"))
    step_started (lines, event, out);
  else if (show_is (event, "step-log"))
    step_log (lines, event, out);
  else if (show_is (event, "step-finished"))
    step_finished (lines, event, out);
  else if (show_is (event, "step-skipped"))
    step_skipped (lines, event, out);
  else if (show_is (event, "check"))
    check (lines, event, out);
  else if (show_is (event, "effect"))
    effect (lines, event, out);
  else if (show_is (event, "plan"))
    plan (lines, event, out);
  else if (show_is (event, "call-finished"))
    call_finished (lines, event, out);
  else if (show_is (event, "print"))
    fputs (show_text (event, "text"), out);
  else if (show_is (event, "run-finished"))
    run_finished (lines, event, out);
}
