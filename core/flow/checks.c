/* SPDX-License-Identifier: Apache-2.0
 *
 * The pseudo service `checks`: every check of the chosen modules, side by side,
 * each in a worker of its own. All are reported; those whose errors are to be
 * ignored become warnings; what is left fails the step at once.
 */
#include "config.h"

#include "flow/task.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "flow/check.h"
#include "flow/report.h"
#include "flow/verdict.h"
#include "load/probe.h"
#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>

struct checks
{
  struct task *task;
  json_object *with;
  const struct kbsh_service **services;
  size_t count, next, running;
  struct verdict *verdict;
};

static const char *const own_keys[] = { "packs", "ignore", "only", NULL };

static int
is_own (const char *key)
{
  for (const char *const *own = own_keys; *own; own++)
    if (strcmp (*own, key) == 0)
      return 1;
  return 0;
}

/* --- which services ------------------------------------------------ */

typedef int service_fn (void *data, const struct kbsh_service *service,
                        struct kbsh_error *err);

static int
each_of (const struct registry_module *module, service_fn *call, void *data,
         struct kbsh_error *err)
{
  const struct kbsh_service *const *s
      = module->module ? module->module->services : NULL;
  for (; s && *s; s++)
    if (strcmp ((*s)->role, "check") == 0 && call (data, *s, err) < 0)
      return -1;
  return 0;
}

/* A module that two packs name is visited twice; the callers don't mind. */
static int
each_check (struct registry *registry, json_object *packs, service_fn *call,
            void *data, struct kbsh_error *err)
{
  for (size_t i = 0; i < json_object_array_length (packs); i++)
    {
      json_object *pack = json_object_array_get_idx (packs, i);
      const char *name = json_object_get_string (pack);
      struct registry_module *module;
      if (strcmp (name, "*") != 0)
        {
          module = registry_open (registry, name, err);
          if (!module || each_of (module, call, data, err) < 0)
            return -1;
          continue;
        }
      if (probe_open_all (registry, err) < 0)
        return -1;
      for (size_t m = 0; m < registry_count (registry); m++)
        if (each_of (registry_at (registry, m), call, data, err) < 0)
          return -1;
    }
  return 0;
}

static json_object *
packs_of (json_object *with)
{
  json_object *packs = kbsh_json_at (with, "/packs");
  json_object *all;
  if (json_object_is_type (packs, json_type_array))
    return json_object_get (packs);
  all = json_object_new_array ();
  if (all)
    json_object_array_add (all, json_object_new_string ("*"));
  return all;
}

/* --- before the run -------------------------------------------------- */

struct survey
{
  struct step *step;
  json_object *accepts; /* what all of them accept */
};

static int
survey_one (void *data, const struct kbsh_service *service,
            struct kbsh_error *err)
{
  struct survey *survey = data;
  kbsh_autojson json_object *accepts = accepts_parse (service, err);
  if (!accepts
      || check_required (survey->step, accepts, service->name, err) < 0)
    return -1;
  for (size_t i = 0; i < json_object_array_length (accepts); i++)
    json_object_array_add (
        survey->accepts,
        json_object_get (json_object_array_get_idx (accepts, i)));
  return 0;
}

static int
own_lists (struct step *step, struct kbsh_error *err)
{
  for (const char *const *own = own_keys; *own; own++)
    {
      json_object *value = NULL;
      kbsh_autofree char *pointer = kbsh_text ("/with/%s", *own);
      if (!json_object_object_get_ex (step->with, *own, &value)
          || json_object_is_type (value, json_type_array)
          || (json_object_is_type (value, json_type_string)
              && strncmp (json_object_get_string (value), "${", 2) == 0))
        continue;
      kbsh_error_set (err, "\"%s\" of checks has to be a list", *own);
      return node_at (&step->node, pointer ? pointer : "/with", 0, err);
    }
  return 0;
}

