/* SPDX-License-Identifier: Apache-2.0
 *
 * A service has no role. */
#define ROLE NULL
#include "module.h"
