/* SPDX-License-Identifier: Apache-2.0
 *
 * The event loop: epoll for descriptors, a sorted list for timers, a pidfd for
 * each child.
 */
#include "config.h"

#include "act/loop.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kbsh/text.h>

#define LOOP_BATCH 32

/* What a descriptor is watched for. The generation tells an event for a
 * descriptor that was closed from one for its successor of the same number. */
struct watch
{
  loop_fd_fn *call;
  void *data;
  int events;
  uint32_t generation;
};

struct timer
{
  uint64_t id;
  int64_t at;
  loop_timer_fn *call;
  void *data;
  struct timer *next;
};

struct child
{
  struct loop *loop;
  pid_t pid;
  int pidfd;
  loop_child_fn *call;
  void *data;
  struct child *next;
};

struct loop
{
  int epoll;
  struct watch *watches; /* by descriptor */
  size_t watch_count;
  uint32_t generation;
  struct timer *timers; /* the next one first */
  uint64_t timer_id;
  struct child *children;
};

int
loop_new (struct loop **out, struct kbsh_error *err)
{
  struct loop *loop = calloc (1, sizeof *loop);
  if (!loop)
    return kbsh_error_memory (err);
  loop->epoll = epoll_create1 (EPOLL_CLOEXEC);
  if (loop->epoll < 0)
    {
      free (loop);
      kbsh_error_set (err, "cannot make an event loop");
      return kbsh_error_why (err, "%s", strerror (errno));
    }
  *out = loop;
  return 0;
}

void
loop_free (struct loop *loop)
{
  if (!loop)
    return;
  while (loop->timers)
    loop_timer_cancel (loop, loop->timers->id);
  for (struct child *child = loop->children, *next; child; child = next)
    {
      next = child->next;
      close (child->pidfd);
      free (child);
    }
  close (loop->epoll);
  free (loop->watches);
  free (loop);
}

static int
room_for (struct loop *loop, int fd, struct kbsh_error *err)
{
  size_t count = loop->watch_count ? loop->watch_count : 64;
  struct watch *watches;
  if ((size_t)fd < loop->watch_count)
    return 0;
  while (count <= (size_t)fd)
    count *= 2;
  watches = realloc (loop->watches, count * sizeof *watches);
  if (!watches)
    return kbsh_error_memory (err);
  memset (watches + loop->watch_count, 0,
          (count - loop->watch_count) * sizeof *watches);
  loop->watches = watches;
  loop->watch_count = count;
  return 0;
}

static void
forget (struct loop *loop, int fd)
{
  if (fd < 0 || (size_t)fd >= loop->watch_count)
    return;
  epoll_ctl (loop->epoll, EPOLL_CTL_DEL, fd, NULL);
  memset (&loop->watches[fd], 0, sizeof loop->watches[fd]);
}

int
loop_fd (struct loop *loop, int fd, int events, loop_fd_fn *call, void *data,
         struct kbsh_error *err)
{
  struct epoll_event event = { .events = 0 };
  struct watch *watch;
  int failed;
  if (!events)
    {
      forget (loop, fd);
      return 0;
    }
  if (room_for (loop, fd, err))
    return -1;
  watch = &loop->watches[fd];
  watch->call = call;
  watch->data = data;
  watch->events = events;
  watch->generation = ++loop->generation;
  event.events
      = (events & POLLIN ? EPOLLIN : 0u) | (events & POLLOUT ? EPOLLOUT : 0u);
  event.data.u64 = (uint64_t)watch->generation << 32 | (uint32_t)fd;
  /* A closed descriptor leaves the set by itself, so what was watched
   * before may have to be added again. */
  failed = epoll_ctl (loop->epoll, EPOLL_CTL_MOD, fd, &event);
  if (failed && errno == ENOENT)
    failed = epoll_ctl (loop->epoll, EPOLL_CTL_ADD, fd, &event);
  if (!failed)
    return 0;
  watch->call = NULL;
  kbsh_error_set (err, "cannot watch a descriptor");
  return kbsh_error_why (err, "%s", strerror (errno));
}

