/* SPDX-License-Identifier: Apache-2.0
 *
 * Says that it is smaller than a description of 1.0. */
#define SIZE (sizeof (struct kbsh_module) - sizeof (void *))
#include "module.h"
