/* SPDX-License-Identifier: Apache-2.0
 *
 * YAML: what is read is written, and read again as the same.
 */
#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/yaml.h>

#include "fuzz.h"

static void
again (const struct kbsh_yaml_document *document)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct kbsh_yaml yaml;
  kbsh_autofree char *text = kbsh_yaml_text (document->tree, &err);
  int line, column;
  MUST (text);
  MUST (!kbsh_yaml_parse ("again", text, strlen (text), &yaml, &err));
  MUST (yaml.count == 1);
  MUST (kbsh_json_equal (yaml.documents[0].tree, document->tree));
  kbsh_yaml_free (&yaml);
  MUST (!kbsh_yaml_place (document, "", &line, &column));
  kbsh_yaml_place (document, "/a/b/0\tkey", &line, &column);
  MUST (line > 0 && column > 0);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct kbsh_yaml yaml;
  kbsh_autofree char *text = fuzz_text (data, size);
  if (kbsh_yaml_parse ("input", text, size, &yaml, &err))
    {
      MUST (err.what[0] && !yaml.count);
      return 0;
    }
  for (size_t i = 0; i < yaml.count; i++)
    again (&yaml.documents[i]);
  kbsh_yaml_free (&yaml);
  return 0;
}
