/* SPDX-License-Identifier: Apache-2.0
 *
 * The messages that nobody waits for: what a worker tells.
 */
#ifndef CORE_ACT_TELL_H
#define CORE_ACT_TELL_H

#include "act/wire.h"
#include "flow/job.h"

/* 1 when `kind` is one of them and was handled, 0 when it is not, -1 when the
 * message is not as it must be. */
int tell (struct job *job, const char *kind, struct message *message,
          struct kbsh_error *err);

#endif
