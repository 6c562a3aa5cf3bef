/* SPDX-License-Identifier: Apache-2.0
 *
 * What the checks of one step found, judged: reported as events, and in the
 * end one error that lists all that may not be ignored.
 */
#ifndef CORE_FLOW_VERDICT_H
#define CORE_FLOW_VERDICT_H

#include "flow/task.h"

struct verdict;

/* `with` has the lists `ignore` and `only`. */
struct verdict *verdict_new (struct task *task, json_object *with,
                             struct kbsh_error *err);
void verdict_free (struct verdict *verdict);
/* Is this service asked for (by `only`)? */
int verdict_wants (const struct verdict *verdict, const char *service);
/* What one service found; `error`: it could not be made, or NULL. */
void verdict_add (struct verdict *verdict, const struct kbsh_service *service,
                  json_object *findings, const struct kbsh_error *error);
/* 0, or -1 with the error that lists all failures. */
int verdict_close (struct verdict *verdict, struct kbsh_error *err);

#endif
