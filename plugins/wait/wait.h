/* SPDX-License-Identifier: Apache-2.0
 *
 * What the parts of the module wait share.
 */
#ifndef PLUGINS_WAIT_H
#define PLUGINS_WAIT_H

#include <kbsh/plugin.h>

#include <stdint.h>
#include <stdio.h>

#define WAIT_LAST 1024

struct wait_for
{
  const char *subject;
  const char *url;
  int64_t timeout_ms;
  /* 1 when there is no point in waiting on; or NULL */
  int (*hopeless) (struct kbsh_ctx *ctx, const char *subject);
  char *last; /* room for WAIT_LAST bytes: why the last try failed, and how
                 long it was waited in all */
};

/* Where a static Pod's own probe asks (probe.c); the caller frees. */
char *wait_probe_url (struct kbsh_ctx *ctx, const char *component);

/* explain.c: record why; always -1. */
int wait_is_hopeless (struct kbsh_ctx *ctx, const char *component);
int wait_explain_kubelet (struct kbsh_ctx *ctx, const char *last);
int wait_explain_component (struct kbsh_ctx *ctx, const char *component,
                            const char *last);

#endif
