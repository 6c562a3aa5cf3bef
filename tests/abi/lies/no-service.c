/* SPDX-License-Identifier: Apache-2.0
 *
 * Has an empty list of services. */
#define LIST NULL
#include "module.h"
