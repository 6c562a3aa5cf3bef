/* SPDX-License-Identifier: Apache-2.0
 *
 * A service has no table of functions. */
#define OPS NULL
#include "module.h"
