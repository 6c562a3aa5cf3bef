/* SPDX-License-Identifier: Apache-2.0
 *
 * Bootstrap tokens as Secrets. One that is there and still valid is kept, so
 * that a second run changes nothing.
 */
#include "bootstrap.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

#define DESCRIPTION "Made by kbsh init."

enum
{
  MARGIN_SECONDS = 60 /* a token that ends sooner is as good as expired */
};

static int
is_valid (json_object *secret)
{
  kbsh_autofree char *end = bootstrap_decoded (secret, "expiration");
  int64_t when = 0;
  if (!end)
    return 1; /* for ever */
  return !bootstrap_time (end, &when)
         && when > (int64_t)time (NULL) + MARGIN_SECONDS;
}

/* Was it made by an earlier run, and is it good for joining still? */
static int
is_reusable (json_object *secret)
{
  kbsh_autofree char *description = bootstrap_decoded (secret, "description");
  kbsh_autofree char *use
      = bootstrap_decoded (secret, "usage-bootstrap-signing");
  return description && strcmp (description, DESCRIPTION) == 0 && use
         && strcmp (use, "true") == 0 && is_valid (secret);
}

/* An earlier run's token; NULL: none (or failed, which is recorded). */
static char *
find_earlier (struct kbsh_ctx *ctx, const struct kbsh_kube *kube)
{
  kbsh_autojson json_object *answer = NULL;
  json_object *items;
  if (kbsh_kube_request (ctx, kube, "GET", BOOTSTRAP_LIST, NULL, NULL, &answer)
      < 0)
    return NULL;
  items = kbsh_json_at (answer, "/items");
  for (size_t i = 0; i < kbsh_json_length (items, ""); i++)
    if (is_reusable (json_object_array_get_idx (items, i)))
      return bootstrap_token_of (json_object_array_get_idx (items, i));
  return NULL;
}

/* A token with this id that is still good: with this secret it is kept. */
static int
is_there (struct kbsh_ctx *ctx, const struct kbsh_kube *kube, const char *token)
{
  kbsh_autojson json_object *have = NULL;
  kbsh_autowipe char *known = NULL;
  kbsh_autofree char *path
      = kbsh_text (BOOTSTRAP_SECRETS "/bootstrap-token-%.6s", token);
  int status
      = path ? kbsh_kube_request (ctx, kube, "GET", path, NULL, NULL, &have)
             : kbsh_fail_memory (ctx);
  if (status < 0)
    return -1;
  known = status == 200 ? bootstrap_token_of (have) : NULL;
  return known && strcmp (known, token) == 0 && is_valid (have);
}

static int
store (struct kbsh_ctx *ctx, const struct kbsh_kube *kube, json_object *spec,
       const char *token)
{
  kbsh_autojson json_object *object = NULL;
  int there = is_there (ctx, kube, token);
  if (there)
    return there < 0 ? -1 : 0;
  if (!kbsh_json_at (spec, "/description")
      && kbsh_json_set_string (&spec, "/description", DESCRIPTION, NULL))
    return kbsh_fail_memory (ctx);
  object = bootstrap_secret (ctx, spec, token);
  if (!object || kbsh_kube_apply (ctx, kube, object, 1) < 0)
    return -1;
  kbsh_say (ctx, "Made the bootstrap token %.6s", token);
  return 0;
}

/* The token that the user gave, an earlier run's, or a new one (which the
 * configuration proposes). */
static char *
choose_token (struct kbsh_ctx *ctx, const struct kbsh_kube *kube,
              json_object *spec)
{
  const char *named = kbsh_json_string (spec, "/token", NULL);
  int given = ctx->host->get_bool (ctx, "config:/options/token-given", 0);
  char *token = named && given ? strdup (named) : find_earlier (ctx, kube);
  if (!token && named && !ctx->host->failed (ctx))
    token = strdup (named);
  if (token || ctx->host->failed (ctx))
    return token;
  return bootstrap_new_token (ctx);
}

static int
one_token (struct kbsh_ctx *ctx, const struct kbsh_kube *kube,
           json_object *spec)
{
  kbsh_autowipe char *token = choose_token (ctx, kube, spec);
  if (!token)
    return -1;
  if (bootstrap_keep_secret (ctx, token) || store (ctx, kube, spec, token))
    return -1;
  return kbsh_put (ctx, "/tokens/-", json_object_new_string (token));
}

int
bootstrap_tokens (struct kbsh_ctx *ctx, const struct kbsh_kube *kube)
{
  kbsh_autojson json_object *specs
      = kbsh_input (ctx, "config:/init/bootstrapTokens");
  int status = ctx->host->put (ctx, "/tokens", "[]");
  for (size_t i = 0; !status && i < kbsh_json_length (specs, ""); i++)
    status = one_token (ctx, kube, json_object_array_get_idx (specs, i));
  return status;
}
