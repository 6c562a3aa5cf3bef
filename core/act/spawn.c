/* SPDX-License-Identifier: Apache-2.0
 *
 * Programs: fork, exec, pipes, deadline, end.
 */
#include "config.h"

#include "act/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kbsh/cleanup.h>
#include <kbsh/text.h>

#include "act/landlock.h"

#define FOLDERS "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
#define GRACE_MS 2000 /* between SIGTERM and SIGKILL */
#define TAIL_MS 500   /* for output held open by what the program started */

/* All that the child needs, made before the fork. */
struct start
{
  char *path;
  const char **env;
  int in, out[2], err[2], told[2];
};

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

static void
start_close (struct start *start)
{
  int *all[]
      = { &start->in,     &start->out[0],  &start->out[1], &start->err[0],
          &start->err[1], &start->told[0], &start->told[1] };
  for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
    {
      kbsh_cleanup_fd (all[i]);
      *all[i] = -1;
    }
  free (start->path);
  free (start->env);
  start->path = NULL;
  start->env = NULL;
}

static int
prepare (const struct spawn *spawn, struct start *start, struct kbsh_error *err)
{
  *start = (struct start){
    .in = -1, .out = { -1, -1 }, .err = { -1, -1 }, .told = { -1, -1 }
  };
  start->path = look_up (spawn->argv[0], err);
  if (!start->path)
    return -1;
  start->env = environment (spawn->env);
  if (!start->env)
    return kbsh_error_memory (err);
  start->in = input_file (spawn);
  if (start->in < 0 || pipe2 (start->out, O_CLOEXEC | O_NONBLOCK)
      || pipe2 (start->err, O_CLOEXEC | O_NONBLOCK)
      || pipe2 (start->told, O_CLOEXEC))
    return failed (err, spawn->argv[0], strerror (errno));
  return 0;
}

static void
default_signals (void)
{
  struct sigaction action = { .sa_handler = SIG_DFL };
  sigset_t none;
  for (int i = 1; i < NSIG; i++)
    sigaction (i, &action, NULL);
  sigemptyset (&none);
  sigprocmask (SIG_SETMASK, &none, NULL);
}

/* In the child. Only returns when it can't go on. */
static struct complaint
become (const struct spawn *spawn, const struct start *start, pid_t core)
{
  setpgid (0, 0);
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  if (getppid () != core)
    _exit (127);
  default_signals ();
  /* The program's own ends must block, as every program expects. */
  fcntl (start->out[1], F_SETFL, 0);
  fcntl (start->err[1], F_SETFL, 0);
  if (dup2 (start->in, 0) < 0 || dup2 (start->out[1], 1) < 0
      || dup2 (start->err[1], 2) < 0 || chdir ("/"))
    return (struct complaint){ errno, 0 };
  if (spawn->query && landlock_forbid_writes (NULL) < 0)
    return (struct complaint){ errno, 1 };
  execve (start->path, (char *const *)(uintptr_t)spawn->argv,
          (char *const *)(uintptr_t)start->env);
  return (struct complaint){ errno, 0 };
}

/* Wait until the child is the program, or has told why not. */
static int
heard (struct start *start, const struct spawn *spawn, struct kbsh_error *err)
{
  struct complaint complaint = { 0, 0 };
  ssize_t got;
  close (start->told[1]);
  start->told[1] = -1;
  do
    got = read (start->told[0], &complaint, sizeof complaint);
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

static int
launch (struct spawn *spawn, struct start *start, struct kbsh_error *err)
{
  pid_t core = getpid ();
  spawn->pid = fork ();
  if (spawn->pid < 0)
    return failed (err, spawn->argv[0], strerror (errno));
  if (spawn->pid == 0)
    {
      struct complaint complaint = become (spawn, start, core);
      if (write (start->told[1], &complaint, sizeof complaint) < 0)
        _exit (126);
      _exit (127);
    }
  setpgid (spawn->pid, spawn->pid);
  return heard (start, spawn, err);
}

/* ---------------------------------------------------------------- */

static void
stream_close (struct spawn *spawn, struct spawn_stream *stream)
{
  if (stream->fd < 0)
    return;
  loop_fd (spawn->loop, stream->fd, 0, NULL, NULL, NULL);
  close (stream->fd);
  stream->fd = -1;
}

void
spawn_free (struct spawn *spawn)
{
  struct spawn_stream *streams[] = { &spawn->out, &spawn->err };
  for (size_t i = 0; i < 2; i++)
    {
      if (spawn->running || spawn->pid)
        stream_close (spawn, streams[i]);
      if (streams[i]->data)
        explicit_bzero (streams[i]->data, streams[i]->length);
      free (streams[i]->data);
    }
  free (spawn);
}

static void
finish (struct spawn *spawn)
{
  loop_timer_cancel (spawn->loop, spawn->deadline);
  loop_timer_cancel (spawn->loop, spawn->grace);
  stream_close (spawn, &spawn->out);
  stream_close (spawn, &spawn->err);
  if (spawn->done)
    spawn->done (spawn, spawn->data);
  else
    spawn_free (spawn);
}

static void
finish_if_over (struct spawn *spawn)
{
  if (!spawn->running && spawn->out.fd < 0 && spawn->err.fd < 0)
    finish (spawn);
}

static void
stream_keep (struct spawn_stream *stream, const char *data, size_t length)
{
  if (stream->length + length > SPAWN_OUTPUT)
    length = SPAWN_OUTPUT - stream->length;
  if (stream->length + length + 1 > stream->room)
    {
      size_t room = (stream->length + length + 1) * 2;
      char *more = realloc (stream->data, room);
      if (!more)
        return; /* as if it had reached its most */
      stream->data = more;
      stream->room = room;
    }
  memcpy (stream->data + stream->length, data, length);
  stream->length += length;
  stream->data[stream->length] = '\0';
}

/* Read what is there, and go on reading what is too much, so that the program
 * does not wait for ever. 1 at the end. */
static int
stream_read (struct spawn_stream *stream)
{
  char data[16384];
  for (int i = 0; i < 64; i++)
    {
      ssize_t got = read (stream->fd, data, sizeof data);
      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0 && errno == EAGAIN)
        return 0;
      if (got <= 0)
        return 1;
      stream_keep (stream, data, (size_t)got);
    }
  return 0;
}

