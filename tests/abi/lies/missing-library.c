/* SPDX-License-Identifier: Apache-2.0
 *
 * Linked with a library that is gone when it is opened. */
#define BODY elsewhere ()
#include "module.h"
