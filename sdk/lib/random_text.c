/* SPDX-License-Identifier: Apache-2.0
 *
 * Random letters and digits, as tokens are made of.
 */
#include <kbsh/text.h>

int
kbsh_random_text (char *out, size_t length, struct kbsh_error *err)
{
  static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
  for (size_t i = 0; i < length;)
    {
      uint8_t byte;
      if (kbsh_random (&byte, 1, err))
        return -1;
      if (byte < 252) /* a multiple of 36: no letter is likelier */
        out[i++] = letters[byte % 36];
    }
  out[length] = '\0';
  return 0;
}
