/* SPDX-License-Identifier: Apache-2.0
 *
 * kbsh/rules.h - what is data in a plugin and not code: tables with
 * conditions, whose texts are filled from values, and the arguments of a
 * program made from such a table. Since 1.0.
 */
#ifndef KBSH_RULES_H
#define KBSH_RULES_H

#include <json-c/json.h>

#include <kbsh/error.h>
#include <kbsh/plugin.h>

/* Gather inputs into one tree of values: `from` is an input ("config:/node"),
 * `to` the pointer where it goes; an input that is not there is left out. */
struct kbsh_value
{
  const char *to; /* NULL ends the list */
  const char *from;
};
json_object *kbsh_values (struct kbsh_ctx *ctx, const struct kbsh_value *list);

/* Does a case hold? Its conditions, all of which must:
 *   if: a pointer, or a list of them: something is there, and it is not
 *       false, empty or null
 *   unless: the opposite, for each
 *   given: it is there at all, even when it is false
 *   equal, not-equal: an object, pointer -> one value or a list of them */
int kbsh_case_holds (json_object *one, json_object *values);

/* A table with its `cases` (a map, name -> conditions and content): the
 * content of those that hold is laid over the table (a null takes a member
 * away), and the whole is filled (kbsh_template_values). The caller owns the
 * result. */
json_object *kbsh_rules_fill (json_object *rules, json_object *values,
                              struct kbsh_error *err);

/* What a filled table says: of a list the first element, which is the first
 * one that had a value. Borrowed, may be NULL. */
json_object *kbsh_rules_first (json_object *value);

/* The arguments "--NAME=VALUE": those of `flags` (a map, name -> value, or a
 * list of which the first counts) and `given` (a list of {name, value}, as the
 * user gave it, which replaces flags of that name), in the order of their
 * names; given ones of one name keep their order. The caller owns the list. */
json_object *kbsh_arguments (json_object *flags, json_object *given,
                             struct kbsh_error *err);
/* The value of a given argument, the last one of that name; or NULL. */
const char *kbsh_argument (json_object *given, const char *name);

#endif
