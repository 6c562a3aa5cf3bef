/* SPDX-License-Identifier: Apache-2.0
 *
 * A program that runs: its output, its deadline, its end.
 */
#include "config.h"

#include "act/spawn.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "act/spawn_launch.h"

#define GRACE_MS 2000 /* between SIGTERM and SIGKILL */
#define TAIL_MS 500   /* for output held open by what the program started */

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
  /* (What nobody waits for any more need not be read to its end.) */
  if (spawn->done && (spawn->out.fd >= 0 || spawn->err.fd >= 0))
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
watch (struct spawn *spawn, struct launch *launch, struct kbsh_error *err)
{
  struct loop *loop = spawn->loop;
  spawn->out.fd = launch->out[0];
  spawn->err.fd = launch->err[0];
  launch->out[0] = launch->err[0] = -1;
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
  struct launch launch;
  int bad;
  spawn->out.fd = spawn->err.fd = -1;
  bad = spawn_prepare (spawn, &launch, err)
        || spawn_launch (spawn, &launch, err) || watch (spawn, &launch, err);
  spawn_launch_close (&launch);
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
  if (!spawn->running)
    finish (spawn);
  else if (!spawn->grace)
    end_group (spawn);
}
