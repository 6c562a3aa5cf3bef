/* SPDX-License-Identifier: Apache-2.0
 *
 * A default that is not of its type. */
#define ACCEPTS "[{\"name\": \"a\", \"type\": \"int\", \"default\": \"1\"}]"
#include "module.h"
