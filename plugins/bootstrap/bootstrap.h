/* SPDX-License-Identifier: Apache-2.0
 *
 * What the parts of the module bootstrap share.
 */
#ifndef PLUGINS_BOOTSTRAP_H
#define PLUGINS_BOOTSTRAP_H

#include <json-c/json.h>
#include <kbsh/kube.h>
#include <kbsh/plugin.h>

/* tokens.c: make each token of config:/init/bootstrapTokens be there, and put
 * it as a fact. */
int bootstrap_tokens (struct kbsh_ctx *ctx, const struct kbsh_kube *kube);
/* cluster-info.c: what a machine without credentials may learn. */
int bootstrap_cluster_info (struct kbsh_ctx *ctx, const struct kbsh_kube *kube);
int bootstrap_show (struct kbsh_ctx *ctx); /* show.c */

#endif
