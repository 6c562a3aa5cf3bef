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

#define SECRETS "/api/v1/namespaces/kube-system/secrets"
#define DESCRIPTION "Made by kbsh init."

enum
{
  ID = 6,
  SECRET = 16,
  MARGIN_SECONDS = 60 /* a token that ends sooner is as good as expired */
};

/* A member of a Secret's data, decoded; the caller frees. */
static char *
decoded (json_object *secret, const char *name)
{
  json_object *value = NULL;
  size_t length = 0;
  if (!json_object_object_get_ex (kbsh_json_at (secret, "/data"), name, &value))
    return NULL;
  return kbsh_base64_decode (json_object_get_string (value), &length, NULL);
}

static int
is_valid (json_object *secret)
{
  kbsh_autofree char *end = decoded (secret, "expiration");
  char now[32];
  time_t when = time (NULL) + MARGIN_SECONDS;
  struct tm tm;
  if (!end)
    return 1; /* for ever */
  if (!gmtime_r (&when, &tm) || !strftime (now, sizeof now, "%FT%TZ", &tm))
    return 0;
  return strcmp (end, now) > 0; /* RFC 3339 in UTC sorts as text */
}

/* Was it made by an earlier run, and is it good for joining still? */
static int
is_reusable (json_object *secret)
{
  kbsh_autofree char *description = decoded (secret, "description");
  kbsh_autofree char *use = decoded (secret, "usage-bootstrap-signing");
  return description && strcmp (description, DESCRIPTION) == 0 && use
         && strcmp (use, "true") == 0 && is_valid (secret);
}

static char *
token_of (json_object *secret)
{
  kbsh_autofree char *id = decoded (secret, "token-id");
  kbsh_autowipe char *rest = decoded (secret, "token-secret");
  return id && rest ? kbsh_text ("%s.%s", id, rest) : NULL;
}

/* An earlier run's token; NULL: none (or failed, which is recorded). */
static char *
find_earlier (struct kbsh_ctx *ctx, const struct kbsh_kube *kube)
{
  kbsh_autojson json_object *answer = NULL;
  json_object *items;
  if (kbsh_kube_request (
          ctx, kube, "GET",
          SECRETS "?fieldSelector=type%3Dbootstrap.kubernetes.io%2Ftoken", NULL,
          NULL, &answer)
      < 0)
    return NULL;
  items = kbsh_json_at (answer, "/items");
  for (size_t i = 0; i < kbsh_json_length (items, ""); i++)
    if (is_reusable (json_object_array_get_idx (items, i)))
      return token_of (json_object_array_get_idx (items, i));
  return NULL;
}

static int
add_data (json_object *data, const char *name, const char *text)
{
  kbsh_autowipe char *encoded = kbsh_base64 (text, strlen (text));
  return encoded
                 && json_object_object_add (data, name,
                                            json_object_new_string (encoded))
                        == 0
             ? 0
             : -1;
}

/* `expires` as given, or so long from now; neither: for ever. */
static int
add_expiration (json_object *data, json_object *spec)
{
  const char *expires = kbsh_json_string (spec, "/expires", NULL);
  int64_t ttl = 0;
  char end[32];
  time_t when;
  struct tm tm;
  if (expires)
    return add_data (data, "expiration", expires);
  if (kbsh_duration_parse (kbsh_json_string (spec, "/ttl", "24h"), &ttl, NULL)
      || ttl == 0)
    return 0;
  when = time (NULL) + ttl / 1000;
  if (!gmtime_r (&when, &tm) || !strftime (end, sizeof end, "%FT%TZ", &tm))
    return -1;
  return add_data (data, "expiration", end);
}

static int
add_usages (json_object *data, json_object *spec)
{
  json_object *list = kbsh_json_at (spec, "/usages");
  for (size_t i = 0; i < kbsh_json_length (list, ""); i++)
    {
      kbsh_autofree char *name = kbsh_text (
          "usage-bootstrap-%s",
          json_object_get_string (json_object_array_get_idx (list, i)));
      if (!name || add_data (data, name, "true"))
        return -1;
    }
  return 0;
}

