/* SPDX-License-Identifier: Apache-2.0
 *
 * Its description is that of a library that it is linked with. */
#define NO_DESCRIPTION
#define BODY elsewhere ()
#include "module.h"

extern const struct kbsh_module kbsh_module;

/* the name is in the file, but not what it stands for */
extern const char *borrowed_name (void);
const char *
borrowed_name (void)
{
  return kbsh_module.name;
}
