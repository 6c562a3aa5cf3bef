/* SPDX-License-Identifier: Apache-2.0
 *
 * Authenticated encryption (NIST SP 800-38D), nonce in front.
 */
#include "pki.h"

#include <gnutls/crypto.h>
#include <kbsh/pki.h>
#include <kbsh/text.h>

#include <stdlib.h>

enum
{
  NONCE = 12,
  TAG = 16
};

static void
cleanup_cipher (gnutls_aead_cipher_hd_t *cipher)
{
  if (*cipher)
    gnutls_aead_cipher_deinit (*cipher);
}

static int
open_cipher (const uint8_t key[32], gnutls_aead_cipher_hd_t *cipher)
{
  gnutls_datum_t datum = { (unsigned char *)key, 32 };
  return gnutls_aead_cipher_init (cipher, GNUTLS_CIPHER_AES_256_GCM, &datum);
}

void *
kbsh_pki_encrypt (const uint8_t key[32], const void *data, size_t length,
                  size_t *out_length, struct kbsh_error *err)
{
  KBSH_CLEANUP (cleanup_cipher) gnutls_aead_cipher_hd_t cipher = NULL;
  kbsh_autofree unsigned char *out = malloc (NONCE + length + TAG);
  size_t size = length + TAG;
  int code;
  if (!out)
    {
      kbsh_error_memory (err);
      return NULL;
    }
  if (kbsh_random (out, NONCE, err))
    return NULL;
  code = open_cipher (key, &cipher);
  if (code == 0)
    code = gnutls_aead_cipher_encrypt (cipher, out, NONCE, NULL, 0, TAG, data,
                                       length, out + NONCE, &size);
  if (code)
    {
      pki_error (err, code, "the data can't be encrypted");
      return NULL;
    }
  *out_length = NONCE + size;
  return kbsh_steal (&out);
}

void *
kbsh_pki_decrypt (const uint8_t key[32], const void *data, size_t length,
                  size_t *out_length, struct kbsh_error *err)
{
  KBSH_CLEANUP (cleanup_cipher) gnutls_aead_cipher_hd_t cipher = NULL;
  kbsh_autofree unsigned char *out = NULL;
  const unsigned char *in = data;
  size_t size = length > NONCE + TAG ? length - NONCE - TAG : 0;
  int code;
  if (length < NONCE + TAG)
    {
      kbsh_error_set (err, "the encrypted data are cut off");
      return NULL;
    }
  out = calloc (1, size + 1);
  if (!out)
    {
      kbsh_error_memory (err);
      return NULL;
    }
  code = open_cipher (key, &cipher);
  if (code == 0)
    code = gnutls_aead_cipher_decrypt (cipher, in, NONCE, NULL, 0, TAG,
                                       in + NONCE, length - NONCE, out, &size);
  if (code)
    {
      kbsh_error_set (err, "the data can't be decrypted");
      kbsh_error_why (err, "the key is another one, or they were changed");
      return NULL;
    }
  *out_length = size;
  return kbsh_steal (&out);
}
