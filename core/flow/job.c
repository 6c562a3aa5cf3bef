/* SPDX-License-Identifier: Apache-2.0
 *
 * Jobs, as the core sees them: the worker is forked here, watched, given its
 * deadline, and its end is understood here.
 */
#include "config.h"

#include "flow/job.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "act/broker.h"
#include "flow/worker.h"
#include "load/loader.h"
#include <kbsh/cleanup.h>
#include <kbsh/text.h>

struct job_process
{
  struct worker_note *note;
  uint64_t timer;
  int ended;  /* the worker is gone; calls of it may not be */
  int caused; /* the core ended it, for the reason in `cause` */
  struct kbsh_error cause;
};

struct job *
job_new (struct run *run, struct job *parent,
         const struct kbsh_service *service, const char *op, const char *step,
         struct kbsh_error *err)
{
  struct job *job = calloc (1, sizeof *job);
  if (job)
    {
      job->step = strdup (step);
      job->process = calloc (1, sizeof *job->process);
    }
  if (!job || !job->step || !job->process)
    {
      job_free (job);
      kbsh_error_memory (err);
      return NULL;
    }
  job->run = run;
  job->parent = parent;
  job->service = service;
  job->op = op;
  job->function = loader_function (service, op);
  job->fd = -1;
  if (job->function)
    return job;
  job_free (job);
  kbsh_error_set (err, "the service %s has no function \"%s\"", service->name,
                  op);
  return NULL;
}

void
job_free (struct job *job)
{
  if (!job)
    return;
  if (job->fd >= 0)
    close (job->fd);
  if (job->process && job->process->note)
    munmap (job->process->note, sizeof *job->process->note);
  json_object_put (job->parameters);
  json_object_put (job->facts);
  json_object_put (job->touches);
  json_object_put (job->result);
  json_object_put (job->findings);
  free (job->process);
  free (job->step);
  free (job);
}

static void
fail (struct job *job, const struct kbsh_error *error)
{
  job->failed = 1;
  job->error = *error;
}

static const char *
plugin_path (const struct job *job)
{
  struct registry_module *module
      = registry_owner (job->run->registry, job->service);
  return module ? module->path : "?";
}

static void
say_memory (struct kbsh_error *error)
{
  kbsh_error_why (error, "it reached its memory limit of %zu MiB",
                  WORKER_MEMORY >> 20);
}

/* Nothing of the plugin has run: it is not to blame. */
static void
describe_unready (struct job *job, int number)
{
  struct kbsh_error error = KBSH_ERROR_INIT;
  kbsh_error_set (&error, "can't make a worker ready for %s",
                  job->service->name);
  kbsh_error_why (&error, "%s", strerror (number));
  kbsh_error_remedy (&error, "look at the limits of this shell or unit "
                             "(ulimit -a)");
  fail (job, &error);
}

/* The worker ended without an answer: say how. */
/* The limit is the shell's, and the worker's own. */
static int
is_out_of_time (int status)
{
  struct rlimit limit;
  int number = WIFSIGNALED (status) ? WTERMSIG (status) : 0;
  return number == SIGXCPU
         || (number == SIGKILL && !getrlimit (RLIMIT_CPU, &limit)
             && limit.rlim_max != RLIM_INFINITY);
}

static void
describe_end (struct job *job, int status)
{
  struct kbsh_error error = KBSH_ERROR_INIT;
  const char *path = plugin_path (job), *name = job->service->name;
  long limit_kib = (long)(WORKER_MEMORY >> 10);
  if (WIFSIGNALED (status))
    kbsh_error_set (&error, "plugin %s (%s) was ended by SIG%s (%s)", path,
                    name, sigabbrev_np (WTERMSIG (status)),
                    sigdescr_np (WTERMSIG (status)));
  else
    kbsh_error_set (&error,
                    "plugin %s (%s) exited with status %d without an answer",
                    path, name, WEXITSTATUS (status));
  if (job->process->note->at_limit || job->memory_kib > limit_kib / 8 * 7)
    say_memory (&error);
  if (is_out_of_time (status))
    {
      kbsh_error_why (&error,
                      "it may not take any more of the processor's time");
      kbsh_error_remedy (&error, "raise the limit (ulimit -t)");
      fail (job, &error);
      return;
    }
  kbsh_error_remedy (&error,
                     "this is a fault of the plugin: tell its vendor; what "
                     "was done so far is kept, and the next run goes on");
  fail (job, &error);
}

static void
unlink_job (struct job *job)
{
  struct job **at = &job->run->jobs;
  while (*at && *at != job)
    at = &(*at)->next;
  if (*at)
    *at = job->next;
}

