/* SPDX-License-Identifier: Apache-2.0
 *
 * bootstrap.show: what to do next, with the line by which a machine joins.
 */
#include "bootstrap.h"

#include <kbsh/cleanup.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

static const char *
read_ca (struct kbsh_ctx *ctx)
{
  kbsh_autofree char *path
      = kbsh_text ("%s/ca.crt", ctx->host->get_string (ctx, "config:/paths/pki",
                                                       "/etc/kubernetes/pki"));
  const char *ca = path ? ctx->host->read_file (ctx, path, NULL) : NULL;
  if (!ca)
    kbsh_fail (ctx, "the CA's certificate can't be read", NULL,
               "the join command can't be shown");
  return ca;
}

static int
print_how_to_use (struct kbsh_ctx *ctx)
{
  return kbsh_print (
      ctx,
      "\nYour Kubernetes control-plane has initialized successfully!\n\n"
      "To use it as an ordinary user:\n\n"
      "  mkdir -p $HOME/.kube\n"
      "  sudo cp -i %s $HOME/.kube/config\n"
      "  sudo chown $(id -u):$(id -g) $HOME/.kube/config\n\n"
      "As root it is enough to say:\n\n"
      "  export KUBECONFIG=%s\n\n",
      ctx->host->get_string (ctx, "config:/paths/admin",
                             "/etc/kubernetes/admin.conf"),
      ctx->host->get_string (ctx, "config:/paths/admin",
                             "/etc/kubernetes/admin.conf"));
}

static int
print_join (struct kbsh_ctx *ctx, const struct bootstrap_line *line)
{
  kbsh_autowipe char *text = bootstrap_join_line (ctx, line);
  return text ? kbsh_print (ctx, "  %s\n", text) : -1;
}

static int
print_control_plane (struct kbsh_ctx *ctx, const struct bootstrap_line *worker)
{
  struct bootstrap_line line = *worker;
  line.key = kbsh_input_string (ctx, "certificate-key", NULL);
  if (!line.key)
    return 0;
  if (ctx->host->get_bool (ctx, "skip-certificate-key-print", 0))
    line.key = "<value withheld>";
  return kbsh_print (ctx, "Another control plane joins within two hours "
                          "with:\n\n")
                 || print_join (ctx, &line) || kbsh_print (ctx, "\n")
             ? -1
             : 0;
}

int
bootstrap_show (struct kbsh_ctx *ctx)
{
  struct bootstrap_line line
      = { .endpoint
          = ctx->host->get_string (ctx, "config:/endpoint/control-plane", ""),
          .ca = read_ca (ctx),
          .token = kbsh_input_string (ctx, "token", "<no token>"),
          .space = " \\\n      " };
  if (ctx->host->get_bool (ctx, "skip-token-print", 0))
    line.token = "<value withheld>";
  if (!line.ca || print_how_to_use (ctx) || print_control_plane (ctx, &line)
      || kbsh_print (ctx, "A worker joins with:\n\n"))
    return -1;
  return print_join (ctx, &line);
}
