/* SPDX-License-Identifier: Apache-2.0
 *
 * Under the name of the description stands a function. */
#define NO_DESCRIPTION
#include "module.h"

extern KBSH_EXPORT int kbsh_module (void);
int
kbsh_module (void)
{
  return services[0] != NULL;
}