uint64_t
loop_timer (struct loop *loop, int64_t ms, loop_timer_fn *call, void *data,
            struct kbsh_error *err)
{
  struct timer *timer = calloc (1, sizeof *timer), **place = &loop->timers;
  if (!timer)
    {
      kbsh_error_memory (err);
      return 0;
    }
  timer->id = ++loop->timer_id;
  timer->at = kbsh_now_ms () + (ms > 0 ? ms : 0);
  timer->call = call;
  timer->data = data;
  while (*place && (*place)->at <= timer->at)
    place = &(*place)->next;
  timer->next = *place;
  *place = timer;
  return timer->id;
}

void
loop_timer_cancel (struct loop *loop, uint64_t id)
{
  for (struct timer **place = &loop->timers; id && *place;
       place = &(*place)->next)
    if ((*place)->id == id)
      {
        struct timer *timer = *place;
        *place = timer->next;
        free (timer);
        return;
      }
}

static void
child_ended (int fd, int events, void *data)
{
  struct child *child = data, **place = &child->loop->children;
  struct rusage usage = { .ru_maxrss = 0 };
  int status = 0;
  pid_t pid;
  (void)events;
  do
    pid = wait4 (child->pid, &status, WNOHANG, &usage);
  while (pid < 0 && errno == EINTR);
  if (pid == 0)
    return;
  if (pid < 0)
    status = 255 << 8; /* somebody else reaped it: its end is not known */
  forget (child->loop, fd);
  close (fd);
  while (*place != child)
    place = &(*place)->next;
  *place = child->next;
  child->call (child->pid, status, usage.ru_maxrss, child->data);
  free (child);
}

int
loop_child (struct loop *loop, pid_t pid, loop_child_fn *call, void *data,
            struct kbsh_error *err)
{
  struct child *child = calloc (1, sizeof *child);
  if (!child)
    return kbsh_error_memory (err);
  child->loop = loop;
  child->pid = pid;
  child->call = call;
  child->data = data;
  child->pidfd = pidfd_open (pid, 0);
  if (child->pidfd < 0)
    {
      kbsh_error_set (err, "cannot watch process %d", (int)pid);
      kbsh_error_why (err, "%s", strerror (errno));
    }
  if (child->pidfd < 0
      || loop_fd (loop, child->pidfd, POLLIN, child_ended, child, err))
    {
      if (child->pidfd >= 0)
        close (child->pidfd);
      free (child);
      return -1;
    }
  child->next = loop->children;
  loop->children = child;
  return 0;
}

/* Ended children come last, so that what a child still wrote is read before
 * its end is told. */
static void
dispatch (struct loop *loop, const struct epoll_event *event, int children)
{
  int fd = (int)(uint32_t)event->data.u64, events = 0;
  struct watch *watch = &loop->watches[fd];
  if (watch->generation != event->data.u64 >> 32 || !watch->call
      || (watch->call == child_ended) != children)
    return;
  if (event->events & EPOLLIN)
    events |= POLLIN;
  if (event->events & EPOLLOUT)
    events |= POLLOUT;
  /* Reading or writing tells what is the matter. */
  if (event->events & (EPOLLHUP | EPOLLERR))
    events |= watch->events;
  watch->call (fd, events, watch->data);
}

static void
run_timers (struct loop *loop)
{
  int64_t now = kbsh_now_ms ();
  while (loop->timers && loop->timers->at <= now)
    {
      struct timer *timer = loop->timers;
      loop->timers = timer->next;
      timer->call (timer->data);
      free (timer);
    }
}

int
loop_has_children (const struct loop *loop)
{
  return loop->children != NULL;
}

int
loop_once (struct loop *loop, int64_t ms, struct kbsh_error *err)
{
  struct epoll_event events[LOOP_BATCH];
  int64_t wait = ms;
  int count;
  if (loop->timers)
    {
      int64_t left = loop->timers->at - kbsh_now_ms ();
      left = left < 0 ? 0 : left;
      wait = wait < 0 || left < wait ? left : wait;
    }
  wait = wait > 3600000 ? 3600000 : wait;
  count = epoll_wait (loop->epoll, events, LOOP_BATCH, (int)wait);
  if (count < 0 && errno != EINTR)
    {
      kbsh_error_set (err, "cannot wait for events");
      return kbsh_error_why (err, "%s", strerror (errno));
    }
  for (int children = 0; children < 2; children++)
    for (int i = 0; i < count; i++)
      dispatch (loop, &events[i], children);
  run_timers (loop);
  return 0;
}
