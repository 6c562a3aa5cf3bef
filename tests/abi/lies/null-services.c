/* SPDX-License-Identifier: Apache-2.0
 *
 * Has no list of services. */
#define SERVICES NULL
#include "module.h"
