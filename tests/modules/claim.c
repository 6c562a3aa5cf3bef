/* SPDX-License-Identifier: Apache-2.0
 *
 * Takes address space until there is no more, and touches none of it.
 */
#include "hostile.h"

#include <stdlib.h>

static int
misbehave (struct kbsh_ctx *ctx)
{
  (void)ctx;
  for (;;)
    {
      char *volatile block = malloc (64 << 20);
      block[0] = 1;
    }
  return 0;
}
