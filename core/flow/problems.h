/* SPDX-License-Identifier: Apache-2.0
 *
 * Errors that are gathered, so that a file's author sees them all at once.
 */
#ifndef CORE_FLOW_PROBLEMS_H
#define CORE_FLOW_PROBLEMS_H

#include <stddef.h>

#include <kbsh/error.h>

struct problems
{
  struct kbsh_error *all;
  size_t count;
  int lost; /* there was no memory for one */
  int more; /* there were more than PROBLEMS_MOST: the rest is not kept */
};

/* Nobody reads more of them before mending these. */
#define PROBLEMS_MOST 100

/* Take an error over: what it says is kept, and it is empty again. */
void problems_note (struct problems *problems, struct kbsh_error *err);
/* In the order of files, lines and columns; what stands nowhere goes first. */
void problems_sort (struct problems *problems);
/* 0: there are none. -1: the first one of the order is in *err (may be NULL).
 */
int problems_first (struct problems *problems, struct kbsh_error *err);
void problems_free (struct problems *problems);

#endif
