/* SPDX-License-Identifier: Apache-2.0
 *
 * What it accepts has a type that is not known. */
#define ACCEPTS "[{\"name\": \"a\", \"type\": \"number\"}]"
#include "module.h"
