/* SPDX-License-Identifier: Apache-2.0
 *
 * A CA that signs elsewhere: what it should have signed must be there, and
 * what is missing is said all at once.
 */
#include "pki-steps.h"

#include <kbsh/cleanup.h>
#include <kbsh/issue.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <string.h>

static int
look (struct kbsh_ctx *ctx, struct kbsh_buffer *missing, const char *path)
{
  if (!ctx->host->read_file (ctx, path, NULL) && !ctx->host->failed (ctx))
    kbsh_buffer_printf (missing, "%s%s", missing->length ? ", " : "", path);
  return ctx->host->failed (ctx) ? -1 : 0;
}

static int
look_for_certificates (struct kbsh_ctx *ctx, const char *ca,
                       struct kbsh_buffer *missing)
{
  kbsh_autojson json_object *all = kbsh_input (ctx, "config:/certificates");
  const char *folder = ctx->host->get_string (ctx, "config:/paths/pki", "");
  if (!json_object_is_type (all, json_type_object))
    return 0;
  json_object_object_foreach (all, name, spec)
  {
    const char *base = kbsh_json_string (spec, "/base", "");
    kbsh_autofree char *certificate = kbsh_spec_path (folder, base, "crt");
    kbsh_autofree char *key = kbsh_spec_path (folder, base, "key");
    (void)name;
    if (strcmp (kbsh_json_string (spec, "/ca", ""), ca))
      continue;
    if (!certificate || !key)
      return kbsh_fail_memory (ctx);
    if (look (ctx, missing, certificate) || look (ctx, missing, key))
      return -1;
  }
  return 0;
}

static int
look_for_kubeconfigs (struct kbsh_ctx *ctx, const char *ca,
                      struct kbsh_buffer *missing)
{
  kbsh_autojson json_object *all = kbsh_input (ctx, "config:/kubeconfigs");
  const char *folder
      = ctx->host->get_string (ctx, "config:/paths/kubeconfigs", "");
  if (!json_object_is_type (all, json_type_object))
    return 0;
  json_object_object_foreach (all, name, spec)
  {
    kbsh_autofree char *path
        = kbsh_text ("%s/%s", folder, kbsh_json_string (spec, "/file", ""));
    (void)name;
    if (strcmp (kbsh_json_string (spec, "/ca", ""), ca))
      continue;
    if (!path)
      return kbsh_fail_memory (ctx);
    if (look (ctx, missing, path))
      return -1;
  }
  return 0;
}

int
external_check (struct kbsh_ctx *ctx, const char *name)
{
  KBSH_CLEANUP (kbsh_buffer_free) struct kbsh_buffer missing = { 0 };
  if (look_for_certificates (ctx, name, &missing)
      || look_for_kubeconfigs (ctx, name, &missing))
    return -1;
  kbsh_autofree char *text = kbsh_buffer_take (&missing);
  if (!text)
    return kbsh_fail_memory (ctx);
  if (!*text)
    {
      kbsh_say (ctx,
                "The key of the CA \"%s\" is not here: what it signed is used",
                name);
      return 0;
    }
  kbsh_autofree char *why = kbsh_text ("these are missing: %s", text);
  return kbsh_fail (ctx, why,
                    "Have them made where the CA's key is and put them there, "
                    "or put the CA's key beside its certificate.",
                    "the key of the CA \"%s\" is not here, so that somebody "
                    "else has to sign",
                    name);
}
