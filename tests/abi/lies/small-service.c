/* SPDX-License-Identifier: Apache-2.0
 *
 * A service says that it is smaller than one of 1.0. */
#define SERVICE_SIZE (sizeof (struct kbsh_service) - sizeof (void *))
#include "module.h"
