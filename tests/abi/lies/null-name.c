/* SPDX-License-Identifier: Apache-2.0
 *
 * Has no name. */
#define MODULE_NAME NULL
#include "module.h"
