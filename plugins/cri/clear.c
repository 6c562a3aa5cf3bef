/* SPDX-License-Identifier: Apache-2.0
 *
 * All pods of a runtime stopped and removed, with their containers. What the
 * runtime fails at is tried again: a pod may just be starting.
 */
#include "api.h"

#include <unistd.h>

#include <kbsh/cleanup.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

enum
{
  TRIES = 5,
  PAUSE_US = 500 * 1000
};

static int
list (struct cri *cri, Cri__ListPodSandboxResponse **answer)
{
  Cri__ListPodSandboxRequest request = CRI__LIST_POD_SANDBOX_REQUEST__INIT;
  return cri_ask (cri, 0, "ListPodSandbox", &request.base,
                  &cri__list_pod_sandbox_response__descriptor,
                  (ProtobufCMessage **)answer);
}

static int
clear_one (struct cri *cri, char *id)
{
  Cri__StopPodSandboxRequest stop = CRI__STOP_POD_SANDBOX_REQUEST__INIT;
  Cri__RemovePodSandboxRequest remove = CRI__REMOVE_POD_SANDBOX_REQUEST__INIT;
  CRI_FREE Cri__StopPodSandboxResponse *stopped = NULL;
  CRI_FREE Cri__RemovePodSandboxResponse *removed = NULL;
  kbsh_autofree char *about = kbsh_text ("remove the pod %.13s", id);
  int bad;
  cri->about = about;
  stop.pod_sandbox_id = remove.pod_sandbox_id = id;
  bad = cri_ask (cri, 0, "StopPodSandbox", &stop.base,
                 &cri__stop_pod_sandbox_response__descriptor,
                 (ProtobufCMessage **)&stopped)
        || cri_ask (cri, 0, "RemovePodSandbox", &remove.base,
                    &cri__remove_pod_sandbox_response__descriptor,
                    (ProtobufCMessage **)&removed);
  cri->about = NULL;
  return bad;
}

/* All that are there now, although some fail: how many failed, or -1 when they
 * can't be asked for. The last failure stays recorded. */
static int
clear_all (struct cri *cri, size_t *count)
{
  CRI_FREE Cri__ListPodSandboxResponse *answer = NULL;
  int failed = 0;
  if (list (cri, &answer))
    return -1;
  *count = answer->n_items;
  for (size_t i = 0; i < answer->n_items; i++)
    {
      kbsh_progress (cri->ctx, "removing %zu of %zu pods", i + 1,
                     answer->n_items);
      if (failed)
        cri->ctx->host->forgive (cri->ctx);
      failed += clear_one (cri, answer->items[i]->id) != 0;
    }
  return failed;
}

int
cri_clear (struct kbsh_ctx *ctx)
{
  CRI_AUTO struct cri cri = { 0 };
  kbsh_autofree char *removed = NULL;
  size_t count = 0, again = 0;
  int left;
  if (cri_open_input (ctx, &cri))
    return -1;
  left = clear_all (&cri, &count);
  for (int try = 1; left > 0 && try < TRIES; try++)
    {
      kbsh_debug (ctx, "%d pods are left: %s", left, ctx->host->forgive (ctx));
      usleep (PAUSE_US);
      left = clear_all (&cri, &again);
    }
  if (left)
    return -1;
  removed = kbsh_text ("%zu", count);
  return removed ? ctx->host->put (ctx, "/removed", removed)
                 : kbsh_fail_memory (ctx);
}
