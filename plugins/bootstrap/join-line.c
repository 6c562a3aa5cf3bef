/* SPDX-License-Identifier: Apache-2.0
 *
 * The command by which a machine joins.
 */
#include "bootstrap.h"

#include <kbsh/cleanup.h>
#include <kbsh/pki.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

/* The pin of each certificate. */
static int
add_pins (struct kbsh_ctx *ctx, struct kbsh_buffer *out,
          const struct bootstrap_line *line)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  const char *at = line->ca;
  int count = 0;
  for (char *one; (one = kbsh_pki_next (&at, &err)); count++)
    {
      kbsh_autofree char *owned = one;
      struct kbsh_certificate_facts facts;
      if (kbsh_pki_facts (owned, &facts, &err))
        break;
      kbsh_buffer_printf (out, "%s--discovery-token-ca-cert-hash sha256:%s",
                          line->space, facts.spki_sha256);
    }
  if (err.what[0])
    {
      kbsh_error_wrap (&err, "the CA of the cluster");
      return kbsh_fail_error (ctx, &err);
    }
  return count ? 0
               : kbsh_fail (ctx, "there is no CA's certificate", NULL,
                            "the join command can't be printed");
}

char *
bootstrap_join_line (struct kbsh_ctx *ctx, const struct bootstrap_line *line)
{
  KBSH_CLEANUP (kbsh_buffer_free) struct kbsh_buffer out = { 0 };
  char *text;
  kbsh_buffer_printf (&out, "kbsh join %s --token %s", line->endpoint,
                      line->token);
  if (add_pins (ctx, &out, line))
    return NULL;
  if (line->key)
    kbsh_buffer_printf (&out, "%s--control-plane --certificate-key %s",
                        line->space, line->key);
  text = kbsh_buffer_take (&out);
  if (!text)
    kbsh_fail_memory (ctx);
  return text;
}
