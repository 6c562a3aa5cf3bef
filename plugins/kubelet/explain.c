/* SPDX-License-Identifier: Apache-2.0
 *
 * Why a kubelet gets no certificate: it was denied one, nobody signs it, it
 * did not ask, or the API server can't be reached.
 */
#include "wait.h"

#include <kbsh/cleanup.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <string.h>

enum
{
  LAST_LINES = 8,
  DENIED_LOOKS = 3 /* one may be left from an earlier attempt */
};

static const char again[] = "mend the cause and run the same command again";

static int
fail_with_log (struct kbsh_ctx *ctx, const char *why, const char *remedy,
               const char *what)
{
  kbsh_autofree char *lines = kbsh_unit_log (ctx, KUBELET_UNIT, LAST_LINES);
  kbsh_autofree char *text = kbsh_text (
      "%s%s%s", why, lines && *lines ? "; the kubelet's last lines:" : "",
      lines ? lines : "");
  return text ? kbsh_fail (ctx, text, remedy, "%s", what)
              : kbsh_fail_memory (ctx);
}

static int
explain_denied (struct kbsh_ctx *ctx, const struct kubelet_request *request)
{
  kbsh_autofree char *why = kbsh_text (
      "the request %s was %s: %s", request->name,
      request->state == REQUEST_DENIED ? "denied" : "not signed", request->why);
  return kbsh_fail (ctx, why,
                    "ask whoever approves certificates in this cluster, then "
                    "run the same command again",
                    "the kubelet gets no certificate");
}

static int
explain_waiting (struct kbsh_ctx *ctx, const struct kubelet_request *request)
{
  int pending = request->state == REQUEST_PENDING;
  kbsh_autofree char *why = kbsh_text (
      "the request %s %s", request->name,
      pending ? "waits: nobody has approved it"
              : "was approved, and nobody has signed it: is the controller "
                "manager well?");
  kbsh_autofree char *remedy = kbsh_text (
      pending ? "approve it on a control plane (kubectl certificate approve "
                "%s), then run the same command again"
              : "look at the controller manager (kubectl describe csr %s), "
                "then run the same command again",
      request->name);
  return kbsh_fail (ctx, why, remedy, "the kubelet gets no certificate");
}

int
wait_explain (struct kbsh_ctx *ctx, struct bootstrap_wait *wait)
{
  struct kubelet_request request;
  kbsh_progress (ctx, NULL);
  if (kubelet_request_state (ctx, &wait->kube, wait->node, &request))
    {
      kbsh_autofree char *why = strdup (ctx->host->forgive (ctx));
      return fail_with_log (ctx, why ? why : "", again,
                            "the kubelet gets no certificate: the API server "
                            "does not tell what became of its request");
    }
  switch (request.state)
    {
    case REQUEST_DENIED:
    case REQUEST_FAILED:
      return explain_denied (ctx, &request);
    case REQUEST_PENDING:
    case REQUEST_APPROVED:
      return explain_waiting (ctx, &request);
    case REQUEST_ISSUED:
      return fail_with_log (ctx, "it was signed, and is not there", again,
                            "the kubelet has not fetched its certificate");
    default:
      return fail_with_log (ctx, "the cluster has no request for this node",
                            again,
                            "the kubelet has not asked for a certificate");
    }
}

static int
is_denied (struct kbsh_ctx *ctx, struct bootstrap_wait *wait)
{
  struct kubelet_request request;
  if (kubelet_request_state (ctx, &wait->kube, wait->node, &request))
    ctx->host->forgive (ctx);
  else
    wait->denied
        = request.state == REQUEST_DENIED || request.state == REQUEST_FAILED
              ? wait->denied + 1
              : 0;
  return wait->denied >= DENIED_LOOKS && explain_denied (ctx, &request);
}

/* One that ends again and again never answers. */
static int
is_dead (struct kbsh_ctx *ctx, struct bootstrap_wait *wait)
{
  struct kbsh_response response = { 0 };
  struct kbsh_request request = { .size = sizeof request,
                                  .method = "GET",
                                  .url = wait->health,
                                  .subject = "the kubelet",
                                  .timeout_ms = 2000 };
  if (!wait->health || wait->healthy)
    return 0;
  if (ctx->host->request (ctx, &request, &response))
    ctx->host->forgive (ctx);
  else if (response.status)
    wait->healthy = 1;
  if (wait->healthy
      || kbsh_now_ms () - wait->begin
             < ctx->host->get_int (ctx, "config:/timeouts/kubelet", 240000))
    return 0;
  fail_with_log (ctx, response.reason ? response.reason : "no answer",
                 "look at the whole of it with: journalctl -xeu kubelet",
                 "the kubelet does not come up");
  return 1;
}

int
wait_is_hopeless (struct kbsh_ctx *ctx, struct bootstrap_wait *wait)
{
  return is_dead (ctx, wait) || is_denied (ctx, wait);
}
