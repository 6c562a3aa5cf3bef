/* SPDX-License-Identifier: Apache-2.0
 *
 * Waiting for a kubelet's certificate, and why it does not come.
 */
#ifndef PLUGINS_KUBELET_WAIT_H
#define PLUGINS_KUBELET_WAIT_H

#include "kubelet.h"

#include <stdint.h>

struct bootstrap_wait
{
  char *node, *kubeconfig, *certificate, *health; /* health: a URL or NULL */
  struct kbsh_kube kube; /* as the kubelet itself reaches the API server */
  int64_t begin;
  int64_t looked; /* when we last looked at what goes wrong */
  int denied;     /* how many times in a row it was denied then */
  int healthy;    /* the kubelet has answered */
};

/* 1 when there is no point in waiting on: it is denied, or the kubelet does not
 * come up. The failure is recorded then. */
int wait_is_hopeless (struct kbsh_ctx *ctx, struct bootstrap_wait *wait);
/* The time is over: record why; -1. */
int wait_explain (struct kbsh_ctx *ctx, struct bootstrap_wait *wait);

#endif
