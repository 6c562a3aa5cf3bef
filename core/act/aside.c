/* SPDX-License-Identifier: Apache-2.0
 *
 * What becomes of the state folder when all was undone: the journal is kept
 * under another name, for whoever wants to know what happened; the copies of
 * files, among which are secrets, are not.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>

#include "act/state.h"

static int
is_kept (json_object *keep, const char *name)
{
  for (size_t i = 0; i < kbsh_json_length (keep, ""); i++)
    {
      const char *one
          = json_object_get_string (json_object_array_get_idx (keep, i));
      if (one && !strcmp (one, name))
        return 1;
    }
  return 0;
}

/* Zeros first: where the file system writes in place, nothing can be read
 * back. */
static int
wipe (int folder, const char *name)
{
  static const char zeros[4096];
  kbsh_autofd int fd
      = openat (folder, name, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  struct stat st;
  if (fd >= 0 && !fstat (fd, &st) && S_ISREG (st.st_mode))
    {
      for (off_t left = st.st_size; left > 0; left -= sizeof zeros)
        if (write (fd, zeros,
                   left < (off_t)sizeof zeros ? (size_t)left : sizeof zeros)
            <= 0)
          break;
      (void)fsync (fd);
    }
  return unlinkat (folder, name, 0);
}

static int
wipe_all (const struct state *state, json_object *keep)
{
  int fd = fcntl (state->backup, F_DUPFD_CLOEXEC, 0);
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;
  struct dirent *entry;
  int bad = !dir;
  if (!dir && fd >= 0)
    close (fd);
  if (dir)
    rewinddir (dir);
  while (dir && (entry = readdir (dir)))
    if (strcmp (entry->d_name, ".") && strcmp (entry->d_name, "..")
        && !is_kept (keep, entry->d_name))
      bad |= wipe (state->backup, entry->d_name);
  if (dir)
    closedir (dir);
  return bad || fsync (state->backup) ? -1 : 0;
}

int
state_set_aside (struct state *state, const char *folder, json_object *keep,
                 struct kbsh_error *err)
{
  char name[64];
  long long now = (long long)time (NULL);
  if (wipe_all (state, keep))
    return state_failed (err, "wipe the copies in", folder);
  for (int i = 0; i < 1000; i++)
    {
      snprintf (name, sizeof name, i ? "journal-%lld-%d.jsonl"
                                     : "journal-%lld.jsonl",
                now, i);
      if (!renameat2 (state->folder, "journal.jsonl", state->folder, name,
                      RENAME_NOREPLACE))
        return fsync (state->folder) ? state_failed (err, "sync", folder) : 0;
      if (errno != EEXIST)
        break;
    }
  return state_failed (err, "set the journal aside in", folder);
}
