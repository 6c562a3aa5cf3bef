/* SPDX-License-Identifier: Apache-2.0
 *
 * A program, started by the broker and watched by the loop: its input from
 * memory, its output into memory, its time limited.
 */
#ifndef CORE_ACT_SPAWN_H
#define CORE_ACT_SPAWN_H

#include <stddef.h>
#include <stdint.h>

#include "act/loop.h"

#define SPAWN_OUTPUT (1u << 20) /* of each stream; what is more is dropped */

struct spawn;
typedef void spawn_done (struct spawn *spawn, void *data);

struct spawn_stream
{
  int fd;
  char *data; /* NUL-terminated, or NULL when there was nothing */
  size_t length, room;
};

struct spawn
{
  /* given */
  struct loop *loop;
  const char *const *argv; /* borrowed for the start only */
  const char *const *env;  /* likewise, or NULL */
  const void *input;
  size_t input_length;
  int64_t timeout_ms;
  int query; /* it may write no file */
  spawn_done *done;
  void *data;
  /* outcome */
  int status;    /* exit status, or 128 + signal */
  int timed_out; /* it was ended for that */
  struct spawn_stream out, err;
  /* its own */
  pid_t pid;
  int running;
  uint64_t deadline, grace;
};

/* Start it. `spawn` (from malloc) is the loop's until done() is called, and
 * then the caller's again: spawn_free(). On failure it stays the caller's. */
int spawn_start (struct spawn *spawn, struct kbsh_error *err);
/* End it; done() is not called, and it frees itself. */
void spawn_cancel (struct spawn *spawn);
void spawn_free (struct spawn *spawn); /* wipes the output */

#endif
