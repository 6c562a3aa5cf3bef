/* SPDX-License-Identifier: Apache-2.0
 *
 * The words by which steps can be named, sorted, so that a workflow of many
 * steps is not searched from its beginning for each.
 */
#ifndef CORE_FLOW_NAMES_H
#define CORE_FLOW_NAMES_H

#include <stddef.h>

#include <kbsh/error.h>

/* In the order in which those of one text stand. */
enum name_kind
{
  NAME_OWN,
  NAME_ALIAS,
  NAME_GROUP /* a beginning of one of them, up to a '/' */
};

/* One word of one step; the text is the step's. */
struct name
{
  const char *text;
  size_t length;
  enum name_kind kind;
  size_t step; /* index */
};

struct names
{
  struct name *all;
  size_t count, room;
};

/* The words of one more step; NULL is none. */
int names_add (struct names *names, size_t step, const char *name,
               const char *alias, struct kbsh_error *err);
/* When all were added. */
void names_sort (struct names *names);
/* How many there are of a text, and where the first of them stands. */
size_t names_find (const struct names *names, const char *text, size_t length,
                   size_t *first);
void names_free (struct names *names);

#endif
