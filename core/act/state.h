/* SPDX-License-Identifier: Apache-2.0
 *
 * The state folder and what is in it: the lock, the journal's file, the folder
 * of backups. Only the journal includes this.
 */
#ifndef CORE_ACT_STATE_H
#define CORE_ACT_STATE_H

#include <json-c/json.h>

#include <kbsh/error.h>

struct state
{
  int folder, backup, lock, file;
};

/* clang-format off */
#define STATE_INIT { -1, -1, -1, -1 }
/* clang-format on */

/* Makes what is missing, refuses what is not ours alone, and takes the lock.
 * What was opened before a failure is closed by state_close, too. */
int state_open (const char *folder, struct state *state,
                struct kbsh_error *err);
void state_close (struct state *state);

/* Everything in the journal was undone: wipe the copies but those named in
 * the list `keep`, and give the file another name. */
int state_set_aside (struct state *state, const char *folder,
                     json_object *keep, struct kbsh_error *err);
/* A new journal in its place. */
int state_begin_anew (struct state *state, const char *folder,
                      struct kbsh_error *err);

/* What could not be done, with errno's reason. -1. */
int state_failed (struct kbsh_error *err, const char *what, const char *name);

#endif
