/* SPDX-License-Identifier: Apache-2.0
 *
 * Takes memory until there is no more, and does not look.
 */
#include "hostile.h"

#include <stdlib.h>
#include <string.h>

/* Seen by nobody, which the compiler must not know. */
static char *volatile last;

static int
misbehave (struct kbsh_ctx *ctx)
{
  (void)ctx;
  for (;;)
    {
      last = malloc (1 << 20);
      memset (last, 1, 1 << 20);
    }
  return 0;
}
