/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of this plugin share.
 */
#ifndef PKI_STEPS_H
#define PKI_STEPS_H

#include <json-c/json.h>

#include <kbsh/plugin.h>

/* A certificate and its key as they are on the machine; the host's memory. */
struct pair
{
  char *certificate_path, *key_path;
  const char *certificate, *key; /* NULL: not there */
};
int pair_open (struct kbsh_ctx *ctx, const char *base, struct pair *pair);
void pair_close (struct pair *pair);

/* The CA `name` signs elsewhere: is all there that it should have signed? */
int external_check (struct kbsh_ctx *ctx, const char *name);

int certificate_run (struct kbsh_ctx *ctx);
int keypair_run (struct kbsh_ctx *ctx);
int shared_run (struct kbsh_ctx *ctx);

#endif