/* Nothing of it is under way any more. */
static void
finish (struct job *job)
{
  struct job *parent = job->parent;
  unlink_job (job);
  if (parent)
    {
      parent->children--;
      parent->changes += job->changes;
    }
  job->done (job, job->data);
  if (parent && parent->process->ended && parent->children == 0)
    finish (parent);
}

static void
end_calls (struct job *job, const struct kbsh_error *cause)
{
  for (struct job *other = job->run->jobs; other; other = other->next)
    if (other->parent == job)
      job_end (other, cause);
}

static void
on_exit_of_worker (pid_t pid, int status, long max_rss_kib, void *data)
{
  struct job *job = data;
  struct kbsh_error gone = KBSH_ERROR_INIT;
  job->memory_kib = max_rss_kib;
  loop_timer_cancel (job->run->loop, job->process->timer);
  broker_detach (job);
  kill (-pid, SIGKILL);
  close (job->fd);
  job->fd = -1;
  if (job->process->caused)
    fail (job, &job->process->cause);
  else if (!job->answered && job->process->note->not_ready)
    describe_unready (job, job->process->note->not_ready);
  else if (!job->answered)
    describe_end (job, status);
  job->process->ended = 1;
  kbsh_error_set (&gone, "its caller, %s, ended", job->service->name);
  end_calls (job, &gone);
  if (job->children == 0)
    finish (job);
}

void
job_end (struct job *job, const struct kbsh_error *cause)
{
  if (job->process->ended || job->process->caused)
    return;
  job->process->caused = 1;
  job->process->cause = *cause;
  end_calls (job, cause);
  if (kill (-job->pid, SIGKILL) < 0)
    kill (job->pid, SIGKILL);
}

static void
on_deadline (void *data)
{
  struct job *job = data;
  struct kbsh_error error = KBSH_ERROR_INIT;
  char limit[40], statm[64];
  job->process->timer = 0;
  kbsh_duration_text (job->deadline_ms, limit);
  kbsh_error_set (&error, "plugin %s (%s) did not end within %s",
                  plugin_path (job), job->service->name, limit);
  snprintf (statm, sizeof statm, "/proc/%d/statm", (int)job->pid);
  if (worker_at_limit (statm))
    say_memory (&error);
  kbsh_error_remedy (&error, "see what it waits for, or give the step more "
                             "time (timeout:)");
  job_end (job, &error);
}

static int
system_error (struct kbsh_error *err, const char *what)
{
  int number = errno;
  kbsh_error_set (err, "can't start a worker");
  kbsh_error_why (err, "%s: %s", what, strerror (number));
  if (number == EMFILE || number == ENFILE)
    kbsh_error_remedy (err, "raise the limit of open files (ulimit -n)");
  else if (number == EAGAIN)
    kbsh_error_remedy (err, "raise the limit of processes (ulimit -u)");
  return -1;
}

static int
share_note (struct job *job, struct kbsh_error *err)
{
  void *page = mmap (NULL, sizeof *job->process->note, PROT_READ | PROT_WRITE,
                     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED)
    return system_error (err, "mmap");
  job->process->note = page;
  return 0;
}

/* From now on the loop watches the worker. */
static int
watch (struct job *job, struct kbsh_error *err)
{
  struct loop *loop = job->run->loop;
  if (job->deadline_ms <= 0)
    job->deadline_ms = JOB_DEADLINE_MS;
  job->process->timer
      = loop_timer (loop, job->deadline_ms, on_deadline, job, err);
  if (!job->process->timer)
    return -1;
  if (broker_attach (job, err) == 0)
    {
      if (loop_child (loop, job->pid, on_exit_of_worker, job, err) == 0)
        return 0;
      broker_detach (job);
    }
  loop_timer_cancel (loop, job->process->timer);
  return -1;
}

static int
fork_worker (struct job *job, int ends[2], struct kbsh_error *err)
{
  pid_t core = getpid ();
  job->pid = fork ();
  if (job->pid < 0)
    return system_error (err, "fork");
  if (job->pid == 0)
    {
      job->fd = ends[1];
      _exit (worker_main (job, job->process->note, core));
    }
  setpgid (job->pid, job->pid);
  return 0;
}

int
job_start (struct job *job, struct kbsh_error *err)
{
  int ends[2];
  if (share_note (job, err) < 0)
    return -1;
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
    return system_error (err, "socketpair");
  job->fd = ends[0];
  fcntl (ends[0], F_SETFL, O_NONBLOCK);
  if (fork_worker (job, ends, err) < 0)
    {
      close (ends[1]);
      return -1;
    }
  close (ends[1]);
  if (watch (job, err) < 0)
    {
      kill (job->pid, SIGKILL);
      waitpid (job->pid, NULL, 0);
      return -1;
    }
  job->next = job->run->jobs;
  job->run->jobs = job;
  if (job->parent)
    job->parent->children++;
  return 0;
}
