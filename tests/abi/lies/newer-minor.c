/* SPDX-License-Identifier: Apache-2.0
 *
 * Made for a newer minor version. */
#define ABI_MINOR (KBSH_ABI_MINOR + 1)
#include "module.h"
