/* SPDX-License-Identifier: Apache-2.0
 *
 * Certificates, keys and what is encrypted, as somebody else may write them.
 */
#include <kbsh/cleanup.h>
#include <kbsh/pki.h>

#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const uint8_t key[32];
  static const char *const names[] = { "kubernetes", NULL };
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct kbsh_certificate spec = { .common_name = "x", .dns_names = names };
  struct kbsh_certificate_facts facts;
  size_t length;
  kbsh_autofree char *text = fuzz_text (data, size);
  kbsh_autofree char *public_key = kbsh_pki_public (text, &err);
  kbsh_autofree void *plain = NULL;
  if (!kbsh_pki_facts (text, &facts, &err))
    MUST (strlen (facts.spki_sha256) == 64
          && strlen (facts.common_name) < sizeof facts.common_name);
  kbsh_pki_matches (text, text, &err);
  kbsh_pki_pair (text, text, &err);
  kbsh_pki_check (text, &spec, text, 1700000000, &err);
  plain = kbsh_pki_decrypt (key, data, size, &length, &err);
  MUST (!plain || length < size);
  MUST (!public_key || strstr (public_key, "PUBLIC KEY"));
  return 0;
}
