/* SPDX-License-Identifier: Apache-2.0
 *
 * Mount points, as /proc/self/mountinfo has them (proc(5)).
 */
#include "config.h"

#include "act/mounts.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kbsh/cleanup.h>

/* Blanks and the like stand as a backslash and three octal digits. */
static void
unescape (char *text)
{
  char *to = text;
  for (const char *from = text; *from; to++)
    if (from[0] == '\\' && from[1] && from[2] && from[3])
      {
        *to = (char)((from[1] - '0') * 64 + (from[2] - '0') * 8 + from[3]
                     - '0');
        from += 4;
      }
    else
      *to = *from++;
  *to = '\0';
}

/* The fifth field of the line, in place. */
static char *
mount_point (char *line)
{
  char *field = NULL, *rest = line;
  for (int i = 0; i < 5; i++)
    field = strsep (&rest, " \n");
  if (field)
    unescape (field);
  return field;
}

static int
is_below (const char *path, const char *folder)
{
  size_t length = strlen (folder);
  return !strncmp (path, folder, length) && path[length] == '/';
}

int
mounts_add (struct mounts *mounts, const char *point, struct kbsh_error *err)
{
  char **points
      = reallocarray (mounts->points, mounts->count + 1, sizeof *points);
  if (points)
    mounts->points = points;
  if (!points || !(points[mounts->count] = strdup (point)))
    return kbsh_error_memory (err);
  mounts->count++;
  return 0;
}

/* A path that is longer is never around another one. */
static int
longer_first (const void *a, const void *b)
{
  size_t one = strlen (*(char *const *)a), other = strlen (*(char *const *)b);
  return one < other ? 1 : one > other ? -1 : 0;
}

/* One line of it. */
struct entry
{
  long id, parent;
  char device[32], root[PATH_MAX], point[PATH_MAX];
};

static int
take_entry (const char *line, struct entry *out)
{
  if (sscanf (line, "%ld %ld %31s %4095s %4095s", &out->id, &out->parent,
              out->device, out->root, out->point)
      != 5)
    return 0;
  unescape (out->root);
  unescape (out->point);
  return 1;
}

/* The entry with this number, or (`id` 0) the last one on this folder. */
static int
find_entry (long id, const char *folder, struct entry *out)
{
  kbsh_autofile FILE *file = fopen ("/proc/self/mountinfo", "re");
  kbsh_autofree char *line = NULL;
  struct entry one;
  size_t room = 0;
  int found = 0;
  while (file && getline (&line, &room, file) > 0)
    if (take_entry (line, &one)
        && (id ? one.id == id : !strcmp (one.point, folder)))
      {
        *out = one;
        found = 1;
      }
  return found;
}

int
mounts_itself (const char *folder)
{
  struct entry top, parent;
  char root[2 * PATH_MAX];
  const char *rest;
  size_t length;
  if (!find_entry (0, folder, &top) || !find_entry (top.parent, NULL, &parent)
      || strcmp (top.device, parent.device))
    return 0;
  /* Where the folder lies on the file system around it. */
  length = strcmp (parent.point, "/") ? strlen (parent.point) : 0;
  if (strncmp (folder, parent.point, length))
    return 0;
  rest = folder + length;
  snprintf (root, sizeof root, "%s%s",
            strcmp (parent.root, "/") || !*rest ? parent.root : "", rest);
  return !strcmp (root, top.root);
}

int
mounts_below (const char *folder, struct mounts *out, struct kbsh_error *err)
{
  kbsh_autofile FILE *file = fopen ("/proc/self/mountinfo", "re");
  kbsh_autofree char *line = NULL;
  size_t room = 0;
  *out = (struct mounts){ NULL, 0 };
  if (!file)
    {
      kbsh_error_set (err, "cannot see what is mounted");
      return kbsh_error_why (err, "/proc/self/mountinfo: %s",
                             strerror (errno));
    }
  while (getline (&line, &room, file) > 0)
    {
      const char *point = mount_point (line);
      if (point && is_below (point, folder) && mounts_add (out, point, err))
        {
          mounts_free (out);
          return -1;
        }
    }
  if (out->count)
    qsort (out->points, out->count, sizeof *out->points, longer_first);
  return 0;
}

void
mounts_free (struct mounts *mounts)
{
  for (size_t i = 0; i < mounts->count; i++)
    free (mounts->points[i]);
  free (mounts->points);
  *mounts = (struct mounts){ NULL, 0 };
}
