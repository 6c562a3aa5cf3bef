/* SPDX-License-Identifier: Apache-2.0
 *
 * Unified diffs of texts, for people to read.
 */
#ifndef CORE_ACT_DIFF_H
#define CORE_ACT_DIFF_H

#include <stddef.h>

/* From `old` (NULL: there is no such file) to `new` (NULL: it goes). "" when
 * they are equal, NULL when out of memory; the caller frees. */
char *diff_unified (const char *path, const char *old, size_t old_length,
                    const char *new, size_t new_length);

#endif
