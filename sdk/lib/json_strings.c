/* SPDX-License-Identifier: Apache-2.0
 *
 * Strings of JSON: UTF-8 and escapes.
 */
#include "json_reader.h"

#include <string.h>

#include "tree.h"

size_t
tree_utf8 (const char *s, size_t left)
{
  const unsigned char *u = (const unsigned char *)s;
  size_t n = u[0] < 0x80   ? 1
             : u[0] < 0xc2 ? 0
             : u[0] < 0xe0 ? 2
             : u[0] < 0xf0 ? 3
             : u[0] < 0xf5 ? 4
                           : 0;
  if (!n || n > left)
    return 0;
  for (size_t i = 1; i < n; i++)
    if ((u[i] & 0xc0) != 0x80)
      return 0;
  if ((u[0] == 0xe0 && u[1] < 0xa0) || (u[0] == 0xed && u[1] > 0x9f)
      || (u[0] == 0xf0 && u[1] < 0x90) || (u[0] == 0xf4 && u[1] > 0x8f))
    return 0;
  return n;
}

static void
add_utf8 (struct kbsh_buffer *b, uint32_t c)
{
  char out[4];
  size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  static const unsigned char lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
  for (size_t i = n; i-- > 1; c >>= 6)
    out[i] = (char)(0x80 | (c & 0x3f));
  out[0] = (char)(lead[n] | c);
  kbsh_buffer_add (b, out, n);
}

static int
read_hex (struct reader *r, uint32_t *out)
{
  *out = 0;
  for (int i = 0; i < 4; i++, r->at++)
    {
      const char *digits = "0123456789abcdef";
      const char *found;
      if (r->at == r->end || !*r->at
          || !(found = strchr (digits, *r->at | 0x20)))
        return json_refuse (r, "\\u needs four hexadecimal digits");
      *out = *out << 4 | (uint32_t)(found - digits);
    }
  return 0;
}

static int
read_unicode (struct reader *r, struct kbsh_buffer *b)
{
  uint32_t c, low;
  if (read_hex (r, &c))
    return -1;
  if (c >= 0xd800 && c < 0xdc00)
    {
      if (!json_next_is (r, '\\') || !json_next_is (r, 'u'))
        return json_refuse (r, "half of a surrogate pair");
      if (read_hex (r, &low))
        return -1;
      if (low < 0xdc00 || low > 0xdfff)
        return json_refuse (r, "half of a surrogate pair");
      c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
    }
  else if (c >= 0xdc00 && c < 0xe000)
    return json_refuse (r, "half of a surrogate pair");
  add_utf8 (b, c);
  return 0;
}

static int
read_escape (struct reader *r, struct kbsh_buffer *b)
{
  static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
  const char *found;
  if (json_next_is (r, 'u'))
    return read_unicode (r, b);
  if (r->at == r->end || !*r->at || !(found = strchr (from, *r->at)))
    return json_refuse (r, "an escape that JSON does not know");
  kbsh_buffer_add (b, to + (found - from), 1);
  r->at++;
  return 0;
}

int
json_read_text (struct reader *r, struct kbsh_buffer *b)
{
  while (r->at < r->end && *r->at != '"')
    {
      size_t n = tree_utf8 (r->at, (size_t)(r->end - r->at));
      if (!n)
        return json_refuse (r, "bytes that are not UTF-8");
      if ((unsigned char)*r->at < 0x20)
        return json_refuse (r, "a control character inside of a string");
      if (json_next_is (r, '\\'))
        {
          if (read_escape (r, b))
            return -1;
          continue;
        }
      kbsh_buffer_add (b, r->at, n);
      r->at += n;
    }
  if (!json_next_is (r, '"'))
    return json_refuse (r, "a string that does not end");
  return b->failed ? kbsh_error_memory (r->err) : 0;
}
