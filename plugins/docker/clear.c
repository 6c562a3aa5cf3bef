/* SPDX-License-Identifier: Apache-2.0
 *
 * All containers that a kubelet made, stopped and removed. Their names begin
 * with k8s_; docker's other containers are nobody's business here.
 */
#include "engine.h"

#include <string.h>
#include <unistd.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

enum
{
  TRIES = 5,
  PAUSE_US = 500 * 1000,
  TIMEOUT_MS = 60 * 1000
};

static int
is_ours (json_object *container)
{
  json_object *names = kbsh_json_at (container, "/Names");
  for (size_t i = 0; i < kbsh_json_length (container, "/Names"); i++)
    if (!strncmp (
            json_object_get_string (json_object_array_get_idx (names, i)),
            "/k8s_", 5))
      return 1;
  return 0;
}

static int
clear_one (struct kbsh_ctx *ctx, const char *path, json_object *container)
{
  kbsh_autofree char *url
      = kbsh_text ("/containers/%s?force=1&v=1",
                   kbsh_json_string (container, "/Id", ""));
  return url ? engine_delete (ctx, path, url, TIMEOUT_MS)
             : kbsh_fail_memory (ctx);
}

/* As in plugins/cri/clear.c. */
static int
clear_all (struct kbsh_ctx *ctx, const char *path, size_t *count)
{
  kbsh_autojson json_object *list
      = engine_get (ctx, path, "/containers/json?all=1");
  int failed = 0;
  *count = 0;
  if (!list)
    return -1;
  for (size_t i = 0; i < kbsh_json_length (list, ""); i++)
    {
      json_object *container = json_object_array_get_idx (list, i);
      if (!is_ours (container))
        continue;
      kbsh_progress (ctx, "removing container %zu", ++*count);
      if (failed)
        ctx->host->forgive (ctx);
      failed += clear_one (ctx, path, container) != 0;
    }
  return failed;
}

int
docker_clear (struct kbsh_ctx *ctx)
{
  const char *path = engine_path (ctx);
  kbsh_autofree char *removed = NULL;
  size_t count = 0, again = 0;
  int left = clear_all (ctx, path, &count);
  for (int try = 1; left > 0 && try < TRIES; try++)
    {
      kbsh_debug (ctx, "%d containers are left: %s", left,
                  ctx->host->forgive (ctx));
      usleep (PAUSE_US);
      left = clear_all (ctx, path, &again);
    }
  if (left)
    return -1;
  removed = kbsh_text ("%zu", count);
  return removed ? ctx->host->put (ctx, "/removed", removed)
                 : kbsh_fail_memory (ctx);
}
