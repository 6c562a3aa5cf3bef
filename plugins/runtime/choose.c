/* SPDX-License-Identifier: Apache-2.0
 *
 * Choosing between the runtimes that answered; see detect.h.
 *
 * A runtime whose description has an `endpoint` is one that the node's agent
 * reaches through a socket of its own (docker, through the agent's built-in
 * shim). It counts where that endpoint is the release's default socket, and
 * there it goes before containerd: docker brings a containerd along.
 */
#include "detect.h"

#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

const char *
socket_path (const char *socket)
{
  if (!socket)
    return NULL;
  if (!strncmp (socket, "unix:", 5))
    socket += 5;
  while (socket[0] == '/' && socket[1] == '/')
    socket++;
  return socket;
}

static int
same_socket (const char *a, const char *b)
{
  a = socket_path (a);
  b = socket_path (b);
  if (!strncmp (a, "/var/run/", 9))
    a += 4;
  if (!strncmp (b, "/var/run/", 9))
    b += 4;
  return !strcmp (a, b);
}

static const char *
endpoint (json_object *candidate)
{
  return kbsh_json_string (candidate, "/about/endpoint", NULL);
}

/* Is it the socket through which another one is reached? It answers as long as
 * the agent runs, which stops when what it serves is wanted most. */
static int
is_endpoint (json_object *list, json_object *candidate)
{
  const char *path = kbsh_json_string (candidate, "/path", "");
  for (size_t i = 0; i < json_object_array_length (list); i++)
    {
      const char *other = endpoint (json_object_array_get_idx (list, i));
      if (other && same_socket (other, path))
        return !endpoint (candidate);
    }
  return 0;
}

/* Leave out what this release cannot use. */
static json_object *
usable (json_object *list, const char *otherwise)
{
  json_object *left = json_object_new_array ();
  for (size_t i = 0; left && i < json_object_array_length (list); i++)
    {
      json_object *one = json_object_array_get_idx (list, i);
      const char *own = endpoint (one);
      if (is_endpoint (list, one))
        continue;
      if (!own || same_socket (own, otherwise))
        json_object_array_add (left, json_object_get (one));
    }
  return left;
}

/* The runtime that brings all the others along, or NULL. */
static json_object *
bringer (json_object *list)
{
  json_object *found = NULL;
  size_t others = 0;
  for (size_t i = 0; i < json_object_array_length (list); i++)
    {
      json_object *one = json_object_array_get_idx (list, i);
      if (endpoint (one))
        found = one;
      else if (strcmp (kbsh_json_string (one, "/about/name", ""), "containerd"))
        others++;
    }
  return others ? NULL : found;
}

static int
several (struct kbsh_ctx *ctx, json_object *list)
{
  KBSH_CLEANUP (kbsh_buffer_free) struct kbsh_buffer text = { 0 };
  kbsh_autofree char *names = NULL;
  for (size_t i = 0; i < json_object_array_length (list); i++)
    {
      json_object *one = json_object_array_get_idx (list, i);
      const char *own = endpoint (one);
      kbsh_buffer_printf (&text, "%s%s at %s", i ? ", " : "",
                          kbsh_json_string (one, "/about/name", "a runtime"),
                          own ? own : kbsh_json_string (one, "/path", ""));
    }
  names = kbsh_buffer_take (&text);
  return kbsh_fail (ctx, names,
                    "Say which one this node shall use, with --cri-socket "
                    "(or nodeRegistration.criSocket).",
                    "found more than one container runtime on this machine");
}

int
candidates_choose (struct kbsh_ctx *ctx, json_object *list,
                   const struct wanted *wanted, json_object **chosen)
{
  kbsh_autojson json_object *left = usable (list, wanted->otherwise);
  *chosen = NULL;
  if (!left)
    return kbsh_fail_memory (ctx);
  if (!json_object_array_length (left))
    return 0;
  *chosen = bringer (left);
  if (!*chosen && (json_object_array_length (left) == 1 || wanted->given))
    *chosen = json_object_array_get_idx (left, 0);
  return *chosen ? 0 : several (ctx, left);
}

char *
socket_spell (struct kbsh_ctx *ctx, const struct wanted *wanted,
              const char *socket)
{
  kbsh_autojson json_object *data
      = kbsh_data (ctx, "runtime", "sockets.yaml", NULL);
  json_object *table
      = kbsh_json_at (data, wanted->scheme ? "/with-scheme" : "/plain");
  json_object *known = NULL;
  const char *path = socket_path (socket);
  if (!data)
    ctx->host->forgive (ctx);
  if (wanted->given && (!wanted->scheme || strstr (socket, "://")))
    return strdup (socket);
  if (!wanted->given && table
      && json_object_object_get_ex (table, path, &known))
    return strdup (json_object_get_string (known));
  return kbsh_text ("%s%s", wanted->scheme ? "unix://" : "", path);
}
