/* SPDX-License-Identifier: Apache-2.0
 *
 * Asks for a file that it did not declare.
 */
#include "hostile.h"

static int
misbehave (struct kbsh_ctx *ctx)
{
  const struct kbsh_file file
      = { .size = sizeof file, .path = SCRIBBLE, .data = "x", .length = 1,
          .mode = 0644 };
  return ctx->host->write_file (ctx, &file);
}
