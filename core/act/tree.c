/* SPDX-License-Identifier: Apache-2.0
 *
 * The walk that removes: always relative to open folders, each of which is
 * known to be on the mount where the walk began.
 */
#include "config.h"

#include "act/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <kbsh/cleanup.h>
#include <kbsh/text.h>

#include "act/loop.h"

/* The mount that an open folder is on; where the kernel does not say (before
 * 5.8), its device. */
static int
mount_of (int fd, int *has_id, uint64_t *id)
{
  struct statx st;
  if (statx (fd, "", AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW, STATX_MNT_ID, &st))
    return -1;
  *has_id = (st.stx_mask & STATX_MNT_ID) != 0;
  *id = *has_id
            ? st.stx_mnt_id
            : (uint64_t)st.stx_dev_major << 32 | st.stx_dev_minor;
  return 0;
}

static int
failed (const struct tree *tree, const char *name, int number,
        struct kbsh_error *err)
{
  place_error (tree->place, "remove what is below", number, err);
  if (tree->depth > 0)
    kbsh_error_why (err, "%s%s%s: %s",
                    tree->depth > 1 ? tree->levels[tree->depth - 1].name : "",
                    tree->depth > 1 ? "/" : "", name, strerror (number));
  return -1;
}

/* A folder that is open is the next level. */
static int
enter (struct tree *tree, int at, const char *name, struct kbsh_error *err)
{
  struct tree_level *level = &tree->levels[tree->depth];
  int fd = openat (at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  int has_id = 0;
  uint64_t id = 0;
  if (fd < 0 || mount_of (fd, &has_id, &id))
    {
      int number = errno;
      if (fd >= 0)
        close (fd);
      return failed (tree, name, number, err);
    }
  if (!tree->depth)
    {
      tree->has_id = has_id;
      tree->id = id;
    }
  level->dir = has_id == tree->has_id && id == tree->id ? fdopendir (fd) : NULL;
  if (!level->dir)
    {
      close (fd);
      return failed (tree, name, EBUSY, err);
    }
  snprintf (level->name, sizeof level->name, "%s", name);
  level->removed = 0;
  tree->depth++;
  return 0;
}

int
tree_begin (struct tree *tree, const struct place *place, int keep,
            struct kbsh_error *err)
{
  tree->place = place;
  tree->keep = keep;
  return enter (tree, place->folder, place->name, err);
}

int
tree_is_empty (struct tree *tree)
{
  DIR *dir = tree->levels[0].dir;
  struct dirent *entry;
  int found = 0;
  while (!found && (entry = readdir (dir)))
    found = strcmp (entry->d_name, ".") && strcmp (entry->d_name, "..");
  rewinddir (dir);
  return !found;
}

/* Too deep: it becomes one of the outermost, which is read again. */
static int
move_up (struct tree *tree, const char *name, struct kbsh_error *err)
{
  const struct tree_level *level = &tree->levels[tree->depth - 1];
  char up[40];
  snprintf (up, sizeof up, ".kbsh-deep-%lu", tree->moved++);
  if (renameat (dirfd (level->dir), name, dirfd (tree->levels[0].dir), up))
    return failed (tree, name, errno, err);
  tree->levels[0].removed++;
  return 0;
}

static int
remove_entry (struct tree *tree, const char *name, struct kbsh_error *err)
{
  struct tree_level *level = &tree->levels[tree->depth - 1];
  int at = dirfd (level->dir);
  if (!unlinkat (at, name, 0))
    {
      level->removed++;
      tree->removed++;
      return 0;
    }
  if (errno == ENOENT)
    return 0;
  /* POSIX has EPERM for a folder, Linux EISDIR. */
  if (errno != EISDIR)
    return failed (tree, name, errno, err);
  if (tree->depth == TREE_DEPTH)
    return move_up (tree, name, err);
  return enter (tree, at, name, err);
}

/* The end of a folder was read: 1 it is read again, 0 it is left. What was
 * removed may have made the reading miss something, and others may have put
 * something there. */
static int
leave (struct tree *tree, struct kbsh_error *err)
{
  struct tree_level *level = &tree->levels[tree->depth - 1];
  int outer = tree->depth > 1 ? dirfd (tree->levels[tree->depth - 2].dir)
                              : tree->place->folder;
  int stays = tree->depth == 1 && tree->keep;
  if (stays ? level->removed
            : unlinkat (outer, level->name, AT_REMOVEDIR) && errno != ENOENT)
    {
      if (!stays && errno != ENOTEMPTY && errno != EEXIST)
        return failed (tree, "", errno, err);
      if (!level->removed)
        return failed (tree, "", ENOTEMPTY, err);
      level->removed = 0;
      rewinddir (level->dir);
      return 1;
    }
  if (tree->depth == 1 && fsync (stays ? dirfd (level->dir) : outer))
    return failed (tree, "", errno, err);
  closedir (level->dir);
  tree->depth--;
  tree->removed += !stays;
  if (tree->depth)
    tree->levels[tree->depth - 1].removed++;
  return 0;
}

int
tree_slice (struct tree *tree, int64_t ms, struct kbsh_error *err)
{
  int64_t end = kbsh_now_ms () + ms;
  while (tree->depth)
    {
      struct tree_level *level = &tree->levels[tree->depth - 1];
      struct dirent *entry;
      int bad;
      errno = 0;
      entry = readdir (level->dir);
      if (!entry && errno)
        return failed (tree, "", errno, err);
      bad = !entry ? leave (tree, err)
            : !strcmp (entry->d_name, ".") || !strcmp (entry->d_name, "..")
                ? 0
                : remove_entry (tree, entry->d_name, err);
      if (bad < 0)
        return -1;
      if (kbsh_now_ms () >= end)
        return tree->depth > 0;
    }
  return 0;
}

void
tree_end (struct tree *tree)
{
  while (tree->depth)
    closedir (tree->levels[--tree->depth].dir);
}
