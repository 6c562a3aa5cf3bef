/* SPDX-License-Identifier: Apache-2.0
 *
 * Mount points, as /proc/self/mountinfo has them (proc(5)).
 */
#include "config.h"

#include "act/mounts.h"

#include <errno.h>
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

static int
add (struct mounts *mounts, const char *point, struct kbsh_error *err)
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
      if (point && is_below (point, folder) && add (out, point, err))
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
