/* SPDX-License-Identifier: Apache-2.0
 *
 * A module's constructors are foreign code; here they run where they can't
 * hurt before they run for good.
 */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "load/check.h"
#include "load/loader.h"
#include "load/probe.h"

#define PATIENCE_SECONDS 10
#define STATUS_OPENED 0
#define STATUS_REFUSED 3

/* The default actions, whatever a sanitizer or main() has set; no answer is
 * one, too. */
static void
prepare (unsigned patience)
{
  static const int fatal[]
      = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGALRM };
  size_t i;
  for (i = 0; i < sizeof fatal / sizeof *fatal; i++)
    signal (fatal[i], SIG_DFL);
  alarm (patience);
}

static void
probe (const char *path)
{
  prepare (PATIENCE_SECONDS);
  _exit (loader_open (path, NULL) ? STATUS_OPENED : STATUS_REFUSED);
}

static int
judge (int status, struct kbsh_error *err)
{
  if (WIFSIGNALED (status) && WTERMSIG (status) == SIGALRM)
    return check_refuse (err, "ask its vendor for one that opens",
                         "opening it did not end within %d seconds",
                         PATIENCE_SECONDS);
  if (WIFSIGNALED (status))
    return check_refuse (err, "ask its vendor for one that opens",
                         "it crashed while it was opened (signal %d, %s)",
                         WTERMSIG (status), strsignal (WTERMSIG (status)));
  if (WEXITSTATUS (status) != STATUS_OPENED
      && WEXITSTATUS (status) != STATUS_REFUSED)
    return check_refuse (err, "ask its vendor for one that opens",
                         "it ended the program while it was opened (status "
                         "%d)",
                         WEXITSTATUS (status));
  return 0;
}

const struct kbsh_module *
probe_open (const char *path, struct kbsh_error *err)
{
  struct kbsh_error problem = KBSH_ERROR_INIT;
  int status = 0;
  pid_t child = fork ();
  if (!child)
    probe (path);
  kbsh_error_set (&problem, "the module %s was refused", path);
  if (child < 0)
    check_refuse (&problem, NULL, "it can't be tried: %s", strerror (errno));
  while (child > 0 && waitpid (child, &status, 0) < 0 && errno == EINTR)
    continue;
  if (child > 0 && !judge (status, &problem))
    return loader_open (path, err);
  if (err)
    *err = problem;
  return NULL;
}

/* Do all of them open without harm, whether they are taken or refused? One
 * process tells that of all at once. */
static int
all_open (struct registry *registry)
{
  int status = 0;
  pid_t child = fork ();
  if (!child)
    {
      prepare (PATIENCE_SECONDS);
      _exit (registry_open_all (registry, NULL) ? STATUS_REFUSED
                                                : STATUS_OPENED);
    }
  while (child > 0 && waitpid (child, &status, 0) < 0 && errno == EINTR)
    continue;
  return child > 0 && WIFEXITED (status)
         && WEXITSTATUS (status) == STATUS_OPENED;
}

int
probe_open_all (struct registry *registry, struct kbsh_error *err)
{
  size_t i, closed = 0;
  for (i = 0; i < registry_count (registry); i++)
    closed += !registry_at (registry, i)->opened;
  if (!closed || all_open (registry))
    return registry_open_all (registry, err);
  for (i = 0; i < registry_count (registry); i++)
    {
      struct registry_module *module = registry_at (registry, i);
      if (module->opened)
        continue;
      module->module = probe_open (module->path, &module->refusal);
      module->opened = 1;
    }
  return 0;
}
