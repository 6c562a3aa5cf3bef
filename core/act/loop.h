/* SPDX-License-Identifier: Apache-2.0
 *
 * The one event loop: descriptors, timers, and ended children.
 */
#ifndef CORE_ACT_LOOP_H
#define CORE_ACT_LOOP_H

#include <stdint.h>
#include <sys/types.h>

#include <kbsh/error.h>

struct loop;

int loop_new (struct loop **out, struct kbsh_error *err);
void loop_free (struct loop *loop);

/* `events` are POLLIN and POLLOUT; 0 removes. A second call for the same
 * descriptor replaces the first. */
typedef void loop_fd_fn (int fd, int events, void *data);
int loop_fd (struct loop *loop, int fd, int events, loop_fd_fn *call,
             void *data, struct kbsh_error *err);

/* Once, `ms` from now. Returns an id, or 0 on failure. */
typedef void loop_timer_fn (void *data);
uint64_t loop_timer (struct loop *loop, int64_t ms, loop_timer_fn *call,
                     void *data, struct kbsh_error *err);
void loop_timer_cancel (struct loop *loop, uint64_t id);

/* When the child ends it is reaped and `call` gets its wait status and peak
 * memory. */
typedef void loop_child_fn (pid_t pid, int status, long max_rss_kib,
                            void *data);
int loop_child (struct loop *loop, pid_t pid, loop_child_fn *call, void *data,
                struct kbsh_error *err);

/* Is there a child that has not ended? */
int loop_has_children (const struct loop *loop);

/* Wait for something and handle it; at most `ms` (-1: for ever). */
int loop_once (struct loop *loop, int64_t ms, struct kbsh_error *err);

#endif
