/* SPDX-License-Identifier: Apache-2.0
 *
 * A required function is missing. */
#define RUN NULL
#include "module.h"
