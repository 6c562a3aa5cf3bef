/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether docker answers, and what it says of itself.
 */
#include "engine.h"

#include <string.h>
#include <unistd.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>

/* Not there, or not docker: nothing is found, and that is no failure. */
int
docker_detect (struct kbsh_ctx *ctx)
{
  const char *given = kbsh_input_string (ctx, "socket", NULL);
  const char *path = engine_path (ctx);
  kbsh_autojson json_object *version = NULL;
  if (ctx->host->put (ctx, "/sockets", "[]"))
    return -1;
  if (!given && access (path, F_OK))
    return 0;
  version = engine_get (ctx, path, "/version");
  if (!version)
    return ctx->host->put_string (ctx, "/problem", ctx->host->forgive (ctx));
  if (!kbsh_json_string (version, "/ApiVersion", NULL))
    return ctx->host->put_string (ctx, "/problem",
                                  "what answers there is not docker");
  return ctx->host->put_string (ctx, "/sockets/-", path);
}

static int
put (struct kbsh_ctx *ctx, const char *pointer, json_object *from,
     const char *where)
{
  const char *text = kbsh_json_string (from, where, NULL);
  return text && *text ? ctx->host->put_string (ctx, pointer, text)
                       : ctx->host->put (ctx, pointer, "null");
}

int
docker_describe (struct kbsh_ctx *ctx)
{
  const char *path = engine_path (ctx);
  kbsh_autojson json_object *version = engine_get (ctx, path, "/version");
  kbsh_autojson json_object *info
      = version ? engine_get (ctx, path, "/info") : NULL;
  if (!info)
    return -1;
  if (ctx->host->put_string (ctx, "/name", "docker")
      || put (ctx, "/version", version, "/Version")
      || put (ctx, "/api", version, "/ApiVersion")
      || put (ctx, "/cgroup-driver", info, "/CgroupDriver")
      || put (ctx, "/storage-driver", info, "/Driver")
      || ctx->host->put_string (ctx, "/endpoint", SHIM_SOCKET)
      || ctx->host->put (ctx, "/ready", "true"))
    return -1;
  /* The kubelet tells docker which pause image to use. */
  return ctx->host->put (ctx, "/sandbox-image", "null");
}