static int
add_groups (json_object *data, json_object *spec)
{
  struct kbsh_buffer all = { 0 };
  json_object *list = kbsh_json_at (spec, "/groups");
  kbsh_autofree char *text = NULL;
  for (size_t i = 0; i < kbsh_json_length (list, ""); i++)
    kbsh_buffer_printf (
        &all, "%s%s", i ? "," : "",
        json_object_get_string (json_object_array_get_idx (list, i)));
  text = kbsh_buffer_take (&all);
  if (!text)
    return -1;
  return *text ? add_data (data, "auth-extra-groups", text) : 0;
}

static json_object *
secret_data (json_object *spec, const char *token)
{
  kbsh_autojson json_object *data = json_object_new_object ();
  kbsh_autofree char *id = strndup (token, ID);
  if (!data || !id || add_data (data, "token-id", id)
      || add_data (data, "token-secret", token + ID + 1)
      || add_data (data, "description",
                   kbsh_json_string (spec, "/description", DESCRIPTION))
      || add_expiration (data, spec) || add_usages (data, spec)
      || add_groups (data, spec))
    return NULL;
  return kbsh_steal (&data);
}

static json_object *
secret_object (struct kbsh_ctx *ctx, json_object *spec, const char *token)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *values = NULL;
  kbsh_autofree char *id = strndup (token, ID);
  json_object *data = secret_data (spec, token);
  if (!data || !id)
    {
      json_object_put (data);
      kbsh_fail_memory (ctx);
      return NULL;
    }
  if (kbsh_json_set (&values, "/data", data, &err)
      || kbsh_json_set_string (&values, "/id", id, &err))
    {
      kbsh_fail_error (ctx, &err);
      return NULL;
    }
  return kbsh_data (ctx, "bootstrap", "token.yaml", values);
}

/* A token with this id that is still good: with this secret it is kept. */
static int
is_there (struct kbsh_ctx *ctx, const struct kbsh_kube *kube, const char *token)
{
  kbsh_autojson json_object *have = NULL;
  kbsh_autowipe char *known = NULL;
  kbsh_autofree char *path = kbsh_text (SECRETS "/bootstrap-token-%.6s", token);
  int status
      = path ? kbsh_kube_request (ctx, kube, "GET", path, NULL, NULL, &have)
             : kbsh_fail_memory (ctx);
  if (status < 0)
    return -1;
  known = status == 200 ? token_of (have) : NULL;
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
  object = secret_object (ctx, spec, token);
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
  struct kbsh_error err = KBSH_ERROR_INIT;
  const char *named = kbsh_json_string (spec, "/token", NULL);
  int given = ctx->host->get_bool (ctx, "config:/options/token-given", 0);
  char id[ID + 1], secret[SECRET + 1];
  char *token = named && given ? strdup (named) : find_earlier (ctx, kube);
  if (!token && named && !ctx->host->failed (ctx))
    token = strdup (named);
  if (token || ctx->host->failed (ctx))
    return token;
  if (kbsh_random_text (id, ID, &err)
      || kbsh_random_text (secret, SECRET, &err))
    {
      kbsh_fail_error (ctx, &err);
      return NULL;
    }
  token = kbsh_text ("%s.%s", id, secret);
  explicit_bzero (secret, sizeof secret);
  if (!token)
    kbsh_fail_memory (ctx);
  return token;
}

static int
one_token (struct kbsh_ctx *ctx, const struct kbsh_kube *kube,
           json_object *spec)
{
  kbsh_autowipe char *token = choose_token (ctx, kube, spec);
  if (!token)
    return -1;
  if (ctx->host->secret (ctx, token + ID + 1) || store (ctx, kube, spec, token))
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
