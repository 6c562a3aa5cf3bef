/* SPDX-License-Identifier: Apache-2.0
 *
 * Has a name that no module can have. */
#define MODULE_NAME "Not_A_Name"
#include "module.h"
