/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads where nothing is.
 */
#include "hostile.h"

static int
misbehave (struct kbsh_ctx *ctx)
{
  int *volatile nowhere = (int *)8;
  (void)ctx;
  return *nowhere;
}