static void
stream_ready (int fd, int events, void *data)
{
  struct spawn *spawn = data;
  struct spawn_stream *stream = fd == spawn->out.fd ? &spawn->out : &spawn->err;
  (void)events;
  if (!stream_read (stream))
    return;
  stream_close (spawn, stream);
  finish_if_over (spawn);
}

static void
tail_over (void *data)
{
  struct spawn *spawn = data;
  spawn->grace = 0;
  stream_close (spawn, &spawn->out);
  stream_close (spawn, &spawn->err);
  finish (spawn);
}

static void
ended (pid_t pid, int status, long max_rss_kib, void *data)
{
  struct spawn *spawn = data;
  struct kbsh_error err;
  (void)pid;
  (void)max_rss_kib;
  spawn->running = 0;
  spawn->status
      = WIFSIGNALED (status) ? 128 + WTERMSIG (status) : WEXITSTATUS (status);
  loop_timer_cancel (spawn->loop, spawn->deadline);
  loop_timer_cancel (spawn->loop, spawn->grace);
  spawn->deadline = spawn->grace = 0;
  if (spawn->out.fd >= 0 && stream_read (&spawn->out))
    stream_close (spawn, &spawn->out);
  if (spawn->err.fd >= 0 && stream_read (&spawn->err))
    stream_close (spawn, &spawn->err);
  if (spawn->out.fd >= 0 || spawn->err.fd >= 0)
    {
      spawn->grace = loop_timer (spawn->loop, TAIL_MS, tail_over, spawn, &err);
      if (!spawn->grace)
        tail_over (spawn);
      return;
    }
  finish (spawn);
}

static void
kill_now (void *data)
{
  struct spawn *spawn = data;
  spawn->grace = 0;
  kill (-spawn->pid, SIGKILL);
}

static void
end_group (struct spawn *spawn)
{
  kill (-spawn->pid, SIGTERM);
  spawn->grace = loop_timer (spawn->loop, GRACE_MS, kill_now, spawn, NULL);
  if (!spawn->grace)
    kill_now (spawn);
}

static void
too_late (void *data)
{
  struct spawn *spawn = data;
  spawn->deadline = 0;
  spawn->timed_out = 1;
  end_group (spawn);
}

static int
watch (struct spawn *spawn, struct start *start, struct kbsh_error *err)
{
  struct loop *loop = spawn->loop;
  spawn->out.fd = start->out[0];
  spawn->err.fd = start->err[0];
  start->out[0] = start->err[0] = -1;
  spawn->deadline = loop_timer (loop, spawn->timeout_ms, too_late, spawn, err);
  if (spawn->deadline
      && !loop_fd (loop, spawn->out.fd, POLLIN, stream_ready, spawn, err)
      && !loop_fd (loop, spawn->err.fd, POLLIN, stream_ready, spawn, err)
      && !loop_child (loop, spawn->pid, ended, spawn, err))
    return 0;
  loop_timer_cancel (loop, spawn->deadline);
  stream_close (spawn, &spawn->out);
  stream_close (spawn, &spawn->err);
  kill (-spawn->pid, SIGKILL);
  waitpid (spawn->pid, NULL, 0);
  return -1;
}

int
spawn_start (struct spawn *spawn, struct kbsh_error *err)
{
  struct start start;
  int bad;
  spawn->out.fd = spawn->err.fd = -1;
  bad = prepare (spawn, &start, err) || launch (spawn, &start, err)
        || watch (spawn, &start, err);
  start_close (&start);
  spawn->argv = spawn->env = NULL;
  spawn->input = NULL;
  spawn->running = !bad;
  return bad ? -1 : 0;
}

void
spawn_cancel (struct spawn *spawn)
{
  spawn->done = NULL;
  loop_timer_cancel (spawn->loop, spawn->deadline);
  spawn->deadline = 0;
  if (spawn->running && !spawn->grace)
    end_group (spawn);
}
