/* SPDX-License-Identifier: Apache-2.0
 *
 * Ends the process.
 */
#include "hostile.h"

#include <stdlib.h>

static int
misbehave (struct kbsh_ctx *ctx)
{
  (void)ctx;
  exit (3);
}
