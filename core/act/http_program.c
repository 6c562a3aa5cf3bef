/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "act/http_program.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kbsh/cleanup.h>
#include <kbsh/text.h>

#include "act/child.h"
#include "act/landlock.h"
#include "http/protocol.h"

#define STOP_MS 2000 /* to close its connections */
#define TOLD 3       /* where the child tells why it can't be the program */

const char *http_folder;

/* It belongs to the libkbsh that it was installed with, also where that is
 * not the configured place (LD_LIBRARY_PATH). */
static char *
program_path (void)
{
  Dl_info info;
  const char *slash;
  if (http_folder)
    return kbsh_text ("%s/" HTTP_PROGRAM, http_folder);
  if (!dladdr ((void *)kbsh_sha256, &info) || !info.dli_fname)
    return NULL;
  slash = strrchr (info.dli_fname, '/');
  if (!slash)
    return NULL;
  return kbsh_text ("%.*s/kbsh/" HTTP_PROGRAM, (int)(slash - info.dli_fname),
                    info.dli_fname);
}

static int
install_again (struct kbsh_error *err)
{
  return kbsh_error_remedy (err, "install " PACKAGE_NAME " " PACKAGE_VERSION
                                 " again, whole");
}

/* ---------------------------------------------------------------- */
/* In the child                                                      */

/* Secrets pass through it: no core file. */
static int
give_up_rights (void)
{
  const struct rlimit none = { 0, 0 };
  return setrlimit (RLIMIT_CORE, &none) || landlock_forbid_writes (NULL) < 0
             ? -1
             : 0;
}

/* The socket is 0, TOLD is open until the program begins, nothing else is. The
 * core's may be any numbers, for it may have been started without 0, 1, 2. */
static int
only_socket (int fd, int told)
{
  int null = open ("/dev/null", O_RDWR | O_CLOEXEC);
  fd = fcntl (fd, F_DUPFD_CLOEXEC, TOLD + 1);
  told = fcntl (told, F_DUPFD_CLOEXEC, TOLD + 1);
  null = fcntl (null, F_DUPFD_CLOEXEC, TOLD + 1);
  if (dup2 (fd, 0) < 0 || dup2 (null, 1) < 0 || dup2 (null, 2) < 0
      || dup3 (told, TOLD, O_CLOEXEC) < 0)
    return -1;
  return close_range (TOLD + 1, ~0U, 0);
}

/* Only returns when it can't go on. */
static void
become (const char *path, int fd, int told, pid_t core)
{
  char *const argv[] = { (char[]){ HTTP_PROGRAM },
                         (char[]){ PACKAGE_VERSION }, NULL };
  int number;
  if (child_begin (core))
    return;
  setsid ();
  if (!only_socket (fd, told) && !chdir ("/") && !give_up_rights ())
    execv (path, argv);
  number = errno;
  if (write (TOLD, &number, sizeof number) < 0)
    return;
}

/* ---------------------------------------------------------------- */

/* Wait until the child is the program, or has told why not. */
static int
heard (int told)
{
  int number = 0;
  ssize_t got;
  do
    got = read (told, &number, sizeof number);
  while (got < 0 && errno == EINTR);
  return got > 0 ? number : 0;
}

static int
launch (const char *path, int fd, pid_t *pid)
{
  kbsh_autofd int told = -1;
  pid_t core = getpid ();
  int ends[2], number;
  if (pipe2 (ends, O_CLOEXEC))
    return errno;
  told = ends[0];
  *pid = fork ();
  if (*pid == 0)
    {
      become (path, fd, ends[1], core);
      _exit (HTTP_EXIT_FAILED);
    }
  number = *pid < 0 ? errno : 0;
  close (ends[1]);
  if (!number)
    number = heard (told);
  if (number && *pid > 0)
    waitpid (*pid, NULL, 0);
  return number;
}

int
http_program_start (struct http_program *program, struct kbsh_error *err)
{
  kbsh_autofree char *path = program_path ();
  kbsh_autofd int theirs = -1;
  kbsh_autofd int ours = -1;
  int ends[2], number;
  if (!path)
    return kbsh_error_memory (err);
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
    {
      kbsh_error_set (err, "cannot make requests");
      return kbsh_error_why (err, "%s", strerror (errno));
    }
  ours = ends[0];
  theirs = ends[1];
  number = launch (path, theirs, &program->pid);
  if (!number)
    {
      program->fd = ours;
      ours = -1;
      return 0;
    }
  kbsh_error_set (err, "cannot make requests: %s can't be started", path);
  kbsh_error_why (err, "%s", strerror (number));
  return number == ENOENT || number == EACCES || number == ENOEXEC
             ? install_again (err)
             : -1;
}

static int
wait_for_end (pid_t pid)
{
  int status = 0;
  pid_t got;
  do
    got = waitpid (pid, &status, 0);
  while (got < 0 && errno == EINTR);
  return got < 0 ? -1 : status;
}

void
http_program_stop (struct http_program *program)
{
  kbsh_autofd int pidfd = pidfd_open (program->pid, 0);
  struct pollfd end = { .fd = pidfd, .events = POLLIN };
  close (program->fd);
  if (pidfd < 0 || poll (&end, 1, STOP_MS) <= 0)
    kill (program->pid, SIGKILL);
  wait_for_end (program->pid);
}

void
http_program_ended (struct http_program *program, struct kbsh_error *err)
{
  int status;
  close (program->fd);
  /* Whoever closes it is on the way out; nobody is waited for in vain. */
  kill (program->pid, SIGKILL);
  status = wait_for_end (program->pid);
  kbsh_error_set (err, HTTP_PROGRAM " ended");
  kbsh_error_remedy (err, "run it again: what was done so far is kept, and the "
                          "next run goes on");
  if (status < 0)
    kbsh_error_why (err, "how is not known: it had been waited for already");
  else if (WIFSIGNALED (status))
    kbsh_error_why (err, HTTP_PROGRAM ", which makes requests, was ended by "
                                      "SIG%s (%s)",
                    sigabbrev_np (WTERMSIG (status)),
                    sigdescr_np (WTERMSIG (status)));
  else if (WEXITSTATUS (status) == HTTP_EXIT_VERSION
           || WEXITSTATUS (status) == HTTP_EXIT_LINKER)
    {
      kbsh_error_why (err, "%s",
                      WEXITSTATUS (status) == HTTP_EXIT_VERSION
                          ? HTTP_PROGRAM " belongs to another version"
                          : HTTP_PROGRAM " can't be loaded: a library that it "
                                         "needs is missing");
      install_again (err);
    }
  else
    kbsh_error_why (err, HTTP_PROGRAM ", which makes requests, exited with "
                                      "status %d",
                    WEXITSTATUS (status));
}
