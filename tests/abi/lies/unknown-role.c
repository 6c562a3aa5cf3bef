/* SPDX-License-Identifier: Apache-2.0
 *
 * A role that no host knows. */
#define ROLE "oracle"
#include "module.h"
