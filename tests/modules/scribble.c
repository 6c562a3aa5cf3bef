/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes a file by itself.
 */
#include "hostile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

static int
misbehave (struct kbsh_ctx *ctx)
{
  char why[128];
  const struct kbsh_failure failure = { .size = sizeof failure,
                                        .what = "the file can't be made",
                                        .why = why };
  if (open (SCRIBBLE, O_CREAT | O_WRONLY, 0644) >= 0)
    return 0;
  snprintf (why, sizeof why, "%s", strerror (errno));
  return ctx->host->fail (ctx, &failure);
}
