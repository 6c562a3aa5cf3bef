/* SPDX-License-Identifier: Apache-2.0
 *
 * Made for another major version. */
#define ABI_MAJOR (KBSH_ABI_MAJOR + 1)
#include "module.h"
