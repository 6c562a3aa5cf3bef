/* SPDX-License-Identifier: Apache-2.0
 *
 * reset.left: what a reset does not take away, as far as it is there.
 */
#include "reset.h"

#include <glob.h>
#include <unistd.h>

#include <kbsh/cleanup.h>
#include <kbsh/service.h>

static void
add_networks (struct kbsh_buffer *text)
{
  glob_t all = { 0 };
  if (!glob ("/etc/cni/net.d/[!.]*", 0, NULL, &all))
    {
      kbsh_buffer_puts (text, "- the configuration of the pod network:");
      for (size_t i = 0; i < all.gl_pathc; i++)
        kbsh_buffer_printf (text, " %s", all.gl_pathv[i]);
      kbsh_buffer_puts (text, "\n");
    }
  globfree (&all);
}

static void
add_rules (struct kbsh_ctx *ctx, struct kbsh_buffer *text)
{
  for (const char *const *program = iptables_programs; *program; program++)
    {
      const char *saved = iptables_saved (ctx, *program);
      if (!saved || !iptables_has (saved))
        continue;
      kbsh_buffer_printf (text,
                          "- chains KUBE-* in %s: kbsh reset "
                          "--clean-iptables removes them\n",
                          *program);
      return;
    }
}

static void
add_ipvs (struct kbsh_ctx *ctx, struct kbsh_buffer *text)
{
  size_t length = 0;
  const char *table = ctx->host->read_file (ctx, "/proc/net/ip_vs", &length);
  int lines = 0;
  if (ctx->host->failed (ctx))
    ctx->host->forgive (ctx);
  for (size_t i = 0; table && i < length; i++)
    lines += table[i] == '\n';
  if (lines > 3)
    kbsh_buffer_puts (text, "- tables of IPVS: ipvsadm --clear\n");
}

static void
add_users (struct kbsh_buffer *text)
{
  if (!access ("/root/.kube/config", F_OK))
    kbsh_buffer_puts (text, "- a kubeconfig: /root/.kube/config\n");
}

int
left_run (struct kbsh_ctx *ctx)
{
  struct kbsh_buffer text KBSH_CLEANUP (kbsh_buffer_free) = { 0 };
  add_networks (&text);
  add_rules (ctx, &text);
  add_ipvs (ctx, &text);
  add_users (&text);
  if (text.failed)
    return kbsh_fail_memory (ctx);
  kbsh_buffer_puts (&text,
                    "- kubeconfig files that users have copied, and this "
                    "machine's Node object where the\n  cluster lives on "
                    "(kubectl delete node NAME)\n");
  return kbsh_print (ctx,
                     "This machine is no longer part of a cluster. What is "
                     "left to you:\n\n%s",
                     text.data ? text.data : "");
}
