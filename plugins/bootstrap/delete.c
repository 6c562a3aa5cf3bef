/* SPDX-License-Identifier: Apache-2.0
 *
 * kbsh token delete ID|TOKEN...
 */
#include "bootstrap.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <string.h>

/* All of them, before one is deleted. */
static int
check (struct kbsh_ctx *ctx, json_object *list)
{
  for (size_t i = 0; i < kbsh_json_length (list, ""); i++)
    {
      const char *one
          = json_object_get_string (json_object_array_get_idx (list, i));
      int whole = bootstrap_is_token (one);
      if (whole && bootstrap_keep_secret (ctx, one))
        return -1;
      if (!whole && !bootstrap_is_id (one))
        return kbsh_fail (ctx,
                          "it is neither an id (six lower case letters and "
                          "digits) nor a token (ID.SECRET)",
                          "see them with: kbsh token list",
                          "the argument %zu of token delete is not valid",
                          i + 1);
    }
  return 0;
}

static int
delete_one (struct kbsh_ctx *ctx, const struct kbsh_kube *kube,
            const char *token)
{
  kbsh_autofree char *path
      = kbsh_text (BOOTSTRAP_SECRETS "/bootstrap-token-%.6s", token);
  int status;
  if (!path)
    return kbsh_fail_memory (ctx);
  status = kbsh_kube_request (ctx, kube, "DELETE", path, NULL, NULL, NULL);
  if (status == 404)
    return kbsh_fail (ctx, "the cluster has none with this id",
                      "see them with: kbsh token list",
                      "the bootstrap token \"%.6s\" can't be deleted", token);
  if (status < 0)
    return -1;
  return ctx->dry_run
             ? 0
             : kbsh_print (ctx, "bootstrap token \"%.6s\" deleted\n", token);
}

int
bootstrap_delete (struct kbsh_ctx *ctx)
{
  KBSH_CLEANUP (kbsh_kube_close) struct kbsh_kube kube = { 0 };
  kbsh_autojson json_object *list = kbsh_input (ctx, "token");
  int status = check (ctx, list) || kbsh_kube_connect (ctx, &kube) ? -1 : 0;
  for (size_t i = 0; !status && i < kbsh_json_length (list, ""); i++)
    status = delete_one (
        ctx, &kube,
        json_object_get_string (json_object_array_get_idx (list, i)));
  return status;
}
