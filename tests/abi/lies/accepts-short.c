/* SPDX-License-Identifier: Apache-2.0
 *
 * A parameter of a step that only a command can have. */
#define ACCEPTS "[{\"name\": \"a\", \"type\": \"int\", \"short\": \"a\"}]"
#include "module.h"
