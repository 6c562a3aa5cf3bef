/* SPDX-License-Identifier: Apache-2.0
 *
 * The signature of cluster-info: a JSON Web Signature in compact form whose
 * payload is not in it (RFC 7515, appendix F), made with HS256 (RFC 7518) and
 * the secret of a token.
 */
#include "discovery.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <string.h>

/* Says the header what it has to say? It is part of what is signed, so that
 * nothing else in it needs a look. */
static int
good_header (const char *signature, const char *token)
{
  kbsh_autofree char *coded = strndup (signature, strcspn (signature, "."));
  kbsh_autofree char *text = NULL;
  kbsh_autojson json_object *tree = NULL;
  const char *id;
  size_t length = 0;
  if (coded)
    text = kbsh_base64_url_decode (coded, &length, NULL);
  if (text)
    tree = kbsh_json_parse (text, length, NULL);
  id = kbsh_json_string (tree, "/kid", "");
  return strcmp (kbsh_json_string (tree, "/alg", ""), "HS256") == 0
         && strlen (id) == DISCOVERY_ID
         && strncmp (id, token, DISCOVERY_ID) == 0;
}

/* Takes the same time whatever differs. */
static int
same (const char *a, const char *b)
{
  size_t n = strlen (a);
  unsigned char differs = 0;
  if (n != strlen (b))
    return 0;
  for (size_t i = 0; i < n; i++)
    differs |= (unsigned char)(a[i] ^ b[i]);
  return !differs;
}

/* The signature of HEADER.PAYLOAD; the caller frees. */
static char *
sign (struct kbsh_ctx *ctx, const char *header, int header_length,
      const char *secret, const char *payload)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  uint8_t mac[32];
  kbsh_autofree char *coded = kbsh_base64_url (payload, strlen (payload));
  kbsh_autofree char *input
      = coded ? kbsh_text ("%.*s.%s", header_length, header, coded) : NULL;
  char *out;
  if (!input)
    {
      kbsh_fail_memory (ctx);
      return NULL;
    }
  if (kbsh_hmac_sha256 (secret, strlen (secret), input, strlen (input), mac,
                        &err))
    {
      kbsh_fail_error (ctx, &err);
      return NULL;
    }
  out = kbsh_base64_url (mac, sizeof mac);
  if (!out)
    kbsh_fail_memory (ctx);
  return out;
}

int
discovery_signed (struct kbsh_ctx *ctx, const char *signature,
                  const char *token, const char *text)
{
  size_t header = strcspn (signature, ".");
  kbsh_autofree char *right = NULL;
  if (strncmp (signature + header, "..", 2) != 0
      || !good_header (signature, token))
    return 0;
  right = sign (ctx, signature, (int)header, token + DISCOVERY_ID + 1, text);
  return right ? same (right, signature + header + 2) : -1;
}
