/* SPDX-License-Identifier: Apache-2.0
 *
 * What a bootstrap token may be.
 */
#include "bootstrap.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <string.h>
#include <time.h>

#define PREFIX "system:bootstrappers:"
static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";

int
bootstrap_is_id (const char *text)
{
  return strspn (text, letters) == BOOTSTRAP_ID && !text[BOOTSTRAP_ID];
}

int
bootstrap_is_token (const char *text)
{
  const char *secret = text + BOOTSTRAP_ID + 1;
  return strspn (text, letters) == BOOTSTRAP_ID && text[BOOTSTRAP_ID] == '.'
         && strspn (secret, letters) == BOOTSTRAP_SECRET
         && !secret[BOOTSTRAP_SECRET];
}

char *
bootstrap_new_token (struct kbsh_ctx *ctx)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  char id[BOOTSTRAP_ID + 1], secret[BOOTSTRAP_SECRET + 1] = "";
  char *token = NULL;
  if (kbsh_random_text (id, BOOTSTRAP_ID, &err)
      || kbsh_random_text (secret, BOOTSTRAP_SECRET, &err))
    kbsh_fail_error (ctx, &err);
  else if (!(token = kbsh_text ("%s.%s", id, secret)))
    kbsh_fail_memory (ctx);
  explicit_bzero (secret, sizeof secret);
  return token;
}

int
bootstrap_time (const char *text, int64_t *when)
{
  struct tm tm = { 0 };
  const char *rest = strptime (text, "%Y-%m-%dT%H:%M:%S", &tm);
  if (rest && *rest == '.')
    rest += 1 + strspn (rest + 1, "0123456789");
  if (!rest)
    return -1;
  *when = (int64_t)timegm (&tm);
  if (strcmp (rest, "Z") == 0)
    return 0;
  rest = *rest == '+' || *rest == '-' ? strptime (rest, "%z", &tm) : NULL;
  *when -= tm.tm_gmtoff;
  return rest && !*rest ? 0 : -1;
}

int
bootstrap_keep_secret (struct kbsh_ctx *ctx, const char *token)
{
  return ctx->host->secret (ctx, token)
                 || ctx->host->secret (ctx, token + BOOTSTRAP_ID + 1)
             ? -1
             : 0;
}

static int
has (json_object *list, const char *text)
{
  for (size_t i = 0; i < kbsh_json_length (list, ""); i++)
    if (strcmp (json_object_get_string (json_object_array_get_idx (list, i)),
                text)
        == 0)
      return 1;
  return 0;
}

static int
check_usages (struct kbsh_ctx *ctx, json_object *list)
{
  for (size_t i = 0; i < kbsh_json_length (list, ""); i++)
    {
      const char *one
          = json_object_get_string (json_object_array_get_idx (list, i));
      if (strcmp (one, "signing") != 0 && strcmp (one, "authentication") != 0)
        return kbsh_fail (ctx, NULL, "give signing, authentication, or both",
                          "a token has no usage \"%s\"", one);
    }
  return 0;
}

/* \Asystem:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]\z */
static int
good_group (const char *text)
{
  const char *name = text + strlen (PREFIX);
  size_t length;
  if (strncmp (text, PREFIX, strlen (PREFIX)) != 0)
    return 0;
  length = strspn (name, "abcdefghijklmnopqrstuvwxyz0123456789:-");
  return length > 0 && length <= 256 && !name[length]
         && strchr (letters, name[length - 1]);
}

static int
check_groups (struct kbsh_ctx *ctx, json_object *spec)
{
  json_object *list = kbsh_json_at (spec, "/groups");
  if (kbsh_json_length (list, "")
      && !has (kbsh_json_at (spec, "/usages"), "authentication"))
    return kbsh_fail (ctx, "nobody can log in with it",
                      "add the usage authentication, or give no groups",
                      "the token has groups and not the usage authentication");
  for (size_t i = 0; i < kbsh_json_length (list, ""); i++)
    {
      const char *one
          = json_object_get_string (json_object_array_get_idx (list, i));
      if (!good_group (one))
        return kbsh_fail (ctx,
                          "it is not \"" PREFIX "\" and lower case letters, "
                          "digits, ':' and '-'",
                          "the usual one is " BOOTSTRAP_GROUP,
                          "a token can't be in the group \"%s\"", one);
    }
  return 0;
}

int
bootstrap_check (struct kbsh_ctx *ctx, json_object *spec)
{
  const char *token = kbsh_json_string (spec, "/token", NULL);
  const char *expires = kbsh_json_string (spec, "/expires", NULL);
  int64_t when;
  if (token && !bootstrap_is_token (token))
    return kbsh_fail (ctx,
                      "it is not six letters and digits, a dot, and sixteen "
                      "letters and digits (lower case)",
                      "make one with: kbsh token generate",
                      "the token is not valid");
  if (expires && kbsh_json_at (spec, "/ttl"))
    return kbsh_fail (ctx, NULL, "give one of them",
                      "the token has both ttl and expires");
  if (expires && bootstrap_time (expires, &when))
    return kbsh_fail (ctx, NULL, "write it as 2031-12-31T23:59:59Z",
                      "a token can't expire at \"%s\"", expires);
  return check_usages (ctx, kbsh_json_at (spec, "/usages"))
                 || check_groups (ctx, spec)
             ? -1
             : 0;
}
