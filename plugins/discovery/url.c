/* SPDX-License-Identifier: Apache-2.0
 *
 * Gets the kubeconfig that the user names: a file, or a URL that the machine's
 * own CA bundle vouches for.
 */
#include "discovery.h"

#include <kbsh/cleanup.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <stdio.h>
#include <string.h>

/* The value of a header, without its line's end; "" when it is not there. */
static void
header (const char *headers, const char *name, char *out, size_t room)
{
  size_t length = strlen (name);
  const char *end;
  *out = '\0';
  for (const char *line = headers; line && *line; line = end ? end + 1 : NULL)
    {
      end = strchr (line, '\n');
      if (strncasecmp (line, name, length) != 0 || line[length] != ':')
        continue;
      line += length + 1;
      line += strspn (line, " ");
      snprintf (out, room, "%.*s", (int)strcspn (line, "\r\n"), line);
      return;
    }
}

static int
fail_url (struct kbsh_ctx *ctx, const char *url,
          const struct kbsh_response *response)
{
  char to[400];
  header (response->headers, "location", to, sizeof to);
  if (response->status >= 300 && response->status < 400 && *to)
    {
      kbsh_autofree char *why = kbsh_text ("it redirects to %s", to);
      return kbsh_fail (ctx, why,
                        "a redirection is not followed: give the address that "
                        "the file is at",
                        "the discovery file is not at %s", url);
    }
  if (response->status)
    {
      kbsh_autofree char *why
          = kbsh_text ("the server answered %d", response->status);
      return kbsh_fail (ctx, why, "look whether the address is right",
                        "the discovery file can't be had from %s", url);
    }
  return kbsh_fail (
      ctx, response->reason,
      "look whether the server can be reached, and whether this machine's "
      "own list of CAs (ca-certificates) knows who signed its certificate",
      "the discovery file can't be had from %s", url);
}

static json_object *
fetch (struct kbsh_ctx *ctx, const char *url)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct kbsh_request request = { .size = sizeof request,
                                  .method = "GET",
                                  .url = url,
                                  .subject = "the discovery file",
                                  .flags = KBSH_QUERY | KBSH_SECRET };
  struct kbsh_response response = { .size = sizeof response };
  json_object *tree;
  if (ctx->host->request (ctx, &request, &response))
    return NULL;
  if (response.status != 200)
    {
      fail_url (ctx, url, &response);
      return NULL;
    }
  tree = discovery_parse (url, response.body, response.body_length, &err);
  if (!tree)
    kbsh_fail_error (ctx, &err);
  return tree;
}

static json_object *
read_path (struct kbsh_ctx *ctx, const char *path)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  size_t length = 0;
  const char *text = ctx->host->read_file (ctx, path, &length);
  json_object *tree;
  if (!text)
    {
      if (!ctx->host->failed (ctx))
        kbsh_fail (ctx, "there is no such file",
                   "give a kubeconfig with --discovery-file",
                   "the discovery file %s can't be read", path);
      return NULL;
    }
  tree = discovery_parse (path, text, length, &err);
  if (!tree)
    kbsh_fail_error (ctx, &err);
  return tree;
}

json_object *
discovery_get (struct kbsh_ctx *ctx, const char *file)
{
  if (strncmp (file, "https://", 8) == 0)
    return fetch (ctx, file);
  if (!strstr (file, "://"))
    return read_path (ctx, file);
  kbsh_fail (ctx, "anybody on the way could change it",
             "give an address that begins with https://, or a file",
             "the discovery file %s is not fetched", file);
  return NULL;
}
