/* SPDX-License-Identifier: Apache-2.0
 *
 * What a unit of systemd last wrote, for the error about what it did not do.
 */
#include "config.h"

#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

enum
{
  LOOK_BACK = 300, /* lines in which errors are looked for */
  FAILURES = 4,    /* their lines are long, and an error has little room */
  LINE_MOST = 300
};

/* What the journal holds; borrowed, "" for nothing, NULL out of memory. */
static const char *
journal (struct kbsh_ctx *ctx, char *match, int lines)
{
  kbsh_autofree char *own = match;
  kbsh_autofree char *count = kbsh_text ("--lines=%d", lines);
  const char *argv[]
      = { "journalctl", own, "--no-pager", "--output=cat", count, NULL };
  struct kbsh_program program = { .size = sizeof program,
                                  .argv = argv,
                                  .timeout_ms = 10000,
                                  .flags = KBSH_QUERY | KBSH_ALLOW_FAIL };
  struct kbsh_output output = { .size = sizeof output };
  if (!own || !count)
    return NULL;
  if (!ctx->host->run_program (ctx, &program, &output))
    return output.out ? output.out : "";
  ctx->host->forgive (ctx);
  return "";
}

/* A line about a failure: of severity error or fatal in the format of
 * Kubernetes' components ("E0102 ..."), or what a Go program ends with. */
static int
tells_failure (const char *line)
{
  static const char *const words[]
      = { "Error:", "error:", "panic:", "fatal error:" };
  if ((*line == 'E' || *line == 'F') && strspn (line + 1, "0123456789") == 4)
    return 1;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (!strncmp (line, words[i], strlen (words[i])))
      return 1;
  return 0;
}

static int
is_any (const char *line)
{
  return *line && *line != '\n';
}

/* The last lines that are wanted; 0: there is none. */
static int
add_lines (struct kbsh_buffer *out, const char *text,
           int (*wanted) (const char *line), int most)
{
  int skip = -most, count = 0;
  for (const char *p = text; *p; p += strcspn (p, "\n"), p += *p == '\n')
    skip += wanted (p);
  for (; *text; text += strcspn (text, "\n"), text += *text == '\n')
    if (wanted (text) && count++ >= skip)
      {
        size_t length = strcspn (text, "\n");
        kbsh_buffer_printf (out, "\n  %.*s%s",
                            length > LINE_MOST ? LINE_MOST : (int)length, text,
                            length > LINE_MOST ? "..." : "");
      }
  return count;
}

char *
kbsh_unit_log (struct kbsh_ctx *ctx, const char *unit, int lines)
{
  struct kbsh_buffer out = { 0 };
  /* Its own processes; the manager's messages (it failed, it is started
   * again) say nothing of the cause, unless it could not be run at all. */
  const char *text = journal (ctx,
                              kbsh_text ("_SYSTEMD_UNIT=%s%s", unit,
                                         strchr (unit, '.') ? "" : ".service"),
                              LOOK_BACK);
  if (text && !*text)
    text = journal (ctx, kbsh_text ("--unit=%s", unit), lines);
  if (!text)
    return NULL;
  if (!add_lines (&out, text, tells_failure,
                  lines < FAILURES ? lines : FAILURES))
    add_lines (&out, text, is_any, lines);
  return kbsh_buffer_take (&out);
}
