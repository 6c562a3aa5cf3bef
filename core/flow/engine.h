/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs the steps of a workflow in the order of their needs, side by side where
 * they need not one another.
 */
#ifndef CORE_FLOW_ENGINE_H
#define CORE_FLOW_ENGINE_H

#include "flow/interrupt.h"
#include "flow/run.h"

/* Returns 0 when every chosen step ended well (or was allowed to fail). The
 * first failure is in `err`; all of them were sent as events. `interrupt`
 * (from a signal handler, may be NULL) ends the run cleanly. */
int engine_run (struct run *run, struct interrupt *interrupt,
                struct kbsh_error *err);

#endif
