/* SPDX-License-Identifier: Apache-2.0
 *
 * The broker's end of the line to one worker.
 */
#ifndef CORE_ACT_PEER_H
#define CORE_ACT_PEER_H

#include "act/effect.h"

struct peer
{
  struct broker *broker;
  struct job *job;
  struct wire *wire;
  struct order *order; /* what the worker waits for, or NULL */
  int broken;          /* it is listened to no more */
  struct peer *next;
};

/* Send an answer (NULL: an empty one). */
void peer_answer (struct peer *peer, json_object *reply, const void *blob,
                  size_t length);
/* End the worker: what it sent makes no sense. */
void peer_break (struct peer *peer, const struct kbsh_error *cause);
/* Its order is over. */
void peer_forget (struct peer *peer);

/* A redacted record in the journal, which is opened for the first one; none
 * in a dry run. Takes over `what`. */
int broker_record (struct broker *broker, const char *kind, json_object *what,
                   uint64_t *sequence, struct kbsh_error *err);
/* Open the journal if it is not open yet. */
int broker_journal (struct broker *broker, struct kbsh_error *err);
/* A warning of the broker's own. `job` may be NULL. */
void broker_warn (struct broker *broker, struct job *job,
                  const struct kbsh_error *err);

#endif
