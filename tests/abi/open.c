/* SPDX-License-Identifier: Apache-2.0
 *
 * Opens a module and says what the loader says: "OK NAME", or the refusal.
 */
#include "config.h"

#include <stdio.h>

#include "load/loader.h"

int
main (int argc, char **argv)
{
  const struct kbsh_module *module;
  struct kbsh_error err = KBSH_ERROR_INIT;
  char text[4096];
  if (argc != 2)
    return 2;
  module = loader_open (argv[1], &err);
  if (!module)
    {
      puts (kbsh_error_text (&err, text, sizeof text));
      return 1;
    }
  printf ("OK %s\n", module->name);
  return module == loader_open (argv[1], &err) ? 0 : 3;
}
