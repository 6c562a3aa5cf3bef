/* SPDX-License-Identifier: Apache-2.0
 *
 * Has an empty version. */
#define VERSION ""
#include "module.h"
