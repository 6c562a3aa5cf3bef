/* SPDX-License-Identifier: Apache-2.0
 *
 * It touches a path that is not absolute. */
#define TOUCHES "{\"paths\": [\"etc/x\"]}"
#include "module.h"
