/* SPDX-License-Identifier: Apache-2.0
 *
 * The calls of the file system that change something, each with its error.
 */
#include "config.h"

#include "act/place.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kbsh/cleanup.h>
#include <kbsh/text.h>

#define PLACE_MOST (16u << 20)

static int
refused (struct kbsh_error *err, const char *path, const char *why)
{
  kbsh_error_set (err, "the path '%s' is refused", path);
  return kbsh_error_why (err, "%s", why);
}

char *
path_normal (const char *path, struct kbsh_error *err)
{
  char *out = malloc (strlen (path) + 2), *end = out;
  if (!out)
    {
      kbsh_error_memory (err);
      return NULL;
    }
  for (const char *part = path; *part == '/';)
    {
      size_t length;
      part += strspn (part, "/");
      length = strcspn (part, "/");
      if (length == 2 && !memcmp (part, "..", 2))
        break;
      if (length && !(length == 1 && *part == '.'))
        {
          *end++ = '/';
          memcpy (end, part, length);
          end += length;
        }
      part += length;
      if (!*part)
        {
          *end = '\0';
          if (end == out || strlen (out) >= PATH_MAX)
            break;
          return out;
        }
    }
  free (out);
  refused (err, path,
           *path == '/' ? "it is '/', too long, or has '..' in it"
                        : "it is not absolute");
  return NULL;
}

int
place_error (const struct place *place, const char *what, int number,
             struct kbsh_error *err)
{
  kbsh_error_set (err, "cannot %s %s", what, place->path);
  kbsh_error_why (err, "%s", strerror (number));
  if (number == ENOSPC || number == EDQUOT)
    kbsh_error_remedy (err, "make room on its file system (df -h %.*s)",
                       (int)(place->name - place->path), place->path);
  else if (number == EFBIG)
    kbsh_error_remedy (err, "raise the limit of the size of files (ulimit -f)");
  else if (number == EROFS)
    kbsh_error_remedy (err, "its file system must be mounted read-write");
  else if (number == EPERM)
    kbsh_error_remedy (err, "see whether it is immutable (lsattr %s)",
                       place->path);
  else if (number == EBUSY)
    kbsh_error_remedy (err, "see whether something is mounted on it");
  else if (number == EISDIR || number == ENOTDIR || number == ELOOP)
    kbsh_error_remedy (err, "see what is there (ls -ld %s), and move it away",
                       place->path);
  else if (number == EIO)
    kbsh_error_remedy (err, "see what the kernel says about its disk (dmesg)");
  return -1;
}

int
place_open (const char *path, struct place *out, struct kbsh_error *err)
{
  const char *slash = strrchr (path, '/');
  kbsh_autofree char *folder = strndup (path, (size_t)(slash - path) + 1);
  if (!folder)
    return kbsh_error_memory (err);
  out->path = path;
  out->name = slash + 1;
  out->folder = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (out->folder >= 0)
    return 0;
  if (errno == ENOENT)
    return 1;
  kbsh_error_set (err, "cannot open the folder %s", folder);
  kbsh_error_why (err, "%s", strerror (errno));
  return kbsh_error_remedy (err, "see what is on the way to it (namei -l %s)",
                            folder);
}

void
place_close (struct place *place)
{
  if (place->folder >= 0)
    close (place->folder);
  place->folder = -1;
}

int
place_look (const struct place *place, struct stat *st, struct kbsh_error *err)
{
  if (!fstatat (place->folder, place->name, st, AT_SYMLINK_NOFOLLOW))
    return 1;
  if (errno == ENOENT)
    return 0;
  return place_error (place, "look at", errno, err);
}

/* At most `length` bytes: how many there were, or -1 with errno. */
static ssize_t
read_bytes (int fd, char *to, size_t length)
{
  size_t got = 0;
  ssize_t part = 1;
  while (got < length && part)
    {
      part = read (fd, to + got, length - got);
      if (part < 0 && errno != EINTR)
        return -1;
      got += part > 0 ? (size_t)part : 0;
    }
  return (ssize_t)got;
}

char *
place_read (const struct place *place, size_t *length, struct kbsh_error *err)
{
  kbsh_autofd int fd = openat (place->folder, place->name,
                               O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  struct stat st;
  kbsh_autofree char *data = NULL;
  ssize_t got;
  err->what[0] = '\0';
  if (fd < 0 || fstat (fd, &st))
    {
      place_error (place, "read", errno, err);
      return NULL;
    }
  *length = (size_t)st.st_size;
  if (*length > PLACE_MOST)
    return NULL;
  data = malloc (*length + 1);
  if (!data)
    {
      kbsh_error_memory (err);
      return NULL;
    }
  got = read_bytes (fd, data, *length);
  if (got < 0)
    {
      place_error (place, "read", errno, err);
      return NULL;
    }
  *length = (size_t)got;
  data[got] = '\0';
  return kbsh_steal (&data);
}

char *
place_temp (const struct place *place, struct kbsh_error *err)
{
  unsigned char random[6];
  char *name;
  if (kbsh_random (random, sizeof random, err))
    return NULL;
  name = kbsh_text (".%.200s.kbsh-%02x%02x%02x%02x%02x%02x", place->name,
                    random[0], random[1], random[2], random[3], random[4],
                    random[5]);
  if (!name)
    kbsh_error_memory (err);
  return name;
}

static int
write_all (int fd, const char *data, size_t length)
{
  while (length)
    {
      ssize_t part = write (fd, data, length);
      if (part < 0 && errno == EINTR)
        continue;
      if (part < 0)
        return -1;
      data += part;
      length -= (size_t)part;
    }
  return 0;
}

int
place_write (const struct place *place, const char *temp, const void *data,
             size_t length, mode_t mode, struct kbsh_error *err)
{
  /* Nobody else may read it before its mode is what it shall be; the umask
   * can only take away, so fchmod follows. */
  kbsh_autofd int fd = openat (
      place->folder, temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
      mode & 0600);
  int number;
  if (fd < 0)
    return place_error (place, "write", errno, err);
  if (!write_all (fd, data, length) && !fchown (fd, geteuid (), getegid ())
      && !fchmod (fd, mode) && !fsync (fd))
    return 0;
  number = errno;
  unlinkat (place->folder, temp, 0);
  return place_error (place, "write", number, err);
}

int
place_rename (const struct place *place, const char *temp,
              struct kbsh_error *err)
{
  int number;
  if (!renameat (place->folder, temp, place->folder, place->name))
    return fsync (place->folder) ? place_error (place, "sync", errno, err) : 0;
  number = errno;
  unlinkat (place->folder, temp, 0);
  return place_error (place, "replace", number, err);
}

int
place_remove (const struct place *place, int folder, struct kbsh_error *err)
{
  if (unlinkat (place->folder, place->name, folder ? AT_REMOVEDIR : 0))
    {
      place_error (place, "remove", errno, err);
      if (errno == ENOTEMPTY || errno == EEXIST)
        kbsh_error_remedy (err, "what is in it has to be removed before");
      return -1;
    }
  /* A file system of the kernel's own, which keeps nothing, knows no sync. */
  if (fsync (place->folder) && errno != EINVAL)
    return place_error (place, "sync", errno, err);
  return 0;
}

int
place_chmod (const struct place *place, mode_t mode, struct kbsh_error *err)
{
  char name[40];
  /* Through the open file itself: nobody can put a link in its place. */
  kbsh_autofd int fd
      = openat (place->folder, place->name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  snprintf (name, sizeof name, "/proc/self/fd/%d", fd);
  if (fd < 0 || chmod (name, mode))
    return place_error (place, "change the mode of", errno, err);
  return 0;
}
