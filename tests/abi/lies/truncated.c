/* SPDX-License-Identifier: Apache-2.0
 *
 * The description ends after its first three fields, whatever they say. */
#define NO_DESCRIPTION
#include "module.h"

struct short_module
{
  uint32_t abi_major, abi_minor;
  size_t size;
};
extern KBSH_EXPORT const struct short_module kbsh_module;
const struct short_module kbsh_module
    = { KBSH_ABI_MAJOR, KBSH_ABI_MINOR, sizeof (struct kbsh_module) };
