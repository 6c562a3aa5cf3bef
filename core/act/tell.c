/* SPDX-License-Identifier: Apache-2.0
 *
 * What a worker tells: lines, progress, findings, secrets, output, and in the
 * end its outcome.
 */
#include "config.h"

#include "act/tell.h"

#include <string.h>

#include <kbsh/json.h>

#include "act/effect.h"

typedef int tell_fn (struct job *job, struct message *message,
                     struct kbsh_error *err);

static int
is_not (struct kbsh_error *err, const char *what)
{
  kbsh_error_set (err, "a message can't be understood");
  return kbsh_error_why (err, "it has no %s", what);
}

/* An event of the step with one text. */
static void
send_text (struct job *job, const char *kind, json_object *event,
           const char *text)
{
  json_object_object_add (event, "step", json_object_new_string (job->step));
  json_object_object_add (event, "text",
                          text ? json_object_new_string (text) : NULL);
  events_send (job->run->events, kind, event);
}

static int
tell_log (struct job *job, struct message *message, struct kbsh_error *err)
{
  static const char *const levels[] = { "debug", "info", "warning" };
  int64_t level = kbsh_json_int (message->json, "/level", -1);
  const char *text = kbsh_json_string (message->json, "/text", NULL);
  json_object *event;
  if (level < 0 || level > 2 || !text)
    return is_not (err, "level or text");
  event = json_object_new_object ();
  if (!event)
    return 0;
  json_object_object_add (event, "level",
                          json_object_new_string (levels[level]));
  send_text (job, "step-log", event, text);
  return 0;
}

static int
tell_progress (struct job *job, struct message *message, struct kbsh_error *err)
{
  json_object *event = json_object_new_object ();
  (void)err;
  if (event)
    send_text (job, "step-progress", event,
               kbsh_json_string (message->json, "/text", NULL));
  return 0;
}

static int
tell_print (struct job *job, struct message *message, struct kbsh_error *err)
{
  json_object *event = json_object_new_object ();
  (void)err;
  if (!event)
    return 0;
  json_object_object_add (
      event, "text",
      json_object_new_string_len (message->blob, (int)message->blob_length));
  events_send (job->run->events, "print", event);
  return 0;
}

static int
tell_secret (struct job *job, struct message *message, struct kbsh_error *err)
{
  return events_secret (job->run->events, message->blob, err);
}

/* Only checks have findings; the engine judges and tells them. */
static int
tell_finding (struct job *job, struct message *message, struct kbsh_error *err)
{
  json_object *finding = kbsh_json_at (message->json, "/finding");
  if (!json_object_is_type (finding, json_type_object)
      || !kbsh_json_string (finding, "/name", NULL))
    return is_not (err, "finding");
  if (!job->findings)
    job->findings = json_object_new_array ();
  if (!job->findings
      || json_object_array_add (job->findings, json_object_get (finding)))
    return kbsh_error_memory (err);
  return 0;
}

static int
tell_done (struct job *job, struct message *message, struct kbsh_error *err)
{
  json_object *error = kbsh_json_at (message->json, "/error");
  json_object *result = kbsh_json_at (message->json, "/result");
  if (job->answered)
    {
      kbsh_error_set (err, "a message can't be understood");
      return kbsh_error_why (err, "there was an outcome already");
    }
  if (error)
    {
      error_from_tree (error, &job->error);
      job->failed = 1;
    }
  json_object_put (job->result);
  job->result = json_object_get (result);
  job->answered = 1;
  return 0;
}

int
tell (struct job *job, const char *kind, struct message *message,
      struct kbsh_error *err)
{
  static const struct
  {
    const char *kind;
    tell_fn *tell;
  } kinds[] = { { "log", tell_log },         { "progress", tell_progress },
                { "print", tell_print },     { "secret", tell_secret },
                { "finding", tell_finding }, { "done", tell_done } };
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
    if (!strcmp (kind, kinds[i].kind))
      return kinds[i].tell (job, message, err) ? -1 : 1;
  return 0;
}
