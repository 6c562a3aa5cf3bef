/* SPDX-License-Identifier: Apache-2.0
 *
 * What a dry run "wrote" and "removed", in memory.
 */
#ifndef CORE_ACT_PRETEND_FILE_H
#define CORE_ACT_PRETEND_FILE_H

#include <stddef.h>

#include <kbsh/error.h>

struct pretend_files;

/* Content (1), removed (2), or nothing known (0). Data is borrowed. */
int pretend_file_get (const struct pretend_files *files, const char *path,
                      const char **data, size_t *length);
/* *files may be NULL: it is made. data NULL: removed. */
int pretend_file_put (struct pretend_files **files, const char *path,
                      const void *data, size_t length, struct kbsh_error *err);
/* All below the folder is removed (and, unless `keep`, the folder itself). */
int pretend_file_put_tree (struct pretend_files **files, const char *path,
                           int keep, struct kbsh_error *err);
void pretend_file_free (struct pretend_files *files);

#endif
