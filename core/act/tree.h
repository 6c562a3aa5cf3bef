/* SPDX-License-Identifier: Apache-2.0
 *
 * Removing a folder with all that is below it, a slice of time after another.
 * No link is followed, and no mount point is entered, whatever others put
 * there meanwhile.
 */
#ifndef CORE_ACT_TREE_H
#define CORE_ACT_TREE_H

#include <dirent.h>
#include <stdint.h>
#include <sys/stat.h>

#include "act/place.h"

/* So many folders are open at most; what lies deeper is moved up first. */
#define TREE_DEPTH 64

struct tree_level
{
  DIR *dir;
  char name[256];
  unsigned long removed; /* since it was last read from its beginning */
};

struct tree
{
  const struct place *place; /* borrowed */
  int keep;                  /* the folder itself stays */
  int has_id;
  uint64_t id; /* of the mount it is on (or the device) */
  struct tree_level levels[TREE_DEPTH];
  int depth;
  unsigned long removed, moved;
};

/* `tree` is zeroed. The folder at the place is there. */
int tree_begin (struct tree *tree, const struct place *place, int keep,
                struct kbsh_error *err);
/* Nothing is in it (asked before the first slice). */
int tree_is_empty (struct tree *tree);
/* Go on for so many milliseconds: 1 there is more to do, 0 it is gone, -1. */
int tree_slice (struct tree *tree, int64_t ms, struct kbsh_error *err);
void tree_end (struct tree *tree);

#endif
