/* SPDX-License-Identifier: Apache-2.0
 *
 * A command without words. */
#define ROLE "command"
#define OTHER_OPS static const struct kbsh_command_ops ops = { sizeof ops, NULL, run }
#include "module.h"
