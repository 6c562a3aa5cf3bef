/* SPDX-License-Identifier: Apache-2.0
 *
 * The child's side of a job: it gives up what the core has (descriptors,
 * signal handlers, the terminal, the right to write) before any code of a
 * plugin runs.
 */
#include "config.h"

#include "flow/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "act/child.h"
#include "act/landlock.h"

/* The sanitizers reserve terabytes of address space, and have signal handlers
 * of their own. */
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

/* Exit statuses of a worker that could not be locked up. */
enum
{
  WORKER_NOT_READY = 125
};

static struct worker_note *shared;

int
worker_at_limit (const char *statm)
{
  char text[32] = "";
  size_t pages = 0;
  int fd = open (statm, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return 0;
  if (read (fd, text, sizeof text - 1) < 0)
    text[0] = '\0';
  close (fd);
  for (const char *c = text; *c >= '0' && *c <= '9'; c++)
    pages = pages * 10 + (size_t)(*c - '0');
  return pages * (size_t)sysconf (_SC_PAGESIZE) > WORKER_MEMORY / 8 * 7;
}

/* What a crash was about is often known only now: a plugin that does not look
 * at what malloc returns dies of it. The default action follows. */
static void
on_crash (int number)
{
  (void)number;
  if (shared)
    shared->at_limit = worker_at_limit ("/proc/self/statm");
}

static void
note_crashes (void)
{
  static char stack[32 * 1024];
  static const int signals[] = { SIGSEGV, SIGBUS, SIGABRT, SIGFPE };
  const stack_t alternative = { .ss_sp = stack, .ss_size = sizeof stack };
  struct sigaction action = { .sa_handler = on_crash,
                              .sa_flags = (int)(SA_RESETHAND | SA_ONSTACK) };
  sigaltstack (&alternative, NULL);
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
    sigaction (signals[i], &action, NULL);
}

/* Leave nothing open but the three standard ones, which go nowhere, and the
 * socket to the broker. Closing comes first: there may be room for no more. */
static int
close_others (int keep)
{
  int null;
  if ((keep > 3 && close_range (3, (unsigned)keep - 1, 0) < 0)
      || close_range ((unsigned)keep + 1, ~0U, 0) < 0)
    return -1;
  null = open ("/dev/null", O_RDWR | O_CLOEXEC);
  if (null < 0 || dup2 (null, 0) < 0 || dup2 (null, 1) < 0
      || dup2 (null, 2) < 0)
    return -1;
  return null > 2 ? close (null) : 0;
}

static int
set_limits (void)
{
  const struct rlimit none = { 0, 0 };
  struct rlimit memory;
  if (setrlimit (RLIMIT_CORE, &none) < 0 || getrlimit (RLIMIT_AS, &memory) < 0)
    return -1;
  if (SANITIZED)
    return 0;
  /* A lower one is the user's: it stays. */
  if (memory.rlim_max > WORKER_MEMORY)
    memory.rlim_max = WORKER_MEMORY;
  if (memory.rlim_cur > memory.rlim_max)
    memory.rlim_cur = memory.rlim_max;
  return setrlimit (RLIMIT_AS, &memory);
}

static int
not_ready (struct worker_note *note)
{
  note->not_ready = errno;
  return WORKER_NOT_READY;
}

int
worker_main (struct job *job, struct worker_note *note, pid_t core)
{
  if (child_begin (core))
    return WORKER_NOT_READY;
  setpgid (0, 0);
  if (close_others (job->fd) < 0 || set_limits () < 0)
    return not_ready (note);
  shared = note;
  if (!SANITIZED)
    note_crashes ();
  if (landlock_forbid_writes (NULL) < 0)
    return not_ready (note);
  return host_serve (job);
}
