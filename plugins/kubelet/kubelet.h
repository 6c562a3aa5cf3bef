/* SPDX-License-Identifier: Apache-2.0
 *
 * What the parts of the module kubelet share.
 */
#ifndef PLUGINS_KUBELET_H
#define PLUGINS_KUBELET_H

#include <json-c/json.h>
#include <kbsh/plugin.h>

/* tables.c: the release's table about the kubelet, filled. */
json_object *kubelet_rules (struct kbsh_ctx *ctx);
/* The content of the file that hands flags to the kubelet; the caller frees. */
char *kubelet_flags_text (struct kbsh_ctx *ctx, json_object *rules);
/* The configuration, with the release's part and the user's patches. */
json_object *kubelet_configuration (struct kbsh_ctx *ctx, json_object *rules);

int kubelet_start (struct kbsh_ctx *ctx);    /* start.c */
int kubelet_finalize (struct kbsh_ctx *ctx); /* finalize.c */

#endif
