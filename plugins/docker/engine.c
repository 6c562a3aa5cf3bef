/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests to the Docker Engine API; see engine.h.
 */
#include "engine.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

const char *
engine_path (struct kbsh_ctx *ctx)
{
  const char *socket = kbsh_input_string (ctx, "socket", DOCKER_SOCKET);
  if (!strncmp (socket, "unix:", 5))
    socket += 5;
  while (socket[0] == '/' && socket[1] == '/')
    socket++;
  return strcmp (socket, SHIM_SOCKET) ? socket : DOCKER_SOCKET;
}

/* Say what is wrong with the file before anything connects to it. */
static int
look (struct kbsh_ctx *ctx, const char *path)
{
  struct stat st;
  const char *why = NULL;
  if (stat (path, &st))
    why = strerror (errno);
  else if (!S_ISSOCK (st.st_mode))
    why = "it is not a socket";
  return why ? kbsh_fail (ctx, why,
                          "Start docker (systemctl start docker), or name "
                          "another runtime's socket with --cri-socket.",
                          "there is no docker at %s", path)
             : 0;
}

static int
refused (struct kbsh_ctx *ctx, const char *path,
         const struct kbsh_response *response)
{
  kbsh_autojson json_object *tree
      = kbsh_json_parse (response->body, response->body_length, NULL);
  const char *why = kbsh_json_string (tree, "/message", "it gave no reason");
  return kbsh_fail (ctx, why, NULL, "docker at %s answered with HTTP %d", path,
                    response->status);
}

static int
ask (struct kbsh_ctx *ctx, const char *path, const char *method,
     const char *url, uint32_t timeout_ms, struct kbsh_response *response)
{
  int looks = !strcmp (method, "GET");
  kbsh_autofree char *full = kbsh_text ("http://localhost%s", url);
  struct kbsh_request request = { .size = sizeof request,
                                  .method = method,
                                  .url = full,
                                  .unix_socket = path,
                                  .subject = looks ? "docker" : NULL,
                                  .timeout_ms = timeout_ms,
                                  .flags = looks ? KBSH_QUERY : 0 };
  if (!full)
    return kbsh_fail_memory (ctx);
  if (look (ctx, path) || ctx->host->request (ctx, &request, response))
    return -1;
  if (ctx->dry_run && !looks)
    return 0;
  if (!response->status)
    return kbsh_fail (ctx, response->reason,
                      "Look whether docker runs: systemctl status docker",
                      "no answer from docker at %s", path);
  return response->status / 100 == 2 ? 0 : refused (ctx, path, response);
}

json_object *
engine_get (struct kbsh_ctx *ctx, const char *path, const char *url)
{
  struct kbsh_response response = { 0 };
  struct kbsh_error err = KBSH_ERROR_INIT;
  json_object *tree;
  if (ask (ctx, path, "GET", url, 20000, &response))
    return NULL;
  tree = kbsh_json_parse (response.body, response.body_length, &err);
  if (!tree)
    kbsh_fail (ctx, err.what,
               "Give the socket of a container runtime with "
               "--cri-socket.",
               "%s is not docker's socket", path);
  return tree;
}

const char *
engine_post (struct kbsh_ctx *ctx, const char *path, const char *url,
             uint32_t timeout_ms)
{
  struct kbsh_response response = { 0 };
  if (ask (ctx, path, "POST", url, timeout_ms, &response))
    return NULL;
  return response.body ? response.body : "";
}

int
engine_delete (struct kbsh_ctx *ctx, const char *path, const char *url,
               uint32_t timeout_ms)
{
  struct kbsh_response response = { 0 };
  if (!ask (ctx, path, "DELETE", url, timeout_ms, &response))
    return 0;
  if (response.status != 404)
    return -1;
  ctx->host->forgive (ctx);
  return 0;
}

char *
engine_escape (const char *text)
{
  KBSH_CLEANUP (kbsh_buffer_free) struct kbsh_buffer out = { 0 };
  for (; *text; text++)
    if (isalnum ((unsigned char)*text) || strchr ("-._~", *text))
      kbsh_buffer_add (&out, text, 1);
    else
      kbsh_buffer_printf (&out, "%%%02X", (unsigned char)*text);
  return kbsh_buffer_take (&out);
}
