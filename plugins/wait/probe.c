/* SPDX-License-Identifier: Apache-2.0
 *
 * Where to ask a static Pod for its health: its own manifest says it, with
 * every argument of the user already in it.
 */
#include "wait.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/net.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <string.h>

static json_object *
read_manifest (struct kbsh_ctx *ctx, const char *component)
{
  const char *folder = ctx->host->get_string (ctx, "config:/paths/manifests",
                                              "/etc/kubernetes/manifests");
  kbsh_autofree char *path = kbsh_text ("%s/%s.yaml", folder, component);
  if (path)
    return kbsh_read_yaml (ctx, path, "run the phase that writes it first");
  kbsh_fail_memory (ctx);
  return NULL;
}

/* A port by number, or by its name among the container's ports. */
static int
port_of (json_object *container, json_object *port)
{
  json_object *ports = kbsh_json_at (container, "/ports");
  const char *name = json_object_get_string (port);
  if (json_object_is_type (port, json_type_int))
    return json_object_get_int (port);
  for (size_t i = 0; name && i < kbsh_json_length (ports, ""); i++)
    {
      json_object *p = json_object_array_get_idx (ports, i);
      if (strcmp (kbsh_json_string (p, "/name", ""), name) == 0)
        return (int)kbsh_json_int (p, "/containerPort", 0);
    }
  return 0;
}

char *
wait_probe_url (struct kbsh_ctx *ctx, const char *component)
{
  kbsh_autojson json_object *pod = read_manifest (ctx, component);
  json_object *container = kbsh_json_at (pod, "/spec/containers/0");
  json_object *get = kbsh_json_at (container, "/startupProbe/httpGet");
  kbsh_autofree char *host = NULL;
  int port;
  if (!pod)
    return NULL;
  if (!get)
    get = kbsh_json_at (container, "/livenessProbe/httpGet");
  port = port_of (container, kbsh_json_at (get, "/port"));
  if (!get || !port)
    {
      kbsh_fail (ctx, "its manifest has no probe over HTTP",
                 "leave the probe in, or skip this wait",
                 "the health of %s can't be asked for", component);
      return NULL;
    }
  host = kbsh_host_port_join (kbsh_json_string (get, "/host", "127.0.0.1"),
                              port);
  if (!host)
    {
      kbsh_fail_memory (ctx);
      return NULL;
    }
  return kbsh_text ("%s://%s%s",
                    strcmp (kbsh_json_string (get, "/scheme", "HTTP"), "HTTPS")
                        ? "http"
                        : "https",
                    host, kbsh_json_string (get, "/path", "/"));
}
