/* SPDX-License-Identifier: Apache-2.0
 *
 * Which step waits for which, of all steps at once: what takes each pair of
 * them takes too long when there are many.
 */
#ifndef CORE_FLOW_NEEDS_H
#define CORE_FLOW_NEEDS_H

#include "flow/workflow.h"

/* Those of step i are of[first[i]] up to of[first[i + 1]], by their indices,
 * each once. */
struct needs
{
  size_t count; /* of steps */
  size_t *first;
  unsigned *of;
  size_t room; /* in `of` */
};

/* What each step needs: by its needs, and by the facts that it reads. */
int needs_make (const struct workflow *workflow, struct needs *out,
                struct kbsh_error *err);
/* The other way round: who needs each step. */
int needs_turn (const struct needs *needs, struct needs *out,
                struct kbsh_error *err);
void needs_free (struct needs *needs);

/* Visit the steps whose facts a step reads, by their indices (one may come more
 * than once); -1 stops. */
typedef int step_fn (void *data, size_t step);
int step_each_read (const struct workflow *workflow, size_t index,
                    step_fn *call, void *data);

#endif
