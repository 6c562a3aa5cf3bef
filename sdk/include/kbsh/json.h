/* SPDX-License-Identifier: Apache-2.0
 *
 * kbsh/json.h - JSON trees (json-c) with pointers (RFC 6901), and templates.
 * Since 1.0.
 */
#ifndef KBSH_JSON_H
#define KBSH_JSON_H

#include <json-c/json.h>
#include <stdint.h>

#include <kbsh/error.h>

/* Parse a whole text (RFC 8259; trailing text is an error). The caller owns
 * the result. NULL with err->line and err->column on failure; note that JSON
 * null also is NULL in json-c: err->what tells them apart. */
json_object *kbsh_json_parse (const char *text, size_t length,
                              struct kbsh_error *err);

/* What stands at a pointer ("" is the whole), borrowed, or NULL. */
json_object *kbsh_json_at (json_object *tree, const char *pointer);
/* The string there; `otherwise` when there is none or it is no string.
 * Borrowed from the tree. */
const char *kbsh_json_string (json_object *tree, const char *pointer,
                              const char *otherwise);
int64_t kbsh_json_int (json_object *tree, const char *pointer,
                       int64_t otherwise);
int kbsh_json_bool (json_object *tree, const char *pointer, int otherwise);
/* The number of elements of the list there, 0 when there is none. */
size_t kbsh_json_length (json_object *tree, const char *pointer);

/* Set a value, making missing objects on the way; "/list/-" appends. Takes
 * over `value` in any case. *tree may be NULL: an object is made. */
int kbsh_json_set (json_object **tree, const char *pointer,
                   json_object *value, struct kbsh_error *err);
int kbsh_json_set_string (json_object **tree, const char *pointer,
                          const char *value, struct kbsh_error *err);
/* Remove what stands there; nothing there is fine. */
void kbsh_json_remove (json_object *tree, const char *pointer);

/* A deep copy, or NULL when out of memory (or `tree` is NULL). */
json_object *kbsh_json_copy (json_object *tree);
/* Equal by meaning: the order of an object's members does not count. */
int kbsh_json_equal (json_object *a, json_object *b);
/* Does `have` say all that `want` says? Objects may have more members; lists
 * must have as many elements, each of which is compared in the same way; what
 * is empty in `want` may be missing. */
int kbsh_json_covers (json_object *have, json_object *want);
/* Lay `over` onto `base` as RFC 7386 says (JSON Merge Patch); returns what
 * the caller owns, and consumes neither. */
json_object *kbsh_json_merge (json_object *base, json_object *over,
                              struct kbsh_error *err);
/* Compact JSON text, borrowed from the tree until it changes or is written
 * again; NULL when out of memory. Members in the order of their names when
 * `sorted`. */
const char *kbsh_json_text (json_object *tree, int sorted);

/* Fill a template: a tree in whose strings (and names of members) ${NAME} and
 * ${NAME:/pointer} and ${/pointer} stand for values. A string that is nothing but one ${...}
 * becomes the value with its type; where that value is missing or null, the
 * member or list element is left out. Inside longer text a value is written
 * out, and a missing one is an error. "$$" is a dollar sign. No value can
 * break out of its place: values are put into the tree, not into text.
 *
 * `lookup` returns a new reference, or NULL for a missing value; to fail, it
 * fills err->what as well. The caller owns the result. */
typedef json_object *kbsh_lookup (void *data, const char *reference,
                                  struct kbsh_error *err);
json_object *kbsh_template_fill (json_object *tree, kbsh_lookup *lookup,
                                 void *data, struct kbsh_error *err);
/* The same with ${/pointer} looked up in one tree of values. */
json_object *kbsh_template_values (json_object *tree, json_object *values,
                                   struct kbsh_error *err);
/* Call `visit` for each reference in the tree; stops when it returns -1. */
int kbsh_template_visit (json_object *tree,
                         int (*visit) (void *data, const char *reference),
                         void *data);

#endif
