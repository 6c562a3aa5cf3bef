/* SPDX-License-Identifier: Apache-2.0
 *
 * kbsh token generate, kbsh certs certificate-key: random texts, for whoever
 * wants to know them beforehand.
 */
#include "bootstrap.h"

#include <kbsh/cleanup.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <stdio.h>
#include <string.h>

int
bootstrap_generate (struct kbsh_ctx *ctx)
{
  kbsh_autowipe char *token = bootstrap_new_token (ctx);
  if (!token || bootstrap_keep_secret (ctx, token))
    return -1;
  return kbsh_print (ctx, "%s\n", token);
}

int
bootstrap_certificate_key (struct kbsh_ctx *ctx)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  uint8_t key[32];
  char hex[65];
  int status;
  if (kbsh_random (key, sizeof key, &err))
    return kbsh_fail_error (ctx, &err);
  for (size_t i = 0; i < sizeof key; i++)
    snprintf (hex + 2 * i, 3, "%02x", key[i]);
  status
      = ctx->host->secret (ctx, hex) || kbsh_print (ctx, "%s\n", hex) ? -1 : 0;
  explicit_bzero (key, sizeof key);
  explicit_bzero (hex, sizeof hex);
  return status;
}
