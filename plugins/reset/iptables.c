/* SPDX-License-Identifier: Apache-2.0
 *
 * reset.iptables: the chains of the kubelet and of kube-proxy, which all begin
 * with KUBE-, and the rules elsewhere that lead to them. Nothing else is
 * touched: what is done is said to iptables-restore --noflush as single
 * deletions.
 */
#include "reset.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kbsh/cleanup.h>
#include <kbsh/service.h>

const char *const iptables_programs[]
    = { "iptables",         "ip6tables",    "iptables-legacy",
        "ip6tables-legacy", "iptables-nft", "ip6tables-nft", NULL };

static int
is_kube (const char *chain)
{
  return !strncmp (chain, "KUBE-", 5);
}

/* "-A CHAIN ...": does the rule stand elsewhere, and lead to such a chain? */
static int
leads_there (const char *line)
{
  static const char *const jumps[] = { " -j KUBE-", " -g KUBE-", NULL };
  if (strncmp (line, "-A ", 3) || is_kube (line + 3))
    return 0;
  for (const char *const *jump = jumps; *jump; jump++)
    if (strstr (line, *jump))
      return 1;
  return 0;
}

static void
add_chains (struct kbsh_buffer *out, char *const *lines, size_t count,
            const char *format)
{
  for (size_t i = 0; i < count; i++)
    if (*lines[i] == ':' && is_kube (lines[i] + 1))
      kbsh_buffer_printf (out, format,
                          (int)strcspn (lines[i] + 1, " "), lines[i] + 1);
}

/* One table, from "*NAME" to before "COMMIT". Declaring a chain empties it; a
 * chain can go when no rule leads to it. */
static void
add_table (struct kbsh_buffer *out, char *const *lines, size_t count)
{
  size_t before, start = out->length;
  kbsh_buffer_printf (out, "%s\n", lines[0]);
  before = out->length;
  add_chains (out, lines, count, ":%.*s - [0:0]\n");
  for (size_t i = 0; i < count; i++)
    if (leads_there (lines[i]))
      kbsh_buffer_printf (out, "-D %s\n", lines[i] + 3);
  add_chains (out, lines, count, "-X %.*s\n");
  if (!out->failed && out->length == before)
    out->length = start;
  else
    kbsh_buffer_puts (out, "COMMIT\n");
  if (out->data)
    out->data[out->length] = '\0';
}

void
iptables_script (const char *saved, struct kbsh_buffer *out)
{
  kbsh_autofree char *text = strdup (saved);
  kbsh_autofree char **lines
      = calloc (strlen (saved) / 2 + 2, sizeof *lines);
  size_t count = 0;
  char *rest = text;
  if (!text || !lines)
    {
      out->failed = 1;
      return;
    }
  for (char *line; (line = strsep (&rest, "\n"));)
    {
      if (*line == '*')
        count = 0;
      if (!strcmp (line, "COMMIT") && count)
        add_table (out, lines, count);
      else if (*line == '*' || count)
        lines[count++] = line;
    }
}

int
iptables_has (const char *saved)
{
  return strstr (saved, "\n:KUBE-") != NULL;
}

/* Where it is installed; 0: nowhere. */
static int
find_program (const char *program, char out[PATH_MAX])
{
  static const char *const folders[]
      = { "/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/bin", NULL };
  for (const char *const *folder = folders; *folder; folder++)
    {
      kbsh_autofree char *path = kbsh_text ("%s/%s-save", *folder, program);
      if (path && realpath (path, out))
        return 1;
    }
  return 0;
}

/* "iptables" is one of the two kinds: it is asked once. */
static int
is_another (const char *program)
{
  char own[PATH_MAX], usual[PATH_MAX];
  const char *kind = strchr (program, '-');
  if (!find_program (program, own))
    return 0;
  return !kind
         || !find_program (strncmp (program, "ip6", 3) ? "iptables"
                                                       : "ip6tables",
                           usual)
         || strcmp (own, usual);
}

/* Asking the older kind would load the kernel's modules for it. */
static int
legacy_in_use (struct kbsh_ctx *ctx, const char *program)
{
  const char *file = strncmp (program, "ip6", 3) ? "/proc/net/ip_tables_names"
                                                 : "/proc/net/ip6_tables_names";
  const char *names = ctx->host->read_file (ctx, file, NULL);
  if (ctx->host->failed (ctx))
    ctx->host->forgive (ctx);
  return names && *names;
}

const char *
iptables_saved (struct kbsh_ctx *ctx, const char *program)
{
  kbsh_autofree char *save = kbsh_text ("%s-save", program);
  const char *const argv[] = { save, NULL };
  struct kbsh_program run = { .size = sizeof run,
                              .argv = argv,
                              .flags = KBSH_QUERY | KBSH_ALLOW_FAIL };
  struct kbsh_output output = { .size = sizeof output };
  if (!save || !is_another (program)
      || (strstr (program, "-legacy") && !legacy_in_use (ctx, program)))
    return NULL;
  if (ctx->host->run_program (ctx, &run, &output))
    {
      kbsh_debug (ctx, "%s", ctx->host->forgive (ctx));
      return NULL;
    }
  return output.status ? NULL : output.out;
}

static int
clean (struct kbsh_ctx *ctx, const char *program)
{
  struct kbsh_buffer script KBSH_CLEANUP (kbsh_buffer_free) = { 0 };
  kbsh_autofree char *restore = kbsh_text ("%s-restore", program);
  const char *const argv[] = { restore, "--noflush", "-w", "10", NULL };
  struct kbsh_program run = { .size = sizeof run, .argv = argv };
  struct kbsh_output output = { .size = sizeof output };
  const char *saved = iptables_saved (ctx, program);
  if (!saved)
    return 0;
  iptables_script (saved, &script);
  if (script.failed || !restore)
    return kbsh_fail_memory (ctx);
  if (!script.length)
    return 0;
  run.input = script.data;
  run.input_length = script.length;
  if (ctx->host->run_program (ctx, &run, &output))
    return -1;
  if (!ctx->dry_run)
    kbsh_say (ctx, "Removed the chains KUBE-* from %s", program);
  return 0;
}

int
iptables_run (struct kbsh_ctx *ctx)
{
  for (const char *const *program = iptables_programs; *program; program++)
    if (clean (ctx, *program))
      return -1;
  return 0;
}
