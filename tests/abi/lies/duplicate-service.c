/* SPDX-License-Identifier: Apache-2.0
 *
 * The same service twice. */
#define LIST &service, &service, NULL
#include "module.h"
