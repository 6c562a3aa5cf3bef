/* SPDX-License-Identifier: Apache-2.0
 *
 * The step runtime.detect: its facts are what every later step knows of the
 * container runtime. Finding none is no failure here: the check named CRI says
 * so, where it can be ignored by name.
 */
#include "detect.h"

#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

static int
put_text (struct kbsh_ctx *ctx, const char *pointer, const char *text)
{
  return text ? ctx->host->put_string (ctx, pointer, text)
              : ctx->host->put (ctx, pointer, "null");
}

static int
put_socket (struct kbsh_ctx *ctx, const struct wanted *wanted,
            const char *socket, const char *path)
{
  kbsh_autofree char *spelled = socket_spell (ctx, wanted, socket);
  if (!spelled)
    return kbsh_fail_memory (ctx);
  return put_text (ctx, "/socket", spelled) || put_text (ctx, "/path", path)
             ? -1
             : 0;
}

static int
put_none (struct kbsh_ctx *ctx, const struct wanted *wanted,
          const char *problem)
{
  const char *socket = wanted->given ? wanted->given : wanted->otherwise;
  static const char *const nothing[]
      = { "/service",      "/name",         "/version", "/api",
          "/sandboxImage", "/cgroupDriver", NULL };
  for (size_t i = 0; nothing[i]; i++)
    if (put_text (ctx, nothing[i], NULL))
      return -1;
  if (ctx->host->put (ctx, "/found", "false")
      || put_text (ctx, "/problem", problem))
    return -1;
  return put_socket (ctx, wanted, socket, socket_path (socket));
}

static int
put_chosen (struct kbsh_ctx *ctx, const struct wanted *wanted,
            json_object *chosen)
{
  static const char *const from[] = { "/service",
                                      "/about/name",
                                      "/about/version",
                                      "/about/api",
                                      "/about/sandbox-image",
                                      "/about/cgroup-driver",
                                      "/about/storage-driver",
                                      NULL };
  static const char *const to[]
      = { "/service",      "/name",         "/version",      "/api",
          "/sandboxImage", "/cgroupDriver", "/storageDriver" };
  const char *path = kbsh_json_string (chosen, "/path", "");
  const char *socket = wanted->given
                           ? wanted->given
                           : kbsh_json_string (chosen, "/about/endpoint", path);
  for (size_t i = 0; from[i]; i++)
    if (put_text (ctx, to[i], kbsh_json_string (chosen, from[i], NULL)))
      return -1;
  if (ctx->host->put (ctx, "/found", "true")
      || ctx->host->put (ctx, "/runtimeConfig",
                         kbsh_json_bool (chosen, "/about/runtime-config", 0)
                             ? "true"
                             : "false")
      || put_socket (ctx, wanted, socket, path))
    return -1;
  kbsh_say (ctx, "container runtime: %s %s at %s",
            kbsh_json_string (chosen, "/about/name", "unknown"),
            kbsh_json_string (chosen, "/about/version", ""), path);
  return 0;
}

int
detect_run (struct kbsh_ctx *ctx)
{
  struct wanted wanted = {
    .given = kbsh_input_string (
        ctx, "socket",
        kbsh_input_string (ctx, "config:/init/nodeRegistration/criSocket",
                           NULL)),
    .otherwise
    = kbsh_input_string (ctx, "default-socket",
                         kbsh_input_string (ctx, "config:/release/cri-socket",
                                            "/run/containerd/containerd.sock")),
    .scheme = ctx->host->get_bool (
        ctx, "scheme",
        ctx->host->get_bool (ctx, "config:/release/endpoint-needs-scheme", 1)),
  };
  kbsh_autofree char *problem = NULL;
  kbsh_autojson json_object *list = NULL;
  json_object *chosen = NULL;
  list = candidates_ask (ctx, wanted.given, &problem);
  if (!list || candidates_choose (ctx, list, &wanted, &chosen))
    return -1;
  if (!chosen && json_object_array_length (list))
    {
      free (problem);
      problem = kbsh_text (
          "%s at %s cannot be used by this release's kubelet",
          kbsh_json_string (json_object_array_get_idx (list, 0), "/about/name",
                            "the runtime"),
          kbsh_json_string (json_object_array_get_idx (list, 0), "/path", ""));
    }
  return chosen ? put_chosen (ctx, &wanted, chosen)
                : put_none (ctx, &wanted, problem);
}
