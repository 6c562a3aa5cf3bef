/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON: what is read is written, and read again as the same; merging a tree
 * onto itself, without its nulls, changes nothing.
 */
#include <kbsh/cleanup.h>
#include <kbsh/json.h>

#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autofree char *text = fuzz_text (data, size);
  kbsh_autojson json_object *tree = kbsh_json_parse (text, size, &err);
  kbsh_autojson json_object *again = NULL;
  kbsh_autojson json_object *once = NULL;
  kbsh_autojson json_object *twice = NULL;
  const char *written;
  if (!tree)
    return 0;
  written = kbsh_json_text (tree, 1);
  MUST (written);
  again = kbsh_json_parse (written, strlen (written), &err);
  MUST (again && kbsh_json_equal (tree, again));
  once = kbsh_json_merge (NULL, tree, &err);
  twice = kbsh_json_merge (once, tree, &err);
  MUST (once && kbsh_json_equal (once, twice));
  return 0;
}
