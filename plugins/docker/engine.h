/* SPDX-License-Identifier: Apache-2.0
 *
 * The Docker Engine API, over its unix socket.
 */
#ifndef PLUGINS_DOCKER_ENGINE_H
#define PLUGINS_DOCKER_ENGINE_H

#include <json-c/json.h>

#include <kbsh/plugin.h>

/* Where dockerd listens, and where the kubelet's built-in shim does. */
#define DOCKER_SOCKET "/var/run/docker.sock"
#define SHIM_SOCKET "/var/run/dockershim.sock"

/* The path to talk to for the argument "socket": the shim's stands for
 * docker's own. */
const char *engine_path (struct kbsh_ctx *ctx);

/* GET a path of the API. The caller owns the answer; NULL: failed. */
json_object *engine_get (struct kbsh_ctx *ctx, const char *path,
                         const char *url);
/* POST without a body; the text of the answer is borrowed. NULL: failed. */
const char *engine_post (struct kbsh_ctx *ctx, const char *path,
                         const char *url, uint32_t timeout_ms);
/* DELETE: 0, or -1; what is not there is fine. */
int engine_delete (struct kbsh_ctx *ctx, const char *path, const char *url,
                   uint32_t timeout_ms);
/* A text as part of a query; the caller frees. */
char *engine_escape (const char *text);

int docker_detect (struct kbsh_ctx *ctx);
int docker_describe (struct kbsh_ctx *ctx);
int docker_images (struct kbsh_ctx *ctx);
int docker_pull (struct kbsh_ctx *ctx);
int docker_containers (struct kbsh_ctx *ctx);
int docker_clear (struct kbsh_ctx *ctx);

#endif
