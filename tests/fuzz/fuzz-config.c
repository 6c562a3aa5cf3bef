/* SPDX-License-Identifier: Apache-2.0
 *
 * A configuration file: read, converted, completed, checked and told, or
 * refused with a reason. What is taken gives facts.
 */
#include "../../plugins/config/config.h"

#include "fake-host.h"

#include "fuzz.h"

static json_object *
world_of (const char *text, const char *folder)
{
  json_object *world = NULL;
  MUST (!kbsh_json_set_string (&world, "/files/c.yaml", text, NULL)
        && !kbsh_json_set_string (&world, "/inputs/config", "c.yaml", NULL)
        && !kbsh_json_set_string (&world, "/inputs/old-config", "c.yaml", NULL)
        && !kbsh_json_set_string (&world, "/data", folder, NULL));
  return world;
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
      struct fake fake;
      int status;
      fake_open_tree (&fake, world_of (text, folder));
      status = runs[i](&fake.ctx);
      MUST (status ? fake.has_failed && fake.error.what[0] : !fake.has_failed);
      MUST (status || i || kbsh_json_string (fake.results, "/node/name", NULL));
      fake_close (&fake);
    }
  return 0;
}
