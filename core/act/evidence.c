/* SPDX-License-Identifier: Apache-2.0
 *
 * Did an effect happen whose outcome nobody wrote down? What is there tells,
 * where the intent says what there will be.
 */
#include "config.h"

#include "act/recover.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>

#include "act/mounts.h"
#include "act/place.h"

static int
has_mode (const struct stat *st, json_object *intent)
{
  const char *mode = kbsh_json_string (intent, "/after/mode", "");
  return *mode && strtoul (mode, NULL, 8) == (st->st_mode & 07777);
}

static int
has_content (const char *path, json_object *intent)
{
  struct place place = { .folder = -1 };
  struct kbsh_error err = KBSH_ERROR_INIT;
  size_t length = 0;
  char sha[65] = "";
  char *data = place_open (path, &place, &err)
                   ? NULL
                   : place_read (&place, &length, &err);
  place_close (&place);
  if (data)
    {
      kbsh_sha256 (data, length, sha);
      explicit_bzero (data, length);
      free (data);
    }
  return *sha && !strcmp (sha, kbsh_json_string (intent, "/after/sha256", ""));
}

static int
points_to (const char *path, const char *wanted)
{
  char target[PATH_MAX];
  ssize_t length = readlink (path, target, sizeof target - 1);
  if (length < 0)
    return 0;
  target[length] = '\0';
  return !strcmp (target, wanted);
}

int
folder_is_empty (const char *path)
{
  DIR *dir = opendir (path);
  struct dirent *entry;
  int found = !dir;
  while (!found && (entry = readdir (dir)))
    found = strcmp (entry->d_name, ".") && strcmp (entry->d_name, "..");
  if (dir)
    closedir (dir);
  return !found;
}

static int
none_mounted (const char *folder)
{
  struct mounts mounts;
  int none = !mounts_below (folder, &mounts, NULL) && !mounts.count;
  if (!none)
    mounts_free (&mounts);
  return none;
}

int
evidence_of (json_object *intent)
{
  const char *effect = kbsh_json_string (intent, "/effect", "");
  const char *path = kbsh_json_string (intent, "/target", "");
  struct stat st;
  /* Of the folders made the outermost was first. */
  if (!strcmp (effect, "dir"))
    path = kbsh_json_string (intent, "/after/made/0", path);
  if (*path != '/')
    return 0;
  if (!strcmp (effect, "unmount"))
    return none_mounted (path);
  if (lstat (path, &st))
    return !strcmp (effect, "remove") || !strcmp (effect, "remove-tree");
  if (!strcmp (effect, "remove-tree"))
    return kbsh_json_bool (intent, "/after/empty", 0) && folder_is_empty (path);
  if (!strcmp (effect, "dir"))
    return S_ISDIR (st.st_mode);
  if (!strcmp (effect, "mode"))
    return has_mode (&st, intent);
  if (!strcmp (effect, "symlink"))
    return points_to (path, kbsh_json_string (intent, "/after/target", ""));
  return !strcmp (effect, "file") && S_ISREG (st.st_mode)
         && has_mode (&st, intent) && has_content (path, intent);
}
