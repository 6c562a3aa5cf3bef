/* SPDX-License-Identifier: Apache-2.0
 *
 * Opens a module in a process of its own first: one that crashes, hangs or
 * exits while it is opened is told about, and harms nobody.
 */
#ifndef CORE_LOAD_PROBE_H
#define CORE_LOAD_PROBE_H

#include "load/registry.h"

/* As loader_open(). */
const struct kbsh_module *probe_open (const char *path, struct kbsh_error *err);
/* As registry_open_all(), with a probe of all, and of each when that one ends
 * badly. */
int probe_open_all (struct registry *registry, struct kbsh_error *err);

#endif
