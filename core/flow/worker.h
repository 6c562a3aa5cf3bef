/* SPDX-License-Identifier: Apache-2.0
 *
 * The child's side of a job: everything between fork and the service.
 */
#ifndef CORE_FLOW_WORKER_H
#define CORE_FLOW_WORKER_H

#include <sys/types.h>

#include "flow/job.h"

#define WORKER_MEMORY ((size_t)512 << 20)

/* Shared with the worker: what a dying one can still tell. */
struct worker_note
{
  volatile int at_limit;  /* it crashed with its memory used up */
  volatile int not_ready; /* errno: it could not be locked up */
};

/* Lock the process up, run the service, and return the exit status. `core` is
 * the process that forked it. */
int worker_main (struct job *job, struct worker_note *note, pid_t core);
/* Does this process use up nearly all that it may? Safe in signal handlers. */
int worker_at_limit (const char *statm);

#endif
