/* SPDX-License-Identifier: Apache-2.0
 *
 * The state folder: making and opening its parts, which must be ours alone,
 * and its lock. What stands in the journal is undone one day: nobody else may
 * have written it.
 */
#include "config.h"

#include "act/state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kbsh/cleanup.h>

int
state_failed (struct kbsh_error *err, const char *what, const char *name)
{
  int number = errno;
  kbsh_error_set (err, "cannot %s %s", what, name);
  kbsh_error_why (err, "%s", strerror (number));
  if (number == ENOSPC || number == EDQUOT)
    kbsh_error_remedy (err, "make room on its file system (df -h %s)", name);
  else if (number == EROFS)
    kbsh_error_remedy (err, "its file system must be mounted read-write");
  else if (number == EFBIG)
    kbsh_error_remedy (err, "raise the limit of the size of files (ulimit -f)");
  else if (number == EMFILE || number == ENFILE)
    kbsh_error_remedy (err, "raise the limit of open files (ulimit -n)");
  return -1;
}

static int
not_ours (struct kbsh_error *err, const char *folder, const char *name,
          const char *why)
{
  kbsh_error_set (err, "%s%s%s is not used", folder, *name ? "/" : "", name);
  kbsh_error_why (err, "%s", why);
  return kbsh_error_remedy (
      err, "look at it, then move it away: what stands in it can then not be "
           "undone");
}

/* The folder and its missing parents, closed to others. */
static int
make_folder (const char *path, struct kbsh_error *err)
{
  kbsh_autofree char *part = strdup (path);
  if (!part)
    return kbsh_error_memory (err);
  for (char *slash = strchr (part + 1, '/'); slash;
       slash = strchr (slash + 1, '/'))
    {
      *slash = '\0';
      if (mkdir (part, 0755) && errno != EEXIST)
        return state_failed (err, "make the folder", part);
      *slash = '/';
    }
  if (mkdir (path, 0700) && errno != EEXIST)
    return state_failed (err, "make the folder", path);
  return 0;
}

/* Closed to others, whatever its mode was; unless others could have written
 * the file. (Of a folder its mode is enough: what is in it is looked at, too.)
 */
static int
close_to_others (int fd, mode_t mode, const char *folder, const char *name,
                 struct kbsh_error *err)
{
  struct stat st;
  if (fstat (fd, &st))
    return state_failed (err, "look at what is in", folder);
  if (st.st_uid != geteuid ())
    return not_ours (err, folder, name, "it belongs to somebody else");
  if (S_ISREG (st.st_mode) && st.st_mode & 0022)
    return not_ours (err, folder, name, "others may write it");
  if (S_ISREG (st.st_mode) && st.st_nlink != 1)
    return not_ours (err, folder, name, "it has another name, too");
  if (!S_ISREG (st.st_mode) && !S_ISDIR (st.st_mode))
    return not_ours (err, folder, name, "it is no file");
  if ((st.st_mode & 07777) != mode && fchmod (fd, mode))
    return state_failed (err, "set the mode of what is in", folder);
  return 0;
}

static int
open_folder (int at, const char *folder, const char *name, int *out,
             struct kbsh_error *err)
{
  *out = openat (at, *name ? name : folder,
                 O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (*out >= 0)
    return close_to_others (*out, 0700, folder, name, err);
  if (errno == ENOTDIR || errno == ELOOP)
    return not_ours (err, folder, name, "it is no folder, or a symbolic link");
  return state_failed (err, "open the folder", *name ? name : folder);
}

static int
open_file (const char *folder, const char *name, int flags, struct state *state,
           int *out, struct kbsh_error *err)
{
  /* Not blocking: it may be a pipe. */
  *out = openat (state->folder, name,
                 O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | flags,
                 0600);
  if (*out >= 0)
    return close_to_others (*out, 0600, folder, name, err);
  if (errno == ELOOP)
    return not_ours (err, folder, name, "it is a symbolic link");
  if (errno == EISDIR || errno == ENXIO)
    return not_ours (err, folder, name, "it is no file");
  return state_failed (err, "open the journal in", folder);
}

static int
locked (const char *folder, const struct state *state, struct kbsh_error *err)
{
  char pid[32];
  ssize_t got = errno == EAGAIN || errno == EACCES
                    ? pread (state->lock, pid, sizeof pid - 1, 0)
                    : -1;
  if (got < 0)
    return state_failed (err, "take the lock in", folder);
  pid[got] = '\0';
  kbsh_error_set (err, "another run is at work on this machine");
  kbsh_error_why (err, "process %ld holds %s/lock", strtol (pid, NULL, 10),
                  folder);
  return kbsh_error_remedy (err, "wait until it ends");
}

/* A lock of the process (not of the open file), so that no worker or program
 * that outlives a killed run for a moment holds it still. */
static int
take_lock (const char *folder, struct state *state, struct kbsh_error *err)
{
  struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
  char pid[32];
  int length;
  if (open_file (folder, "lock", 0, state, &state->lock, err))
    return -1;
  if (fcntl (state->lock, F_SETLK, &lock))
    return locked (folder, state, err);
  length = snprintf (pid, sizeof pid, "%ld\n", (long)getpid ());
  if (ftruncate (state->lock, 0)
      || pwrite (state->lock, pid, (size_t)length, 0) != length)
    return state_failed (err, "write the lock in", folder);
  return 0;
}

int
state_open (const char *folder, struct state *state, struct kbsh_error *err)
{
  if (make_folder (folder, err)
      || open_folder (AT_FDCWD, folder, "", &state->folder, err)
      || take_lock (folder, state, err))
    return -1;
  if (mkdirat (state->folder, "backup", 0700) && errno != EEXIST)
    return state_failed (err, "make the folder backup in", folder);
  if (open_folder (state->folder, folder, "backup", &state->backup, err)
      || open_file (folder, "journal.jsonl", O_APPEND, state, &state->file,
                    err))
    return -1;
  return fsync (state->folder) ? state_failed (err, "sync", folder) : 0;
}

int
state_begin_anew (struct state *state, const char *folder,
                  struct kbsh_error *err)
{
  kbsh_cleanup_fd (&state->file);
  if (open_file (folder, "journal.jsonl", O_APPEND, state, &state->file, err))
    return -1;
  return fsync (state->folder) ? state_failed (err, "sync", folder) : 0;
}

void
state_close (struct state *state)
{
  kbsh_cleanup_fd (&state->file);
  kbsh_cleanup_fd (&state->backup);
  kbsh_cleanup_fd (&state->lock);
  kbsh_cleanup_fd (&state->folder);
}
