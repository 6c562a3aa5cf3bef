/* SPDX-License-Identifier: Apache-2.0
 *
 * discovery.find: which cluster is it that this machine joins, and with what
 * does it introduce itself?
 */
#include "discovery.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <string.h>

#define TOKEN_USER "tls-bootstrap-token-user" /* as kubeadm calls it */
#define CLUSTER "kubernetes"

void
discovery_deadline (struct source *source, char text[40])
{
  int64_t ms
      = source->ctx->host->get_int (source->ctx, "from:/timeout", 300000);
  kbsh_duration_text (ms, text);
  source->deadline = kbsh_now_ms () + ms;
}

/* A token for the TLS bootstrap goes before what a file brings. */
static int
set_token (struct kbsh_ctx *ctx, int by_token, struct kbsh_kube *found)
{
  const char *token = kbsh_input_string (ctx, "from:/tls-token", NULL);
  if (!token && by_token)
    token = kbsh_input_string (ctx, "from:/token", NULL);
  if (!token)
    return 0;
  if (ctx->host->secret (ctx, token))
    return -1;
  kbsh_cleanup_wipe (&found->token);
  kbsh_cleanup_wipe (&found->key);
  kbsh_cleanup_free (&found->certificate);
  kbsh_cleanup_free (&found->user);
  found->key = found->certificate = NULL;
  found->token = strdup (token);
  found->user = strdup (TOKEN_USER);
  return found->token && found->user ? 0 : kbsh_fail_memory (ctx);
}

static int
put_found (struct kbsh_ctx *ctx, const struct kbsh_kube *found)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct kbsh_kubeconfig spec
      = { .cluster = CLUSTER,
          .server = found->server,
          .ca = found->ca,
          .user = found->user && *found->user ? found->user : TOKEN_USER,
          .certificate = found->certificate,
          .key = found->key };
  kbsh_autojson json_object *tree = kbsh_kubeconfig (&spec, &err);
  if (!tree
      || (found->token
          && kbsh_json_set_string (&tree, "/users/0/user/token", found->token,
                                   &err)))
    return kbsh_fail_error (ctx, &err);
  if (kbsh_put (ctx, "/kubeconfig", json_object_get (tree))
      || ctx->host->put_string (ctx, "/server", found->server))
    return -1;
  return ctx->host->put_string (ctx, "/ca", found->ca);
}

int
discovery_find (struct kbsh_ctx *ctx)
{
  KBSH_CLEANUP (kbsh_kube_close) struct kbsh_kube found = { 0 };
  const char *kind = ctx->host->get_string (ctx, "from:/kind", "");
  int by_token = strcmp (kind, "token") == 0;
  if (!by_token && strcmp (kind, "file") != 0)
    return kbsh_fail (ctx, "from:/kind is neither \"token\" nor \"file\"", NULL,
                      "there is no way to find the cluster");
  if (by_token ? discovery_by_token (ctx, &found)
               : discovery_by_file (ctx, &found))
    return -1;
  if (set_token (ctx, by_token, &found) || put_found (ctx, &found))
    return -1;
  kbsh_say (ctx, "Found the cluster at %s", found.server);
  return 0;
}
