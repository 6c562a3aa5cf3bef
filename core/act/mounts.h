/* SPDX-License-Identifier: Apache-2.0
 *
 * What is mounted below a folder.
 */
#ifndef CORE_ACT_MOUNTS_H
#define CORE_ACT_MOUNTS_H

#include <stddef.h>

#include <kbsh/error.h>

struct mounts
{
  char **points; /* the innermost first */
  size_t count;
};

/* `folder` is a normal path; what is mounted on it itself does not count. */
int mounts_below (const char *folder, struct mounts *out,
                  struct kbsh_error *err);
/* Is the folder mounted over itself (a bind mount of it, which some programs
 * need for the propagation of mounts)? */
int mounts_itself (const char *folder);
/* One more, at the end. */
int mounts_add (struct mounts *mounts, const char *point,
                struct kbsh_error *err);
void mounts_free (struct mounts *mounts);

#endif
