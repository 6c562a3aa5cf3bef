/* SPDX-License-Identifier: Apache-2.0
 *
 * The manifests of this machine's static Pods, which say what its etcd and its
 * API server were started with.
 */
#include "reset.h"

#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/service.h>
#include <kbsh/yaml.h>

const char *
manifest_folder (struct kbsh_ctx *ctx)
{
  return kbsh_input_string (ctx, "config:/paths/manifests",
                            "/etc/kubernetes/manifests");
}

json_object *
manifest_read (struct kbsh_ctx *ctx, const char *name)
{
  kbsh_autofree char *path
      = kbsh_text ("%s/%s.yaml", manifest_folder (ctx), name);
  const char *text = path ? ctx->host->read_file (ctx, path, NULL) : NULL;
  if (!path)
    kbsh_fail_memory (ctx);
  return text ? kbsh_yaml_one (path, text, strlen (text), NULL) : NULL;
}
