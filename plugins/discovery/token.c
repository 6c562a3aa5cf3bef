/* SPDX-License-Identifier: Apache-2.0
 *
 * Discovery by token. The first read trusts nobody: what it brings is taken
 * when the token's secret signed it, and when the CA in it is one that the
 * user expects. Then it is read again from whom that CA vouches for.
 */
#include "discovery.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <stdio.h>
#include <string.h>

enum
{
  GRACE_MS = 2000 /* cluster-info was changed and is not signed again yet */
};

struct signing
{
  const char *token;
  int64_t patience; /* when a bad signature is one; 0: not seen yet */
};

static int
good_token (const char *token)
{
  static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
  return strspn (token, letters) == DISCOVERY_ID && token[DISCOVERY_ID] == '.'
         && strspn (token + DISCOVERY_ID + 1, letters) == DISCOVERY_SECRET
         && !token[DISCOVERY_ID + 1 + DISCOVERY_SECRET];
}

static int
fail_signature (struct source *source, const char *token)
{
  return kbsh_fail (
      source->ctx,
      "either the secret of the token is wrong, or what was read is not what "
      "the cluster wrote (somebody between this machine and the API server)",
      "compare the token with the one in kbsh token list on a control plane; "
      "when it is the same, do not join over this network",
      "the signature of cluster-info at %s does not fit the token %.6s",
      source->server, token);
}

static int
is_signed (struct source *source, json_object *map, void *data)
{
  struct signing *signing = data;
  const char *text = kbsh_json_string (map, "/data/kubeconfig", "");
  char where[40];
  const char *signature;
  int good;
  snprintf (where, sizeof where, "/data/jws-kubeconfig-%.6s", signing->token);
  signature = kbsh_json_string (map, where, "");
  if (!*signature)
    {
      snprintf (source->why, sizeof source->why,
                "the cluster knows no token %.6s, or it has expired (there is "
                "no signature of it)",
                signing->token);
      return 1;
    }
  good = discovery_signed (source->ctx, signature, signing->token, text);
  if (good)
    return good < 0 ? -1 : 0;
  if (!signing->patience)
    signing->patience = kbsh_now_ms () + GRACE_MS;
  snprintf (source->why, sizeof source->why, "its signature does not fit");
  return kbsh_now_ms () < signing->patience && kbsh_now_ms () < source->deadline
             ? 1
             : fail_signature (source, signing->token);
}

static int
is_there (struct source *source, json_object *map, void *data)
{
  (void)source;
  (void)map;
  (void)data;
  return 0;
}

static int
fail_change (struct source *source)
{
  return kbsh_fail (
      source->ctx,
      "over the verified connection it says something else than before: it "
      "was changed in between, or somebody is between this machine and the "
      "API server",
      "try again; when it happens again, do not join over this network",
      "the two reads of cluster-info at %s differ", source->server);
}

/* Again, from whom the pinned certificates vouch for. */
static int
read_again (struct source *source, const char *first, const char *pinned)
{
  kbsh_autojson json_object *map = NULL;
  int64_t least = kbsh_now_ms () + 10000;
  source->ca = pinned;
  source->unverified = 0;
  if (source->deadline < least)
    source->deadline = least;
  if (discovery_read (source, is_there, NULL, 0, &map))
    return -1;
  return strcmp (kbsh_json_string (map, "/data/kubeconfig", ""), first) == 0
             ? 0
             : fail_change (source);
}

static int
check (struct source *source, json_object *map, json_object *pins,
       struct kbsh_kube *found)
{
  kbsh_autofree char *pinned = NULL;
  kbsh_autofree char *whose
      = kbsh_text ("of the cluster at %s", source->server);
  const char *text = kbsh_json_string (map, "/data/kubeconfig", "");
  if (!whose)
    return kbsh_fail_memory (source->ctx);
  if (discovery_in_map (source->ctx, source->server, map, found))
    return -1;
  if (!kbsh_json_length (pins, ""))
    return discovery_ca_valid (source->ctx, found->ca, whose);
  pinned = discovery_pinned (source->ctx, source->server, found->ca, pins);
  if (!pinned || discovery_ca_valid (source->ctx, pinned, whose))
    return -1;
  return read_again (source, text, pinned);
}

static int
check_inputs (struct kbsh_ctx *ctx, const char *token, const char *endpoint,
              json_object *pins)
{
  if (!*endpoint)
    return kbsh_fail (ctx, NULL, "name it: kbsh join HOST:PORT --token ...",
                      "the API server to join is not known");
  if (!good_token (token))
    return kbsh_fail (ctx,
                      "it is not six letters and digits, a dot, and sixteen",
                      "make one on a control plane: kbsh token create "
                      "--print-join-command",
                      "the discovery token is not valid");
  if (discovery_pins (ctx, pins))
    return -1;
  if (!kbsh_json_length (pins, "")
      && !ctx->host->get_bool (ctx, "from:/unsafe-skip-ca-verification", 0))
    return kbsh_fail (ctx,
                      "anybody who knows the token could pose as the cluster",
                      "give --discovery-token-ca-cert-hash (kbsh token create "
                      "--print-join-command prints it), or choose "
                      "--discovery-token-unsafe-skip-ca-verification",
                      "the hash of the cluster's CA is missing");
  return 0;
}

int
discovery_by_token (struct kbsh_ctx *ctx, struct kbsh_kube *found)
{
  const char *endpoint = ctx->host->get_string (ctx, "from:/endpoint", "");
  struct signing signing
      = { .token = ctx->host->get_string (ctx, "from:/token", "") };
  kbsh_autojson json_object *pins = kbsh_input (ctx, "from:/ca-hashes");
  kbsh_autojson json_object *map = NULL;
  kbsh_autofree char *server = kbsh_text (
      "%s%s", strncmp (endpoint, "https://", 8) ? "https://" : "", endpoint);
  char timeout[40];
  struct source source
      = { .ctx = ctx, .server = server, .unverified = 1, .timeout = timeout };
  if (!server)
    return kbsh_fail_memory (ctx);
  if (check_inputs (ctx, signing.token, endpoint, pins)
      || ctx->host->secret (ctx, signing.token)
      || ctx->host->secret (ctx, signing.token + DISCOVERY_ID + 1))
    return -1;
  discovery_deadline (&source, timeout);
  if (discovery_read (&source, is_signed, &signing, 0, &map))
    return -1;
  return check (&source, map, pins, found);
}
