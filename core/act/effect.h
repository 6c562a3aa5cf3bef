/* SPDX-License-Identifier: Apache-2.0
 *
 * What the broker and its effects share: an order is one effect that a worker
 * asked for and waits for. Only files of core/act include this.
 */
#ifndef CORE_ACT_EFFECT_H
#define CORE_ACT_EFFECT_H

#include "act/broker.h"
#include "act/journal.h"
#include "act/wire.h"

struct pretend_files;
struct http;
struct pretend;
struct peer;

struct broker
{
  struct run *run;
  struct journal *journal; /* opened for the first record */
  struct peer *peers;      /* the workers that are listened to */
  struct pretend_files *files; /* dry run: what was "written" */
  struct http *http;       /* made for the first request */
  struct pretend *pretend; /* dry run: what was "sent" */
  json_object *units;      /* dry run: name -> what it "became", or NULL */
};

struct order
{
  struct broker *broker;
  struct peer *peer; /* NULL: the worker is gone, nobody waits for it */
  struct job *job;   /* likewise */
  struct message message;
  uint64_t intent; /* its journal record; 0: none */
  int status;      /* HTTP or exit status, for the journal; 0: none */
  int busy;        /* it counts in job->busy */
  int64_t started; /* kbsh_now_ms () */
  json_object *event; /* told when it ends; or NULL */
  /* An effect that takes its time keeps these. `cancel` stops it and frees
   * what it has, and ends the order as every effect does. */
  void (*cancel) (struct order *order);
  void *state;
  /* An order that the core gives itself (it has no peer): its end. */
  void (*over) (void *data, const struct kbsh_error *failure);
  void *over_data;
  json_object *undoes; /* numbers of the intents that it undoes, or NULL */
};

/* What one kind of message does; it answers now or later, exactly once. */
typedef void effect_fn (struct order *order);
effect_fn effect_write, effect_remove, effect_mkdir, effect_chmod;
effect_fn effect_symlink, effect_read, effect_program, effect_unit;
effect_fn effect_request, effect_call, effect_remove_tree, effect_unmount;

/* Answer and free the order. `reply` (may be NULL) is taken over. */
void order_reply (struct order *order, json_object *reply, const void *blob,
                  size_t length);
/* The same for a failure; `reply` holds what is known all the same. */
void order_fail (struct order *order, const struct kbsh_error *err);
void order_fail_with (struct order *order, const struct kbsh_error *err,
                      json_object *reply, const void *blob, size_t length);
/* The message is not as it must be: ends the worker, frees the order. */
void order_broken (struct order *order, const char *why);

/* The members of a message; NULL (or `otherwise`) when it is not there or of
 * another type. */
const char *order_string (const struct order *order, const char *name);
int64_t order_int (const struct order *order, const char *name,
                   int64_t otherwise);
int order_has (const struct order *order, uint32_t flag); /* in "flags" */

/* The effect is not cut off when the run is interrupted. */
void order_busy (struct order *order);
/* It changed something. */
void order_changed (struct order *order);
/* Write ahead. `details` (before, after, ...) is taken over. */
int order_intent (struct order *order, const char *effect, const char *target,
                  json_object *details, struct kbsh_error *err);
/* What it does: the event `effect`, sent when the order is answered, with how
 * it ended and how long that took. Of a failure nothing has changed. `code` is
 * an exit or HTTP status, -1: none. A second call takes the first one's place.
 */
void order_tell (struct order *order, const char *effect, const char *target,
                 const char *action, int changed, int code);
/* The event `plan`. */
void order_plan (struct order *order, const char *effect, const char *target,
                 const char *action, const char *text);

/* A copy of the tree whose strings are redacted. */
json_object *redacted (struct events *events, json_object *tree);

/* Errors as trees and back. */
json_object *error_tree (const struct kbsh_error *err);
void error_from_tree (json_object *tree, struct kbsh_error *err);

#endif
