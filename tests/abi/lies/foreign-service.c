/* SPDX-License-Identifier: Apache-2.0
 *
 * A service is named after another module. */
#define SERVICE_NAME "other.run"
#include "module.h"
