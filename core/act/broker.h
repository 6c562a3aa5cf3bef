/* SPDX-License-Identifier: Apache-2.0
 *
 * The one door: every change to the machine, and every request, is asked for
 * by a worker and done here (or, in a dry run, printed). doc/effects.md.
 */
#ifndef CORE_ACT_BROKER_H
#define CORE_ACT_BROKER_H

#include "flow/job.h"
#include "flow/run.h"

struct broker;

/* Opens the journal too (not in a dry run). */
int broker_open (struct run *run, struct kbsh_error *err);
void broker_close (struct run *run);

/* Listen to a job's worker. Called by job_start. */
int broker_attach (struct job *job, struct kbsh_error *err);
/* The worker has ended: handle the messages that it left (its outcome may be
 * among them: job->answered), drop what it had under way, undo nothing. */
void broker_detach (struct job *job);

/* Records of the run and its steps, for the journal. */
int broker_note (struct run *run, const char *kind, json_object *record,
                 struct kbsh_error *err);

#endif
