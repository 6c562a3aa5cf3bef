/* SPDX-License-Identifier: Apache-2.0
 *
 * What it accepts is not JSON. */
#define ACCEPTS "[{\"name\": \"a\","
#include "module.h"
