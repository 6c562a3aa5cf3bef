/* SPDX-License-Identifier: Apache-2.0
 *
 * What it accepts has a key that is not known. */
#define ACCEPTS "[{\"name\": \"a\", \"type\": \"int\", \"defualt\": 1}]"
#include "module.h"
