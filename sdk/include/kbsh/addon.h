/* SPDX-License-Identifier: Apache-2.0
 *
 * kbsh/addon.h - the functions of an addon whose objects are a template: a
 * data file of its module (YAML, one object a document, in the order in which
 * they are to be made), filled with ${/...} from `values`. Since 1.0.
 *
 * All read the parameter `kubeconfig` (see kbsh_kube_connect()); apply also
 * reads `print-manifest` (a boolean: print the objects as YAML, and change
 * nothing). All return 0, or -1 with the failure recorded.
 */
#ifndef KBSH_ADDON_H
#define KBSH_ADDON_H

#include <json-c/json.h>

#include <kbsh/plugin.h>

/* These parameters, as `accepts` says them. */
#define KBSH_ADDON_ACCEPTS                                                     \
  "[{\"name\": \"kubeconfig\", \"type\": \"any\","                             \
  "  \"required\": true, \"help\": \"how to reach the API server\"},"          \
  " {\"name\": \"print-manifest\", \"type\": \"bool\","                        \
  "  \"help\": \"print the objects instead of applying them\"}]"

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

/* The table of the role addon, for an addon that needs no more than the four
 * above: defines NAME, a static const struct kbsh_addon_ops, and its functions.
 *
 *   KBSH_ADDON_OPS (ops, "example", "objects.yaml", "Example", values);
 *
 * VALUES_OF is json_object *(struct kbsh_ctx *): what fills the template, owned
 * by its caller, or NULL with the failure recorded. */
#define KBSH_ADDON_OPS(name, module, file, title, values_of)                   \
  static int name##_with (                                                     \
      struct kbsh_ctx *ctx,                                                    \
      int (*function) (struct kbsh_ctx *, const struct kbsh_addon *))          \
  {                                                                            \
    json_object *filled = values_of (ctx);                                     \
    struct kbsh_addon addon = { module, file, title, filled };                 \
    int status = filled ? function (ctx, &addon) : -1;                         \
    json_object_put (filled);                                                  \
    return status;                                                             \
  }                                                                            \
  KBSH_ADDON_OP_ (name, render)                                                \
  KBSH_ADDON_OP_ (name, apply)                                                 \
  KBSH_ADDON_OP_ (name, verify)                                                \
  KBSH_ADDON_OP_ (name, remove)                                                \
  static const struct kbsh_addon_ops name                                      \
      = { sizeof name, name##_render, name##_apply, name##_verify,             \
          name##_remove }

/* One of the functions; only for KBSH_ADDON_OPS. */
#define KBSH_ADDON_OP_(name, op)                                               \
  static int name##_##op (struct kbsh_ctx *ctx)                                \
  {                                                                            \
    return name##_with (ctx, kbsh_addon_##op);                                 \
  }

#endif
