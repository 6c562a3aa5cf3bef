/* SPDX-License-Identifier: Apache-2.0
 *
 * Base64 (RFC 4648). Written out here because what it codes is often a secret
 * and must be left in no memory but the caller's.
 */
#include <kbsh/cleanup.h>
#include <kbsh/text.h>

#include <stdint.h>

static const char standard[]
    = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url[]
    = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static char *
encode (const uint8_t *data, size_t length, const char *alphabet, int padded)
{
  char *text, *out;
  if (length > SIZE_MAX / 2)
    return NULL;
  text = out = malloc ((length + 2) / 3 * 4 + 1);
  if (!text)
    return NULL;
  for (size_t i = 0; i < length; i += 3)
    {
      size_t left = length - i < 3 ? length - i : 3;
      uint32_t word = (uint32_t)data[i] << 16;
      if (left > 1)
        word |= (uint32_t)data[i + 1] << 8;
      if (left > 2)
        word |= data[i + 2];
      for (size_t k = 0; k < 4; k++)
        if (k <= left)
          *out++ = alphabet[word >> (18 - 6 * k) & 63];
        else if (padded)
          *out++ = '=';
    }
  *out = '\0';
  return text;
}

char *
kbsh_base64 (const void *data, size_t length)
{
  return encode (data, length, standard, 1);
}

char *
kbsh_base64_url (const void *data, size_t length)
{
  return encode (data, length, url, 0);
}

/* The value of a digit, or -1. */
static int
digit (char c)
{
  if (c >= 'A' && c <= 'Z')
    return c - 'A';
  if (c >= 'a' && c <= 'z')
    return c - 'a' + 26;
  if (c >= '0' && c <= '9')
    return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static int
refuse (struct kbsh_error *err, const char *why, size_t at)
{
  kbsh_error_set (err, "not a base64 text");
  return kbsh_error_why (err, "%s at character %zu", why, at + 1);
}

/* The bytes of a last group of which some digits are padding. */
static size_t
decode_rest (uint32_t word, size_t padding, uint8_t *out)
{
  if (!padding)
    return 0;
  *out++ = (uint8_t)(padding == 2 ? word >> 4 : word >> 10);
  if (padding == 1)
    *out = (uint8_t)(word >> 2);
  return 3 - padding;
}

/* Line ends are passed over, as they are where files are wrapped. */
static int
decode (const char *text, uint8_t *out, size_t *length, struct kbsh_error *err)
{
  uint32_t word = 0;
  size_t digits = 0, padding = 0, n = 0, i;
  for (i = 0; text[i]; i++)
    {
      int value = digit (text[i]);
      if (text[i] == '\n' || text[i] == '\r')
        continue;
      if (text[i] == '=' && digits % 4 + padding >= 2 && padding < 2
          && digits % 4 + padding < 4)
        {
          padding++;
          continue;
        }
      if (value < 0 || padding)
        return refuse (err, "a character that does not belong there", i);
      word = word << 6 | (uint32_t)value;
      if (++digits % 4)
        continue;
      out[n++] = (uint8_t)(word >> 16);
      out[n++] = (uint8_t)(word >> 8);
      out[n++] = (uint8_t)word;
    }
  if ((digits + padding) % 4)
    return refuse (err, "it is cut off", i);
  if (padding && word & (padding == 1 ? 3 : 15))
    return refuse (err, "bits that are lost", i);
  n += decode_rest (word, padding, out + n);
  out[n] = '\0';
  *length = n;
  return 0;
}

void *
kbsh_base64_url_decode (const char *text, size_t *length,
                        struct kbsh_error *err)
{
  size_t have = strlen (text), padded = (have + 3) / 4 * 4;
  size_t wrong = strcspn (text, "+/=\r\n");
  kbsh_autowipe char *other = calloc (1, padded + 1);
  if (!other || text[wrong])
    {
      if (!other)
        kbsh_error_memory (err);
      else
        refuse (err, "a character that does not belong there", wrong);
      return NULL;
    }
  for (size_t i = 0; i < padded; i++)
    other[i] = i >= have        ? '='
               : text[i] == '-' ? '+'
               : text[i] == '_' ? '/'
                                : text[i];
  return kbsh_base64_decode (other, length, err);
}

void *
kbsh_base64_decode (const char *text, size_t *length, struct kbsh_error *err)
{
  size_t room = strlen (text) / 4 * 3 + 4, n = 0;
  uint8_t *data = malloc (room);
  if (!data)
    {
      kbsh_error_memory (err);
      return NULL;
    }
  if (decode (text, data, &n, err))
    {
      explicit_bzero (data, room);
      free (data);
      return NULL;
    }
  if (length)
    *length = n;
  return data;
}
