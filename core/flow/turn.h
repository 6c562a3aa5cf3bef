/* SPDX-License-Identifier: Apache-2.0
 *
 * The turn of a step in a run: begun, judged when it is over, tried again, or
 * left out; and told of, in events and in the journal.
 */
#ifndef CORE_FLOW_TURN_H
#define CORE_FLOW_TURN_H

#include "flow/plan.h"

/* An event of this run; takes over `event` (NULL: nothing to tell). */
void turn_tell (struct engine *engine, const char *kind, json_object *event);
/* A record of the journal; takes over `record`. */
int turn_note (struct engine *engine, const char *kind, json_object *record,
               struct kbsh_error *err);

/* All that it needs is over: it runs, or there is a reason why not. */
void turn_take (struct engine *engine, struct turn *turn);
void turn_skip (struct engine *engine, struct turn *turn, enum turn_state state,
                const char *reason);
/* A turn's task is over; `data` is the turn. */
void turn_done (struct task *task, void *data);

#endif
