/* SPDX-License-Identifier: Apache-2.0
 *
 * A service has no summary. */
#define SUMMARY NULL
#include "module.h"
