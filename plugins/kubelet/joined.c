/* SPDX-License-Identifier: Apache-2.0
 *
 * Is this machine a node already, and of which cluster?
 */
#include "kubelet.h"

#include <kbsh/cleanup.h>
#include <kbsh/pki.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <ctype.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END "-----END CERTIFICATE-----"

/* The next sign of a certificate from *p on, or 0. `inside`: we are in one. */
static char
next_sign (const char **p, int *inside)
{
  for (;;)
    {
      if (!*inside)
        {
          const char *begin = strstr (*p, BEGIN);
          if (!begin)
            return 0;
          *p = begin + strlen (BEGIN);
          *inside = 1;
        }
      while (isspace ((unsigned char)**p))
        ++*p;
      if (strncmp (*p, END, strlen (END)))
        return **p ? *(*p)++ : 0;
      *p += strlen (END);
      *inside = 0;
    }
}

int
kubelet_same_certificates (const char *a, const char *b)
{
  int in_a = 0, in_b = 0;
  char one, other;
  do
    {
      one = next_sign (&a, &in_a);
      other = next_sign (&b, &in_b);
    }
  while (one && one == other);
  return one == other;
}

/* What kubelet.conf says, when all that it names is there. */
static int
read_own (struct kbsh_ctx *ctx, const char *path, struct kbsh_kube *own)
{
  if (access (path, F_OK) != 0)
    return 0;
  if (!kbsh_kube_open (ctx, path, own))
    return own->certificate && own->ca;
  kbsh_debug (ctx, "%s is not used: %s", path, ctx->host->forgive (ctx));
  return 0;
}

static int
other_cluster (struct kbsh_ctx *ctx, const char *path)
{
  kbsh_autofree char *why = kbsh_text ("%s has another CA", path);
  return kbsh_fail (ctx, why,
                    "take this machine out of it first (kbsh reset, or "
                    "kubeadm reset)",
                    "this machine is a node of another cluster");
}

static int
other_node (struct kbsh_ctx *ctx, const char *path, const char *name)
{
  kbsh_autofree char *why
      = kbsh_text ("the certificate in %s is that of '%s'", path, name);
  return kbsh_fail (ctx, why,
                    "keep that name, or take this machine out of the cluster "
                    "first (kbsh reset, or kubeadm reset)",
                    "this machine has joined under another name");
}

/* An expired certificate is as good as none. */
static int
is_node (struct kbsh_ctx *ctx, const struct kbsh_kube *own, const char *path,
         const char *node)
{
  struct kbsh_certificate_facts facts;
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autofree char *wanted = kbsh_text ("system:node:%s", node);
  if (!wanted)
    return kbsh_fail_memory (ctx);
  if (kbsh_pki_facts (own->certificate, &facts, &err)
      || facts.not_after < (int64_t)time (NULL))
    return 0;
  return strcmp (facts.common_name, wanted)
             ? other_node (ctx, path, facts.common_name)
             : 1;
}

int
kubelet_joined (struct kbsh_ctx *ctx, const struct kbsh_kube *cluster,
                const char *node)
{
  KBSH_CLEANUP (kbsh_kube_close) struct kbsh_kube own = { 0 };
  kbsh_autofree char *path = kubelet_kubeconfig (ctx);
  if (!path)
    return kbsh_fail_memory (ctx);
  if (!read_own (ctx, path, &own))
    return 0;
  if (cluster->ca && !kubelet_same_certificates (own.ca, cluster->ca))
    return other_cluster (ctx, path);
  return is_node (ctx, &own, path, node);
}
