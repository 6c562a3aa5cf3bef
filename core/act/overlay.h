/* SPDX-License-Identifier: Apache-2.0
 *
 * What a dry run "wrote" and "removed", in memory.
 */
#ifndef CORE_ACT_OVERLAY_H
#define CORE_ACT_OVERLAY_H

#include <stddef.h>

#include <kbsh/error.h>

struct overlay;

/* Content (1), removed (2), or nothing known (0). Data is borrowed. */
int overlay_get (const struct overlay *overlay, const char *path,
                 const char **data, size_t *length);
/* *overlay may be NULL: it is made. data NULL: removed. */
int overlay_put (struct overlay **overlay, const char *path, const void *data,
                 size_t length, struct kbsh_error *err);
/* All below the folder is removed (and, unless `keep`, the folder itself). */
int overlay_put_tree (struct overlay **overlay, const char *path, int keep,
                      struct kbsh_error *err);
void overlay_free (struct overlay *overlay);

#endif
