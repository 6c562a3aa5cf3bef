/* SPDX-License-Identifier: Apache-2.0
 *
 * Programs: where they are, what they are given, fork and exec.
 */
#include "config.h"

#include "act/spawn_launch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kbsh/cleanup.h>
#include <kbsh/text.h>

#include "act/child.h"
#include "act/landlock.h"

#define FOLDERS "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/* What the child tells when it can't go on. */
struct complaint
{
  int number;
  int landlock;
};

static int
failed (struct kbsh_error *err, const char *name, const char *why)
{
  kbsh_error_set (err, "cannot run %s", name);
  return kbsh_error_why (err, "%s", why);
}

static char *
look_up (const char *name, struct kbsh_error *err)
{
  for (const char *folder = FOLDERS; *name != '/' && *folder;)
    {
      size_t length = strcspn (folder, ":");
      char *path = kbsh_text ("%.*s/%s", (int)length, folder, name);
      if (!path)
        {
          kbsh_error_memory (err);
          return NULL;
        }
      if (!strchr (name, '/') && !access (path, X_OK))
        return path;
      free (path);
      folder += length + (folder[length] == ':');
    }
  if (*name == '/' && !access (name, X_OK))
    return strdup (name);
  failed (err, name,
          *name == '/' ? strerror (errno) : "there is no such program");
  if (*name != '/')
    kbsh_error_remedy (err, "install it (it is looked for in %s)", FOLDERS);
  return NULL;
}

static const char **
environment (const char *const *given)
{
  size_t count = 0;
  const char **env;
  while (given && given[count])
    count++;
  env = calloc (count + 3, sizeof *env);
  if (!env)
    return NULL;
  env[0] = "PATH=" FOLDERS;
  env[1] = "LANG=C";
  for (size_t i = 0; i < count; i++)
    env[i + 2] = given[i];
  return env;
}

/* The input as a file in memory, or nothing. */
static int
input_file (const struct spawn *spawn)
{
  const char *data = spawn->input;
  size_t left = spawn->input_length;
  int fd = spawn->input ? memfd_create ("input", MFD_CLOEXEC)
                        : open ("/dev/null", O_RDONLY | O_CLOEXEC);
  while (fd >= 0 && left && spawn->input)
    {
      ssize_t part = write (fd, data, left);
      if (part < 0 && errno == EINTR)
        continue;
      if (part < 0)
        {
          close (fd);
          return -1;
        }
      data += part;
      left -= (size_t)part;
    }
  if (fd >= 0 && spawn->input)
    lseek (fd, 0, SEEK_SET);
  return fd;
}

void
spawn_launch_close (struct launch *launch)
{
  int *all[]
      = { &launch->in,     &launch->out[0],  &launch->out[1], &launch->err[0],
          &launch->err[1], &launch->told[0], &launch->told[1] };
  for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
    {
      kbsh_cleanup_fd (all[i]);
      *all[i] = -1;
    }
  free (launch->path);
  free (launch->env);
  launch->path = NULL;
  launch->env = NULL;
}

int
spawn_prepare (const struct spawn *spawn, struct launch *launch,
               struct kbsh_error *err)
{
  *launch = (struct launch){
    .in = -1, .out = { -1, -1 }, .err = { -1, -1 }, .told = { -1, -1 }
  };
  launch->path = look_up (spawn->argv[0], err);
  if (!launch->path)
    return -1;
  launch->env = environment (spawn->env);
  if (!launch->env)
    return kbsh_error_memory (err);
  launch->in = input_file (spawn);
  if (launch->in < 0 || pipe2 (launch->out, O_CLOEXEC | O_NONBLOCK)
      || pipe2 (launch->err, O_CLOEXEC | O_NONBLOCK)
      || pipe2 (launch->told, O_CLOEXEC))
    return failed (err, spawn->argv[0], strerror (errno));
  return 0;
}

/* In the child. Only returns when it can't go on. */
static struct complaint
become (const struct spawn *spawn, const struct launch *launch, pid_t core)
{
  setpgid (0, 0);
  if (child_begin (core))
    _exit (127);
  /* The program's own ends must block, as every program expects. */
  fcntl (launch->out[1], F_SETFL, 0);
  fcntl (launch->err[1], F_SETFL, 0);
  if (dup2 (launch->in, 0) < 0 || dup2 (launch->out[1], 1) < 0
      || dup2 (launch->err[1], 2) < 0 || chdir ("/"))
    return (struct complaint){ errno, 0 };
  if (spawn->query && landlock_forbid_writes (NULL) < 0)
    return (struct complaint){ errno, 1 };
  execve (launch->path, (char *const *)(uintptr_t)spawn->argv,
          (char *const *)(uintptr_t)launch->env);
  return (struct complaint){ errno, 0 };
}

/* Wait until the child is the program, or has told why not. */
static int
heard (struct launch *launch, const struct spawn *spawn, struct kbsh_error *err)
{
  struct complaint complaint = { 0, 0 };
  ssize_t got;
  close (launch->told[1]);
  launch->told[1] = -1;
  do
    got = read (launch->told[0], &complaint, sizeof complaint);
  while (got < 0 && errno == EINTR);
  if (got <= 0)
    return 0;
  failed (err, spawn->argv[0], strerror (complaint.number));
  if (complaint.landlock)
    kbsh_error_why (err, "its right to write can't be taken away: %s",
                    strerror (complaint.number));
  waitpid (spawn->pid, NULL, 0);
  return -1;
}

int
spawn_launch (struct spawn *spawn, struct launch *launch,
              struct kbsh_error *err)
{
  pid_t core = getpid ();
  spawn->pid = fork ();
  if (spawn->pid < 0)
    return failed (err, spawn->argv[0], strerror (errno));
  if (spawn->pid == 0)
    {
      struct complaint complaint = become (spawn, launch, core);
      if (write (launch->told[1], &complaint, sizeof complaint) < 0)
        _exit (126);
      _exit (127);
    }
  setpgid (spawn->pid, spawn->pid);
  return heard (launch, spawn, err);
}
