/* SPDX-License-Identifier: Apache-2.0
 *
 * What a dry run "sent": the objects, by URL, as the servers would hold them
 * now. An object that is sent to a collection lies there under its name
 * (/metadata/name, or /name).
 */
#ifndef CORE_ACT_PRETEND_H
#define CORE_ACT_PRETEND_H

#include <json-c/json.h>
#include <stddef.h>

#include <kbsh/error.h>

struct pretend;

/* What is there: 1 and *object (borrowed), 2 deleted, 0 not known. The query
 * of the URL does not count. */
int pretend_get (const struct pretend *pretend, const char *url,
                 json_object **object);
/* Do as if: returns the status that a server would give, or -1. `base`: what
 * a PATCH is laid over when nothing is known (or NULL). *pretend may be NULL:
 * it is made. *answer: the object as it is then; the caller puts it. */
int pretend_send (struct pretend **pretend, const char *method, const char *url,
                  json_object *body, json_object *base, json_object **answer,
                  struct kbsh_error *err);
void pretend_free (struct pretend *pretend);

/* The body as text for people: YAML when it is JSON; of a secret only the
 * names. The caller wipes and frees. NULL when out of memory. */
char *pretend_text (const char *body, size_t length, int secret);

/* A server that does not answer is not asked again: 1 when it is one. */
int pretend_is_dead (const struct pretend *pretend, const char *url);
int pretend_set_dead (struct pretend **pretend, const char *url,
                      struct kbsh_error *err);

#endif
