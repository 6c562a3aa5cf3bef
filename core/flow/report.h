/* SPDX-License-Identifier: Apache-2.0
 *
 * What the engine tells: doc/events.md.
 */
#ifndef CORE_FLOW_REPORT_H
#define CORE_FLOW_REPORT_H

#include "flow/run.h"

/* The error object of an event; step and plugin may be NULL. */
json_object *report_error (const struct kbsh_error *error, const char *step,
                           const char *plugin);
/* An event with these members: pairs of name and text (a NULL text is left
 * out), ended with NULL. */
json_object *report_event (const char *name, ...) __attribute__ ((sentinel));
void report_int (json_object *event, const char *name, int64_t value);
void report_seconds (json_object *event, const char *name, int64_t ms);
/* A line of a step's log. */
void report_warning (struct run *run, const char *step, const char *text);
/* The name of the module of a service; "" when not known. */
const char *report_plugin (struct run *run, const struct kbsh_service *service);

#endif
