/* SPDX-License-Identifier: Apache-2.0
 *
 * A table of functions says that it is smaller than one of 1.0. */
#define OPS_SIZE sizeof (size_t)
#include "module.h"
