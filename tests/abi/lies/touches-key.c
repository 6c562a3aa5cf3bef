/* SPDX-License-Identifier: Apache-2.0
 *
 * What it touches has a key that is not known. */
#define TOUCHES "{\"files\": [\"/etc/x\"]}"
#include "module.h"
