/* SPDX-License-Identifier: Apache-2.0
 *
 * What every fuzz target is: one function that eats bytes. With
 * --enable-fuzzing libFuzzer calls it; otherwise replay.c, with the corpus.
 */
#ifndef KBSH_FUZZ_H
#define KBSH_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <kbsh/error.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* What must be so, whatever the input. */
#define MUST(condition)                                                        \
  do                                                                           \
    if (!(condition))                                                          \
      __builtin_trap ();                                                       \
  while (0)

/* The input as a text that ends; the caller frees. */
static inline char *
fuzz_text (const uint8_t *data, size_t size)
{
  char *text = malloc (size + 1);
  MUST (text);
  if (size)
    memcpy (text, data, size);
  text[size] = '\0';
  return text;
}

#endif
