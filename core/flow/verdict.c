/* SPDX-License-Identifier: Apache-2.0
 *
 * The verdict over the checks of a step.
 */
#include "config.h"

#include "flow/verdict.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "flow/report.h"
#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>

struct verdict
{
  struct task *task;
  json_object *ignore, *only;
  json_object *seen;           /* name -> status and what was found */
  struct kbsh_buffer failures; /* a line or three for each */
  struct kbsh_buffer names;    /* of failures, with commas */
  size_t failed;
};

static const char *const statuses[]
    = { "passed", "note", "warning", "error", "ignored" };
#define IGNORED 4

void
verdict_free (struct verdict *verdict)
{
  if (!verdict)
    return;
  json_object_put (verdict->ignore);
  json_object_put (verdict->only);
  json_object_put (verdict->seen);
  kbsh_buffer_free (&verdict->failures);
  kbsh_buffer_free (&verdict->names);
  free (verdict);
}

struct verdict *
verdict_new (struct task *task, json_object *with, struct kbsh_error *err)
{
  struct verdict *verdict = calloc (1, sizeof *verdict);
  if (verdict)
    verdict->seen = json_object_new_object ();
  if (!verdict || !verdict->seen)
    {
      verdict_free (verdict);
      kbsh_error_memory (err);
      return NULL;
    }
  verdict->task = task;
  verdict->ignore = json_object_get (kbsh_json_at (with, "/ignore"));
  verdict->only = json_object_get (kbsh_json_at (with, "/only"));
  return verdict;
}

static int
listed (json_object *list, const char *name)
{
  size_t count = kbsh_json_length (list, "");
  for (size_t i = 0; i < count; i++)
    {
      const char *one
          = json_object_get_string (json_object_array_get_idx (list, i));
      if (one && strcasecmp (one, name) == 0)
        return 1;
    }
  return 0;
}

int
verdict_wants (const struct verdict *verdict, const char *service)
{
  const char *dot = strchr (service, '.');
  return kbsh_json_length (verdict->only, "") == 0
         || listed (verdict->only, service)
         || (dot && listed (verdict->only, dot + 1));
}

static void
list_failure (struct verdict *verdict, const char *name, const char *found,
              const char *needed, const char *remedy)
{
  struct kbsh_buffer *b = &verdict->failures;
  kbsh_buffer_printf (b, "\n  [%s] %s", name, found);
  if (*needed)
    kbsh_buffer_printf (b, " (needed: %s)", needed);
  if (*remedy)
    kbsh_buffer_printf (b, "\n      %s", remedy);
  kbsh_buffer_printf (&verdict->names, "%s%s", verdict->failed ? "," : "",
                      name);
  verdict->failed++;
}

/* Two plugins may look at the same thing: told once if they agree. One plugin
 * may find several things about one name. */
static int
seen_already (struct verdict *verdict, const char *name, const char *status,
              const char *found, const char *plugin)
{
  json_object *before = NULL, *last;
  kbsh_autofree char *now = kbsh_text ("%s %s", status, found);
  kbsh_autofree char *text = NULL;
  int known = json_object_object_get_ex (verdict->seen, name, &before);
  if (!now)
    return 0;
  if (known && strcmp (kbsh_json_string (before, "/now", ""), now) == 0)
    return 1;
  if (known && strcmp (kbsh_json_string (before, "/plugin", ""), plugin) != 0)
    text = kbsh_text ("the check %s was made by %s, too, with another result",
                      name, plugin);
  if (text)
    report_warning (verdict->task->run, verdict->task->step->name, text);
  last = json_object_new_object ();
  if (last)
    {
      json_object_object_add (last, "now", json_object_new_string (now));
      json_object_object_add (last, "plugin", json_object_new_string (plugin));
      json_object_object_add (verdict->seen, name, last);
    }
  return 0;
}

static void
add_finding (struct verdict *verdict, const char *plugin, const char *name,
             int severity, const char *found, const char *needed,
             const char *remedy)
{
  struct task *task = verdict->task;
  json_object *event;
  int error = severity == KBSH_ERROR;
  if (error
      && (listed (verdict->ignore, name) || listed (verdict->ignore, "all")))
    severity = IGNORED;
  if (seen_already (verdict, name, statuses[severity], found, plugin))
    return;
  event = report_event ("step", task->step->name, "name", name, "status",
                        statuses[severity], "found", found, "needed", needed,
                        "remedy", remedy, "plugin", plugin, NULL);
  if (event)
    events_send (task->run->events, "check", event);
  if (severity == KBSH_ERROR)
    list_failure (verdict, name, found, needed, remedy);
}

/* What is not understood counts as an error. */
static int
severity_of (json_object *finding)
{
  const char *status = kbsh_json_string (finding, "/status", "");
  int severity = 0;
  while (severity < KBSH_ERROR && strcmp (statuses[severity], status) != 0)
    severity++;
  return severity;
}

void
verdict_add (struct verdict *verdict, const struct kbsh_service *service,
             json_object *findings, const struct kbsh_error *error)
{
  const char *plugin = report_plugin (verdict->task->run, service);
  size_t count = kbsh_json_length (findings, "");
  kbsh_autofree char *text = NULL;
  for (size_t i = 0; i < count; i++)
    {
      json_object *one = json_object_array_get_idx (findings, i);
      add_finding (verdict, plugin, kbsh_json_string (one, "/name", "?"),
                   severity_of (one), kbsh_json_string (one, "/found", ""),
                   kbsh_json_string (one, "/needed", ""),
                   kbsh_json_string (one, "/remedy", ""));
    }
  if (!error)
    return;
  text = kbsh_text ("%s%s%s", error->what, error->why[0] ? ": " : "",
                    error->why);
  add_finding (verdict, plugin, service->name, KBSH_ERROR,
               text ? text : error->what, "that the check can be made",
               error->remedy);
}

/* The room of an error is limited: whole failures, as many as fit. Each was
 * told as an event before. */
static void
cut (char *text, size_t room)
{
  char *end;
  if (strlen (text) < room)
    return;
  text[room - sizeof "\n  ..."] = '\0';
  while ((end = strrchr (text, '\n')) && strncmp (end, "\n  [", 4) != 0)
    *end = '\0';
  if (end)
    strcpy (end, "\n  ...");
}

int
verdict_close (struct verdict *verdict, struct kbsh_error *err)
{
  const struct workflow *workflow = verdict->task->run->workflow;
  static const char flag[] = "ignore-preflight-errors";
  char *text = verdict->failures.data;
  if (!verdict->failed)
    return 0;
  kbsh_error_set (err, "%zu check%s failed", verdict->failed,
                  verdict->failed == 1 ? "" : "s");
  if (text)
    {
      cut (text, sizeof err->why);
      kbsh_error_why (err, "%s", text);
    }
  if (workflow_parameter (workflow, flag) && verdict->names.data)
    return kbsh_error_remedy (err,
                              "mend what is listed, or go on in spite of it "
                              "with --%s=%.600s",
                              flag, verdict->names.data);
  return kbsh_error_remedy (err, "mend what is listed, or name it in the "
                                 "step's \"ignore\"");
}
