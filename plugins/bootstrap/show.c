/* SPDX-License-Identifier: Apache-2.0
 *
 * bootstrap.show: what to do next, with the line by which a machine joins.
 */
#include "bootstrap.h"

#include <kbsh/cleanup.h>
#include <kbsh/pki.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

/* "sha256:..." of the CA's public key, by which it is recognised. */
static int
ca_hash (struct kbsh_ctx *ctx, struct kbsh_certificate_facts *facts)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autofree char *path
      = kbsh_text ("%s/ca.crt", ctx->host->get_string (ctx, "config:/paths/pki",
                                                       "/etc/kubernetes/pki"));
  const char *ca = path ? ctx->host->read_file (ctx, path, NULL) : NULL;
  if (!ca)
    return kbsh_fail (ctx, "the CA's certificate can't be read", NULL,
                      "the join command can't be shown");
  return kbsh_pki_facts (ca, facts, &err) ? kbsh_fail_error (ctx, &err) : 0;
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
print_join (struct kbsh_ctx *ctx, const char *token, const char *hash,
            const char *role)
{
  return kbsh_print (
      ctx,
      "  kubeadm join %s --token %s \\\n"
      "      --discovery-token-ca-cert-hash sha256:%s%s\n",
      ctx->host->get_string (ctx, "config:/endpoint/control-plane", ""), token,
      hash, role);
}

static int
print_control_plane (struct kbsh_ctx *ctx, const char *token, const char *hash)
{
  const char *key = kbsh_input_string (ctx, "certificate-key", NULL);
  kbsh_autofree char *role = NULL;
  if (!key)
    return 0;
  if (ctx->host->get_bool (ctx, "skip-certificate-key-print", 0))
    key = "<value withheld>";
  role = kbsh_text (" \\\n      --control-plane --certificate-key %s", key);
  if (!role)
    return kbsh_fail_memory (ctx);
  return kbsh_print (ctx, "Another control plane joins within two hours "
                          "with:\n\n")
                 || print_join (ctx, token, hash, role)
                 || kbsh_print (ctx, "\n")
             ? -1
             : 0;
}

int
bootstrap_show (struct kbsh_ctx *ctx)
{
  struct kbsh_certificate_facts facts;
  const char *token = kbsh_input_string (ctx, "token", "<no token>");
  if (ctx->host->get_bool (ctx, "skip-token-print", 0))
    token = "<value withheld>";
  if (ca_hash (ctx, &facts) || print_how_to_use (ctx)
      || print_control_plane (ctx, token, facts.spki_sha256)
      || kbsh_print (ctx, "A worker joins with:\n\n"))
    return -1;
  return print_join (ctx, token, facts.spki_sha256, "");
}