int
checks_check (struct step *step, struct registry *registry,
              struct kbsh_error *err)
{
  kbsh_autojson json_object *packs = packs_of (step->with);
  kbsh_autojson json_object *accepts = json_object_new_array ();
  struct survey survey = { step, accepts };
  if (!packs || !accepts)
    return kbsh_error_memory (err);
  if (step->op)
    {
      kbsh_error_set (err, "checks has no operations");
      return node_at (&step->node, "/op", 0, err);
    }
  if (own_lists (step, err) < 0)
    return -1;
  if (each_check (registry, packs, survey_one, &survey, err) < 0)
    return err->where[0] ? -1 : node_at (&step->node, "/with/packs", 0, err);
  if (!step->with)
    return 0;
  json_object_object_foreach (
      step->with, key,
      value) if (!is_own (key)
                 && check_with (step, accepts, key, value, err) < 0) return -1;
  return 0;
}

/* --- the run --------------------------------------------------------- */

static int
add_service (void *data, const struct kbsh_service *service,
             struct kbsh_error *err)
{
  struct checks *checks = data;
  const struct kbsh_service **grown;
  if (!verdict_wants (checks->verdict, service->name))
    return 0;
  for (size_t i = 0; i < checks->count; i++)
    if (checks->services[i] == service)
      return 0;
  grown = reallocarray (checks->services, checks->count + 1, sizeof *grown);
  if (!grown)
    return kbsh_error_memory (err);
  checks->services = grown;
  grown[checks->count++] = service;
  return 0;
}

static void
checks_free (struct checks *checks)
{
  verdict_free (checks->verdict);
  json_object_put (checks->with);
  free (checks->services);
  free (checks);
}

static void fill_up (struct checks *checks);

static void
check_over (struct job *job, void *data)
{
  struct checks *checks = data;
  struct task *task = checks->task;
  verdict_add (checks->verdict, job->service, job->findings,
               job->failed ? &job->error : NULL);
  if (job->memory_kib > task->memory_kib)
    task->memory_kib = job->memory_kib;
  job_free (job);
  checks->running--;
  fill_up (checks);
}

static int
start_one (struct checks *checks, const struct kbsh_service *service,
           struct kbsh_error *err)
{
  struct task *task = checks->task;
  struct job *job
      = task_job (task->run, task->step, service, "run", checks->with, err);
  if (!job)
    return -1;
  job->done = check_over;
  job->data = checks;
  if (job_start (job, err) == 0)
    return 0;
  job_free (job);
  return -1;
}

static void
all_over (void *data)
{
  struct checks *checks = data;
  struct task *task = checks->task;
  task->failed = verdict_close (checks->verdict, &task->error) < 0;
  checks_free (checks);
  task->done (task, task->data);
}

/* Most checks wait for something, a program or an answer: more of them than
 * there are processors run side by side. */
static void
fill_up (struct checks *checks)
{
  size_t most = (size_t)checks->task->run->processors * 2;
  while (checks->next < checks->count && checks->running < most)
    {
      struct kbsh_error err = KBSH_ERROR_INIT;
      const struct kbsh_service *service = checks->services[checks->next++];
      if (start_one (checks, service, &err) < 0)
        verdict_add (checks->verdict, service, NULL, &err);
      else
        checks->running++;
    }
  /* From the loop: `done` must not be called while the task is started. */
  if (checks->running == 0
      && !loop_timer (checks->task->run->loop, 0, all_over, checks, NULL))
    all_over (checks);
}

static void
warn_refused (struct run *run, const char *step)
{
  for (size_t i = 0; i < registry_count (run->registry); i++)
    {
      struct registry_module *module = registry_at (run->registry, i);
      kbsh_autofree char *text = NULL;
      if (!module->opened || module->module)
        continue;
      text
          = kbsh_text ("the checks of %s are not made: %s%s%s", module->path,
                       module->refusal.what, module->refusal.why[0] ? ": " : "",
                       module->refusal.why);
      if (text)
        report_warning (run, step, text);
    }
}

int
checks_start (struct task *task, struct kbsh_error *err)
{
  struct run *run = task->run;
  struct checks *checks = calloc (1, sizeof *checks);
  kbsh_autojson json_object *packs = NULL;
  if (!checks)
    return kbsh_error_memory (err);
  checks->task = task;
  checks->with = task_with (run, task->step, err);
  packs = checks->with ? packs_of (checks->with) : NULL;
  checks->verdict = packs ? verdict_new (task, checks->with, err) : NULL;
  if (!checks->verdict
      || each_check (run->registry, packs, add_service, checks, err) < 0)
    {
      checks_free (checks);
      return -1;
    }
  warn_refused (run, task->step->name);
  fill_up (checks);
  return 0;
}
