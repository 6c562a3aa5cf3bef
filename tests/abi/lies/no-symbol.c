/* SPDX-License-Identifier: Apache-2.0
 *
 * A library that describes no module. */
#define NO_DESCRIPTION
#include "module.h"
