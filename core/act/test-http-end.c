/* SPDX-License-Identifier: Apache-2.0
 *
 * How the HTTP program ends, by itself or not, and what is said when it does
 * not begin.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "act/test-http-kit.h"
#include "act/test-kit.h"
#include "sdk/test/check.h"

#define MOST_KIB 10000

static void
test_death (void)
{
  pid_t pid;
  OK (!ask (0, "GET", "/hang") && !ask (1, "GET", "/hang"));
  pass (50);
  pid = program ();
  OK (pid > 0 && !kill (pid, SIGKILL));
  for (size_t i = 0; i < 2; i++)
    {
      OK (await (i)->lost && !outcomes[i].status);
      OK (strstr (outcomes[i].why, "kbsh-http"));
      OK (strstr (outcomes[i].why, "SIGKILL (Killed)"));
    }
  OK (waitpid (pid, NULL, WNOHANG) < 0 && errno == ECHILD);
  OK (get ("/who")->status == 200 && program () != pid);
  /* Nothing was under way: the next one does not even notice. */
  pid = program ();
  OK (pid > 0 && !kill (pid, SIGKILL));
  pass (50);
  OK (program () == 0 && get ("/who")->status == 200);
}

static void
test_hang (void)
{
  int64_t kept = http_patience_ms;
  OK (program () > 0 && !kill (program (), SIGSTOP));
  http_patience_ms = 200;
  request.timeout_ms = 100;
  OK (get ("/who")->lost);
  OK (strstr (outcomes[0].why, "did not end a request in time"));
  http_patience_ms = kept;
  request.timeout_ms = 10000;
  OK (get ("/who")->status == 200);
}

/* When this process is killed, it is gone as well. */
static void
test_orphan (void)
{
  int ends[2], status;
  pid_t pid = 0, child;
  OK (!pipe2 (ends, O_CLOEXEC) && !prctl (PR_SET_CHILD_SUBREAPER, 1));
  child = fork ();
  if (child == 0)
    {
      OK (!loop_new (&loop, &kit_error) && !http_new (loop, &http, &kit_error));
      OK (get ("/who")->status == 200);
      pid = program ();
      OK (write (ends[1], &pid, sizeof pid) == sizeof pid);
      raise (SIGKILL);
    }
  OK (read (ends[0], &pid, sizeof pid) == sizeof pid && pid > 0);
  OK (waitpid (child, &status, 0) == child && WIFSIGNALED (status));
  OK (waitpid (pid, &status, 0) == pid);
  OK (!prctl (PR_SET_CHILD_SUBREAPER, 0));
  close (ends[0]);
  close (ends[1]);
}

/* Its peak, from its start to its end, which only the one who waited for it
 * is told: by a process that waits for nothing else. */
static void
test_memory (void)
{
#if !CHECK_SANITIZED
  struct rusage usage;
  int ends[2];
  pid_t child;
  OK (!pipe2 (ends, O_CLOEXEC));
  child = fork ();
  if (child == 0)
    {
      OK (!loop_new (&loop, &kit_error) && !http_new (loop, &http, &kit_error));
      OK (get ("/who")->status == 200 && get ("/who")->status == 200);
      http_free (http);
      OK (!getrusage (RUSAGE_CHILDREN, &usage));
      OK (write (ends[1], &usage, sizeof usage) == sizeof usage);
      _exit (0);
    }
  OK (read (ends[0], &usage, sizeof usage) == sizeof usage);
  OK (waitpid (child, NULL, 0) == child);
  printf ("kbsh-http: %ld KiB\n", usage.ru_maxrss);
  OK (usage.ru_maxrss > 0 && usage.ru_maxrss <= MOST_KIB);
  close (ends[0]);
  close (ends[1]);
#endif
}

/* In place of it, a script. */
static struct outcome *
with_script (const char *script)
{
  char text[2000];
  begin ();
  snprintf (text, sizeof text, "#!/bin/sh\n%s\n", script);
  kit_write (kit_path ("kbsh-http"), text);
  OK (!chmod (kit_path ("kbsh-http"), 0755));
  get ("/who");
  http_free (http);
  OK (outcomes[0].lost);
  return &outcomes[0];
}

static void
test_wrong_programs (void)
{
  char script[1000];
  const char *kept = http_folder;
  http_folder = "/nonexistent";
  begin ();
  OK (ask (0, "GET", "/who"));
  OK (strstr (kit_error.what, "/nonexistent/kbsh-http can't be started"));
  OK (strstr (kit_error.remedy, "install kbsh"));
  http_free (http);
  http_folder = kit_folder;
  snprintf (script, sizeof script, "echo x >%s; exit 3", kit_path ("written"));
  OK (strstr (with_script (script)->why, "another version"));
  OK (strstr (outcomes[0].remedy, "install kbsh"));
  OK (access (kit_path ("written"), F_OK)); /* it may write no file */
  OK (strstr (with_script ("exit 127")->why, "a library"));
  OK (strstr (with_script ("exit 1")->why, "status 1"));
  OK (strstr (with_script ("printf xxxxxxxxxxxxxxxx >&0; sleep 60")->why,
              "makes no sense"));
  OK (strstr (with_script ("printf '\\7\\0\\0\\0\\0\\0\\0\\0{\"a\":1}' >&0; "
                           "sleep 60")
                  ->why,
              "makes no sense"));
  http_folder = kept;
}

int
main (void)
{
  http_kit_begin ();
  test_death ();
  test_hang ();
  /* Something is under way: it ends all the same, and nothing is called. */
  OK (!ask (0, "GET", "/hang"));
  finish ();
  OK (!outcomes[0].done);
  test_orphan ();
  test_memory ();
  test_wrong_programs ();
  http_kit_end ();
  return 0;
}
