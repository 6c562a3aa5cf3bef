/* SPDX-License-Identifier: Apache-2.0
 *
 * kubelet.finalize: the kubelet's kubeconfig names the client certificate that
 * the kubelet keeps and rotates, instead of holding the first one.
 */
#include "kubelet.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>
#include <kbsh/yaml.h>

#include <string.h>
#include <unistd.h>

/* The entry of this node's user. */
static json_object *
find_user (struct kbsh_ctx *ctx, json_object *kubeconfig, const char *path)
{
  json_object *users = kbsh_json_at (kubeconfig, "/users");
  const char *node = ctx->host->get_string (ctx, "config:/node/name", "");
  kbsh_autofree char *name = kbsh_text ("system:node:%s", node);
  for (size_t i = 0; name && i < kbsh_json_length (users, ""); i++)
    {
      json_object *user = json_object_array_get_idx (users, i);
      if (strcmp (kbsh_json_string (user, "/name", ""), name) == 0)
        return kbsh_json_at (user, "/user");
    }
  kbsh_fail (ctx, "it is the kubeconfig of another node, or was changed",
             "remove it and run the phase kubeconfig kubelet again",
             "%s has no user %s", path, name ? name : "of this node");
  return NULL;
}

/* 1 changed, 0 it was so, -1. */
static int
point_to (struct kbsh_ctx *ctx, json_object *user, const char *pem)
{
  const char *now = kbsh_json_string (user, "/client-certificate", "");
  if (strcmp (now, pem) == 0)
    return 0;
  kbsh_json_remove (user, "/client-certificate-data");
  kbsh_json_remove (user, "/client-key-data");
  if (json_object_object_add (user, "client-certificate",
                              json_object_new_string (pem))
      || json_object_object_add (user, "client-key",
                                 json_object_new_string (pem)))
    return kbsh_fail_memory (ctx);
  return 1;
}

/* The kubelet goes on: it took the first certificate into its store when it was
 * started, and presents what the store has. It reads its kubeconfig at the next
 * start. (A restart here would have it probe containers that it has not seen
 * running yet, and stop them.) */
static int
rewrite (struct kbsh_ctx *ctx, const char *path, const char *pem)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *kubeconfig
      = kbsh_read_yaml (ctx, path, "run the phase kubeconfig kubelet first");
  json_object *user = kubeconfig ? find_user (ctx, kubeconfig, path) : NULL;
  kbsh_autowipe char *text = NULL;
  int changed = user ? point_to (ctx, user, pem) : -1;
  if (changed <= 0)
    return changed;
  text = kbsh_yaml_text (kubeconfig, &err);
  if (!text)
    return kbsh_fail_error (ctx, &err);
  if (kbsh_write_secret (ctx, path, text))
    return -1;
  kbsh_say (ctx, "%s now names the certificate that the kubelet rotates", path);
  return 0;
}

int
kubelet_finalize (struct kbsh_ctx *ctx)
{
  kbsh_autofree char *pem = kubelet_certificate (ctx);
  kbsh_autofree char *path = kubelet_kubeconfig (ctx);
  if (!pem || !path)
    return kbsh_fail_memory (ctx);
  if (access (pem, F_OK) != 0)
    {
      kbsh_debug (ctx, "the kubelet does not rotate its certificate: no %s",
                  pem);
      return 0;
    }
  return rewrite (ctx, path, pem);
}
