/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls itself otherwise than its file. */
#define MODULE_NAME "somebody-else"
#include "module.h"
