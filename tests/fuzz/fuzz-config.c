/* SPDX-License-Identifier: Apache-2.0
 *
 * A configuration file: read, converted, completed, checked and told, or
 * refused with a reason. What is taken gives facts.
 */
#include "../../plugins/config/test/host.h"

#include "fuzz.h"

static json_object *
inputs_of (const char *text, size_t size)
{
  json_object *inputs = json_object_new_object ();
  json_object *data = json_object_new_string_len (text, (int)size);
  MUST (inputs && data);
  json_object_object_add (inputs, "c.yaml", data);
  json_object_object_add (inputs, "config", json_object_new_string ("c.yaml"));
  json_object_object_add (inputs, "old-config",
                          json_object_new_string ("c.yaml"));
  return inputs;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static kbsh_function *const runs[]
      = { config_load_run, config_validate_run, config_migrate_run };
  const char *top = getenv ("top_srcdir");
  kbsh_autofree char *text = fuzz_text (data, size);
  kbsh_autofree char *folder
      = kbsh_text ("%s/plugins/config", top ? top : FUZZ_TOP);
  for (size_t i = 0; i < 3; i++)
    {
      json_object *inputs = inputs_of (text, size);
      struct test_host host;
      int status;
      test_host_begin (&host, folder, inputs);
      status = runs[i](&host.ctx);
      MUST (status ? host.failed && host.failure.length : !host.failed);
      MUST (status || i || kbsh_json_string (host.facts, "/node/name", NULL));
      test_host_end (&host);
      json_object_put (inputs);
    }
  return 0;
}
