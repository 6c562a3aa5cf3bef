/* SPDX-License-Identifier: Apache-2.0
 *
 * The overlay: a list, for a run writes some dozens of files.
 */
#include "config.h"

#include "act/overlay.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct overlay
{
  char *path;
  char *data; /* NULL: removed */
  size_t length;
  int tree; /* what is below it is removed as well */
  int kept; /* it is itself not removed */
  struct overlay *next;
};

static struct overlay *
find (const struct overlay *overlay, const char *path)
{
  while (overlay && strcmp (overlay->path, path))
    overlay = overlay->next;
  return (struct overlay *)(uintptr_t)overlay;
}

static int
is_below (const char *path, const char *folder)
{
  size_t length = strlen (folder);
  return !strncmp (path, folder, length) && path[length] == '/';
}

/* Was a folder around it removed with all that was below? */
static int
in_tree (const struct overlay *overlay, const char *path)
{
  for (; overlay; overlay = overlay->next)
    if (overlay->tree && is_below (path, overlay->path))
      return 1;
  return 0;
}

int
overlay_get (const struct overlay *overlay, const char *path, const char **data,
             size_t *length)
{
  const struct overlay *one = find (overlay, path);
  if (!one || (!one->data && one->kept))
    return in_tree (overlay, path) ? 2 : 0;
  if (!one->data)
    return 2;
  *data = one->data;
  *length = one->length;
  return 1;
}

static void
set (struct overlay *one, char *data, size_t length)
{
  if (one->data)
    explicit_bzero (one->data, one->length);
  free (one->data);
  one->data = data;
  one->length = length;
}

int
overlay_put (struct overlay **overlay, const char *path, const void *data,
             size_t length, struct kbsh_error *err)
{
  struct overlay *one = find (*overlay, path);
  char *copy = data ? malloc (length + 1) : NULL;
  if (data && !copy)
    return kbsh_error_memory (err);
  if (copy)
    {
      memcpy (copy, data, length);
      copy[length] = '\0';
    }
  if (!one)
    {
      one = calloc (1, sizeof *one);
      if (one)
        one->path = strdup (path);
      if (!one || !one->path)
        {
          free (one);
          free (copy);
          return kbsh_error_memory (err);
        }
      one->next = *overlay;
      *overlay = one;
    }
  set (one, copy, length);
  one->kept = 0;
  return 0;
}

/* What was "written" below it is gone, too. */
static void
forget_below (struct overlay **place, const char *path)
{
  while (*place)
    {
      struct overlay *one = *place;
      if (is_below (one->path, path))
        {
          *place = one->next;
          one->next = NULL;
          overlay_free (one);
        }
      else
        place = &one->next;
    }
}

int
overlay_put_tree (struct overlay **overlay, const char *path, int keep,
                  struct kbsh_error *err)
{
  struct overlay *one;
  if (overlay_put (overlay, path, NULL, 0, err))
    return -1;
  forget_below (overlay, path);
  one = find (*overlay, path);
  one->tree = 1;
  one->kept = keep;
  return 0;
}

void
overlay_free (struct overlay *overlay)
{
  while (overlay)
    {
      struct overlay *next = overlay->next;
      set (overlay, NULL, 0);
      free (overlay->path);
      free (overlay);
      overlay = next;
    }
}
