/* SPDX-License-Identifier: Apache-2.0
 *
 * SHA-256, HMAC, and bytes from the system's random source.
 */
#include <kbsh/text.h>

#include <errno.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

/* Should the library fail (it is out of memory, or a self test of its own
 * failed), the result is "": it equals no digest. */
void
kbsh_sha256 (const void *data, size_t length, char hex[65])
{
  unsigned char digest[32];
  hex[0] = '\0';
  if (gnutls_hash_fast (GNUTLS_DIG_SHA256, data, length, digest) < 0)
    return;
  for (size_t i = 0; i < sizeof digest; i++)
    snprintf (hex + 2 * i, 3, "%02x", digest[i]);
}

int
kbsh_hmac_sha256 (const void *key, size_t key_length, const void *data,
                  size_t length, uint8_t out[32], struct kbsh_error *err)
{
  int code = gnutls_hmac_fast (GNUTLS_MAC_SHA256, key, key_length, data, length,
                               out);
  if (code >= 0)
    return 0;
  kbsh_error_set (err, "an HMAC can't be made");
  return kbsh_error_why (err, "%s", gnutls_strerror (code));
}

int
kbsh_random (void *data, size_t length, struct kbsh_error *err)
{
  unsigned char *at = data;
  while (length)
    {
      ssize_t got = getrandom (at, length, 0);
      if (got < 0 && errno == EINTR)
        continue;
      if (got <= 0)
        {
          kbsh_error_set (err, "can't get random bytes");
          return kbsh_error_why (err, "%s", strerror (errno));
        }
      at += got;
      length -= (size_t)got;
    }
  return 0;
}
