/* SPDX-License-Identifier: Apache-2.0
 *
 * Docker's images: which are there, and fetching one.
 */
#include "engine.h"

#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

static int
put_names (struct kbsh_ctx *ctx, json_object *image, const char *list)
{
  json_object *names = kbsh_json_at (image, list);
  for (size_t i = 0; i < kbsh_json_length (image, list); i++)
    if (ctx->host->put_string (
            ctx, "/images/-",
            json_object_get_string (json_object_array_get_idx (names, i))))
      return -1;
  return 0;
}

int
docker_images (struct kbsh_ctx *ctx)
{
  kbsh_autojson json_object *list
      = engine_get (ctx, engine_path (ctx), "/images/json");
  if (!list || ctx->host->put (ctx, "/images", "[]"))
    return -1;
  for (size_t i = 0; i < kbsh_json_length (list, ""); i++)
    {
      json_object *image = json_object_array_get_idx (list, i);
      if (put_names (ctx, image, "/RepoTags")
          || put_names (ctx, image, "/RepoDigests"))
        return -1;
    }
  return 0;
}

/* 1 when it is there; not there is 404, which is no failure here. */
static int
present (struct kbsh_ctx *ctx, const char *path, const char *image)
{
  kbsh_autofree char *name = engine_escape (image);
  kbsh_autofree char *url = name ? kbsh_text ("/images/%s/json", name) : NULL;
  kbsh_autojson json_object *tree = url ? engine_get (ctx, path, url) : NULL;
  if (!tree)
    ctx->host->forgive (ctx);
  return tree != NULL;
}

/* The answer is a stream of JSON objects, one a line; what went wrong comes
 * late, in one of them, with status 200. */
static int
stream_error (struct kbsh_ctx *ctx, const char *image, const char *text)
{
  while (*text)
    {
      size_t length = strcspn (text, "\r\n");
      kbsh_autojson json_object *line = kbsh_json_parse (text, length, NULL);
      const char *why = kbsh_json_string (line, "/error", NULL);
      if (why)
        return kbsh_fail (ctx, why,
                          "Look at the image's name, and whether this machine "
                          "reaches the registry; or: docker load -i FILE",
                          "docker could not pull %s", image);
      text += length + strspn (text + length, "\r\n");
    }
  return 0;
}

/* "registry:5000/name:tag" -> name and tag; a digest stays with the name. */
static char *
pull_url (const char *image)
{
  const char *slash = strrchr (image, '/');
  const char *colon = strchr (slash ? slash : image, ':');
  int tagged = colon && !strchr (image, '@');
  kbsh_autofree char *bare
      = tagged ? strndup (image, (size_t)(colon - image)) : strdup (image);
  kbsh_autofree char *name = bare ? engine_escape (bare) : NULL;
  kbsh_autofree char *tag = engine_escape (tagged ? colon + 1 : "latest");
  if (!name || !tag)
    return NULL;
  return strchr (image, '@')
             ? kbsh_text ("/images/create?fromImage=%s", name)
             : kbsh_text ("/images/create?fromImage=%s&tag=%s", name, tag);
}

int
docker_pull (struct kbsh_ctx *ctx)
{
  const char *path = engine_path (ctx);
  const char *image = kbsh_input_string (ctx, "image", NULL);
  kbsh_autofree char *url = image ? pull_url (image) : NULL;
  const char *answer;
  if (!image)
    return kbsh_fail (ctx, NULL, "Give it as the argument \"image\".",
                      "no image to pull was named");
  if (!url)
    return kbsh_fail_memory (ctx);
  if (!ctx->host->get_bool (ctx, "always", 0) && present (ctx, path, image))
    return ctx->host->put (ctx, "/pulled", "false");
  answer = engine_post (ctx, path, url, 15 * 60 * 1000);
  if (!answer || stream_error (ctx, image, answer))
    return -1;
  return ctx->host->put (ctx, "/pulled", "true");
}
