/* SPDX-License-Identifier: Apache-2.0
 *
 * Two parameters of one name. */
#define ACCEPTS "[{\"name\": \"a\", \"type\": \"int\"}, " "{\"name\": \"a\", \"type\": \"int\"}]"
#include "module.h"
