/* SPDX-License-Identifier: Apache-2.0
 *
 * Templates: the first document is filled from the second.
 */
#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/yaml.h>

#include "fuzz.h"

static int
visit (void *data, const char *reference)
{
  (void)data;
  MUST (*reference && !strchr (reference, '}'));
  return 0;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct kbsh_yaml yaml;
  kbsh_autofree char *text = fuzz_text (data, size);
  kbsh_autojson json_object *filled = NULL;
  int visited;
  if (kbsh_yaml_parse ("input", text, size, &yaml, &err))
    return 0;
  if (yaml.count > 1)
    {
      visited = kbsh_template_visit (yaml.documents[0].tree, visit, NULL);
      filled = kbsh_template_values (yaml.documents[0].tree,
                                     yaml.documents[1].tree, &err);
      /* what can't be visited can't be filled */
      MUST (!visited || !filled);
      MUST (!filled || kbsh_json_text (filled, 1));
    }
  kbsh_yaml_free (&yaml);
  return 0;
}
