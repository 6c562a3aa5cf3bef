/* SPDX-License-Identifier: Apache-2.0
 *
 * Uses what nobody defines. */
#define BODY elsewhere ()
#include "module.h"
