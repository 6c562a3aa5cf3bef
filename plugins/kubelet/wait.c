/* SPDX-License-Identifier: Apache-2.0
 *
 * kubelet.wait-bootstrap: until the kubelet has a certificate of its own. What
 * it asked with is then taken away, and its node is told of the runtime.
 */
#include "wait.h"

#include <kbsh/cleanup.h>
#include <kbsh/net.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <unistd.h>

enum
{
  POLL_MS = 100,
  LOOK_MS = 5000 /* between looks at what goes wrong */
};

static void
close_wait (struct bootstrap_wait *wait)
{
  kbsh_kube_close (&wait->kube);
  free (wait->node);
  free (wait->kubeconfig);
  free (wait->certificate);
  free (wait->health);
}

/* Where the kubelet tells its health; NULL: it was told not to. */
static char *
health_url (struct kbsh_ctx *ctx)
{
  kbsh_autofree char *at = NULL;
  int64_t port = ctx->host->get_int (ctx, "config:/kubelet/healthzPort", 10248);
  if (port < 1 || port > 65535)
    return NULL;
  at = kbsh_host_port_join (
      kbsh_input_string (ctx, "config:/kubelet/healthzBindAddress",
                         "127.0.0.1"),
      (int)port);
  return at ? kbsh_text ("http://%s/healthz", at) : NULL;
}

static int
open_wait (struct kbsh_ctx *ctx, struct bootstrap_wait *wait)
{
  wait->node = kubelet_node (ctx);
  wait->kubeconfig = kubelet_kubeconfig (ctx);
  wait->certificate = kubelet_certificate (ctx);
  wait->health = health_url (ctx);
  wait->begin = wait->looked = kbsh_now_ms ();
  if (!wait->node || !wait->kubeconfig || !wait->certificate)
    return kbsh_fail_memory (ctx);
  return kbsh_kube_connect (ctx, &wait->kube);
}

/* The kubeconfig alone may be there long before the certificate is. */
static int
is_usable (struct kbsh_ctx *ctx, const struct bootstrap_wait *wait)
{
  KBSH_CLEANUP (kbsh_kube_close) struct kbsh_kube own = { 0 };
  if (access (wait->kubeconfig, F_OK) || access (wait->certificate, F_OK))
    return 0;
  if (!kbsh_kube_open (ctx, wait->kubeconfig, &own))
    return 1;
  kbsh_debug (ctx, "%s is not usable yet: %s", wait->kubeconfig,
              ctx->host->forgive (ctx));
  return 0;
}

static int
wait_certificate (struct kbsh_ctx *ctx, struct bootstrap_wait *wait)
{
  int64_t timeout
      = ctx->host->get_int (ctx, "config:/timeouts/tls-bootstrap", 300000);
  if (!is_usable (ctx, wait))
    kbsh_progress (ctx, "waiting for the kubelet's own certificate");
  while (!is_usable (ctx, wait))
    {
      int64_t now = kbsh_now_ms ();
      if (now - wait->begin >= timeout)
        return wait_explain (ctx, wait);
      if (now - wait->looked >= LOOK_MS)
        {
          if (wait_is_hopeless (ctx, wait))
            return -1;
          wait->looked = kbsh_now_ms ();
        }
      usleep (POLL_MS * 1000);
    }
  kbsh_progress (ctx, NULL);
  kbsh_say (ctx, "The kubelet has its own certificate after %.1f s",
            (double)(kbsh_now_ms () - wait->begin) / 1000);
  return 0;
}

/* A credential that others could join with is not left lying about, whatever
 * came of it. */
static int
remove_bootstrap (struct kbsh_ctx *ctx)
{
  kbsh_autofree char *path = kubelet_bootstrap_kubeconfig (ctx);
  return path ? ctx->host->remove_secret (ctx, path) : kbsh_fail_memory (ctx);
}

static int
annotate (struct kbsh_ctx *ctx, const struct bootstrap_wait *wait)
{
  KBSH_CLEANUP (kbsh_kube_close) struct kbsh_kube own = { 0 };
  struct kbsh_annotation note
      = { kbsh_input_string (
              ctx, "config:/release/objects/cri-socket-annotation", NULL),
          kbsh_input_string (ctx, "runtime:/socket", NULL) };
  kbsh_autofree char *path = kubelet_node_path (ctx, wait->node);
  kbsh_autofree char *subject = kbsh_text ("node %s", wait->node);
  if (!path || !subject)
    return path ? kbsh_fail_memory (ctx) : -1;
  if (!note.key || !note.value)
    return 0;
  if (kbsh_kube_open (ctx, wait->kubeconfig, &own))
    return -1;
  return kbsh_kube_annotate (ctx, &own, path, subject, &note,
                             (uint32_t)ctx->host->get_int (
                                 ctx, "config:/timeouts/kubernetes-api", 60000))
                 < 0
             ? -1
             : 0;
}

int
kubelet_wait_bootstrap (struct kbsh_ctx *ctx)
{
  KBSH_CLEANUP (close_wait) struct bootstrap_wait wait = { 0 };
  int failed;
  if (open_wait (ctx, &wait))
    return -1;
  if (ctx->dry_run && !is_usable (ctx, &wait))
    {
      kbsh_say (ctx, "Would wait for the kubelet's own certificate");
      return remove_bootstrap (ctx);
    }
  failed = wait_certificate (ctx, &wait);
  return remove_bootstrap (ctx) || failed ? -1 : annotate (ctx, &wait);
}
