/* SPDX-License-Identifier: Apache-2.0
 *
 * No lie: this one must load. */
#include "module.h"
