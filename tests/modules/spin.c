/* SPDX-License-Identifier: Apache-2.0
 *
 * Never ends.
 */
#include "hostile.h"

static int
misbehave (struct kbsh_ctx *ctx)
{
  volatile unsigned turns = 0;
  (void)ctx;
  for (;;)
    turns++;
  return 0;
}
