/* SPDX-License-Identifier: Apache-2.0
 *
 * kbsh/addon.h - the functions of an addon whose objects are a template: a
 * data file of its module (YAML, one object a document, in the order in which
 * they are to be made), filled with ${/...} from `values`. Since 1.0.
 *
 * All read the parameter `kubeconfig` (a path); apply also reads
 * `print-manifest` (a boolean: print the objects as YAML, and change nothing).
 * All return 0, or -1 with the failure recorded.
 */
#ifndef KBSH_ADDON_H
#define KBSH_ADDON_H

#include <json-c/json.h>

#include <kbsh/plugin.h>

struct kbsh_addon
{
  const char *module; /* whose data file */
  const char *file;
  const char *title;   /* in the user's words, "CoreDNS" */
  json_object *values; /* borrowed */
};

/* Put /objects. */
int kbsh_addon_render (struct kbsh_ctx *ctx, const struct kbsh_addon *addon);
/* Create what is not there, update what differs. */
int kbsh_addon_apply (struct kbsh_ctx *ctx, const struct kbsh_addon *addon);
/* Fail unless all objects are there and say what they should. */
int kbsh_addon_verify (struct kbsh_ctx *ctx, const struct kbsh_addon *addon);
/* Delete the objects, last first; one that is not there is fine. */
int kbsh_addon_remove (struct kbsh_ctx *ctx, const struct kbsh_addon *addon);

#endif
