/* SPDX-License-Identifier: Apache-2.0
 *
 * From a step of the workflow to a job with its parameters.
 */
#include "config.h"

#include "flow/task.h"

#include <stdlib.h>
#include <string.h>

#include "flow/check.h"
#include "flow/inputs.h"
#include "flow/report.h"
#include "load/loader.h"
#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>

json_object *
task_with (struct run *run, struct step *step, struct kbsh_error *err)
{
  struct inputs inputs = { run->parameters, run->facts };
  json_object *with;
  if (!step->with)
    {
      with = json_object_new_object ();
      if (!with)
        kbsh_error_memory (err);
      return with;
    }
  with = inputs_fill (&inputs, step->with, err);
  if (!with)
    node_at (&step->node, "/with", 0, err);
  return with;
}

/* A value that came from a reference is known only now. A text may also be
 * given as a number or a boolean, which is read as text. */
static int
check_value (struct step *step, json_object *one, json_object *value,
             struct kbsh_error *err)
{
  const char *type = kbsh_json_string (one, "/type", "any");
  const char *name = kbsh_json_string (one, "/name", "");
  const char *needed = type_mismatch (type, value);
  kbsh_autofree char *pointer = NULL;
  int scalar = !json_object_is_type (value, json_type_object)
               && !json_object_is_type (value, json_type_array);
  int text = strcmp (type, "string") == 0 || strcmp (type, "path") == 0;
  if (!needed || (text && scalar))
    return 0;
  pointer = kbsh_text ("/with/%s", name);
  kbsh_error_set (err, "the parameter \"%s\" has to be %s", name, needed);
  return node_at (&step->node, pointer ? pointer : "/with", 0, err);
}

static int
missing (struct step *step, const struct kbsh_service *service,
         const char *name, struct kbsh_error *err)
{
  kbsh_autofree char *pointer = kbsh_text ("/with/%s", name);
  kbsh_error_set (err, "%s needs the parameter \"%s\"", service->name, name);
  kbsh_error_why (err, "what the workflow gives for it has no value");
  return node_at (&step->node, pointer ? pointer : "/with", 0, err);
}

static int
keep_secret (struct run *run, json_object *one, json_object *value,
             struct kbsh_error *err)
{
  if (!kbsh_json_bool (one, "/secret", 0)
      || !json_object_is_type (value, json_type_string))
    return 0;
  return events_secret (run->events, json_object_get_string (value), err);
}

/* What the service accepts of `with`, filled, and defaults. Secrets are made
 * known. */
static json_object *
parameters_of (struct run *run, struct step *step,
               const struct kbsh_service *service, json_object *with,
               struct kbsh_error *err)
{
  kbsh_autojson json_object *accepts = accepts_parse (service, err);
  kbsh_autojson json_object *parameters = json_object_new_object ();
  if (!accepts)
    return NULL;
  for (size_t i = 0; parameters && i < json_object_array_length (accepts); i++)
    {
      json_object *one = json_object_array_get_idx (accepts, i), *value;
      const char *name = kbsh_json_string (one, "/name", "");
      json_object_object_get_ex (with, name, &value);
      if (!value)
        value = kbsh_json_at (one, "/default");
      if (!value && kbsh_json_bool (one, "/required", 0))
        {
          missing (step, service, name, err);
          return NULL;
        }
      if (!value)
        continue;
      if (check_value (step, one, value, err) < 0
          || keep_secret (run, one, value, err) < 0)
        return NULL;
      json_object_object_add (parameters, name, json_object_get (value));
    }
  if (!parameters)
    kbsh_error_memory (err);
  return kbsh_steal (&parameters);
}

/* What it may touch, with its own parameters filled in. */
static int
fill_touches (struct job *job, struct kbsh_error *err)
{
  struct inputs inputs = { job->parameters, job->facts };
  kbsh_autojson json_object *touches = NULL;
  const char *text = job->service->touches;
  if (!text)
    return 0;
  touches = kbsh_json_parse (text, strlen (text), err);
  if (touches)
    job->touches = inputs_fill (&inputs, touches, err);
  if (job->touches)
    return 0;
  return kbsh_error_wrap (err, "what %s says it touches can't be read",
                          job->service->name);
}

struct job *
task_job (struct run *run, struct step *step,
          const struct kbsh_service *service, const char *op, json_object *with,
          struct kbsh_error *err)
{
  struct job *job = job_new (run, NULL, service, op, step->name, err);
  if (!job)
    return NULL;
  job->facts = json_object_get (run->facts);
  job->deadline_ms = step->timeout_ms;
  job->parameters = parameters_of (run, step, service, with, err);
  if (job->parameters && fill_touches (job, err) == 0)
    return job;
  job_free (job);
  return NULL;
}

static void
job_over (struct job *job, void *data)
{
  struct task *task = data;
  task->failed = job->failed;
  task->error = job->error;
  task->result = json_object_get (job->result);
  task->changes = job->changes;
  task->memory_kib = job->memory_kib;
  job_free (job);
  task->done (task, task->data);
}

int
task_start (struct task *task, struct kbsh_error *err)
{
  struct step *step = task->step;
  kbsh_autojson json_object *with = NULL;
  const char *op = step->op;
  struct job *job;
  if (!step->service)
    return strcmp (step->run, CHECKS_SERVICE) ? undo_task_start (task, err)
                                              : checks_start (task, err);
  if (!op)
    op = strcmp (step->service->role, "addon") == 0 ? "apply" : "run";
  task->may_change = step->service->touches != NULL;
  with = task_with (task->run, step, err);
  if (!with)
    return -1;
  job = task_job (task->run, step, step->service, op, with, err);
  if (!job)
    return -1;
  job->done = job_over;
  job->data = task;
  if (job_start (job, err) == 0)
    return 0;
  job_free (job);
  return -1;
}

void
task_clear (struct task *task)
{
  json_object_put (task->result);
  *task = (struct task){
    .run = task->run, .step = task->step, .done = task->done, .data = task->data
  };
}
