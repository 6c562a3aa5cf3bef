/* SPDX-License-Identifier: Apache-2.0
 *
 * Undoing what the journal says that earlier runs did, backwards:
 * doc/effects.md.
 */
#ifndef CORE_ACT_UNDO_H
#define CORE_ACT_UNDO_H

#include "flow/run.h"

/* `failure` NULL: it ended well. */
typedef void undo_done (void *data, int changes,
                        const struct kbsh_error *failure);

/* Start; `done` is called once, later, from the loop (not when this fails).
 * `only` and `except` are lists (or NULL) of paths and units: a folder that
 * ends in '/' stands for all below it. Unless `only` is given the journal is
 * set aside at the end of the run. */
int undo_start (struct run *run, const char *step, json_object *only,
                json_object *except, undo_done *done, void *data,
                struct kbsh_error *err);

#endif
