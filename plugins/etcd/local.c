/* SPDX-License-Identifier: Apache-2.0
 *
 * This machine's own member, as the manifest of its static Pod says it.
 */
#include "etcd.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <string.h>

/* The value of an argument of the container's command, or "". */
static const char *
argument (json_object *pod, const char *name)
{
  json_object *command = kbsh_json_at (pod, "/spec/containers/0/command");
  size_t length = strlen (name);
  for (size_t i = 0; i < kbsh_json_length (command, ""); i++)
    {
      const char *word
          = json_object_get_string (json_object_array_get_idx (command, i));
      if (word && !strncmp (word, "--", 2) && !strncmp (word + 2, name, length)
          && word[2 + length] == '=')
        return word + length + 3;
    }
  return "";
}

void
etcd_local_close (struct etcd_local *local)
{
  free (local->path);
  json_object_put (local->pod);
  *local = (struct etcd_local){ 0 };
}

int
etcd_local_open (struct kbsh_ctx *ctx, struct etcd_local *local)
{
  const char *folder = ctx->host->get_string (ctx, "config:/paths/manifests",
                                              "/etc/kubernetes/manifests");
  *local = (struct etcd_local){ .path = kbsh_text ("%s/etcd.yaml", folder) };
  if (!local->path)
    return kbsh_fail_memory (ctx);
  if (!ctx->host->read_file (ctx, local->path, NULL))
    return ctx->host->failed (ctx) ? -1 : 0;
  local->pod = kbsh_read_yaml (ctx, local->path, NULL);
  if (!local->pod)
    return -1;
  local->name = argument (local->pod, "name");
  local->peer = argument (local->pod, "initial-advertise-peer-urls");
  local->client = argument (local->pod, "advertise-client-urls");
  local->data = argument (local->pod, "data-dir");
  return 0;
}
