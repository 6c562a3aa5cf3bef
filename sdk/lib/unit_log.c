/* SPDX-License-Identifier: Apache-2.0
 *
 * What a unit of systemd last wrote, for the error about what it did not do.
 */
#include "config.h"

#include <kbsh/cleanup.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

static void
add_lines (struct kbsh_buffer *out, const char *text)
{
  while (*text)
    {
      size_t n = strcspn (text, "\n");
      if (n)
        kbsh_buffer_printf (out, "\n  %.*s", (int)n, text);
      text += n + (text[n] == '\n');
    }
}

char *
kbsh_unit_log (struct kbsh_ctx *ctx, const char *unit, int lines)
{
  struct kbsh_buffer out = { 0 };
  kbsh_autofree char *name = kbsh_text ("--unit=%s", unit);
  kbsh_autofree char *count = kbsh_text ("--lines=%d", lines);
  const char *argv[]
      = { "journalctl", name, "--no-pager", "--output=cat", count, NULL };
  struct kbsh_program program = { .size = sizeof program,
                                  .argv = argv,
                                  .timeout_ms = 10000,
                                  .flags = KBSH_QUERY | KBSH_ALLOW_FAIL };
  struct kbsh_output output = { 0 };
  if (!name || !count)
    return NULL;
  if (ctx->host->run_program (ctx, &program, &output))
    ctx->host->forgive (ctx);
  else if (output.out)
    add_lines (&out, output.out);
  return kbsh_buffer_take (&out);
}
