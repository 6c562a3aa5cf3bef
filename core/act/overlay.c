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
  struct overlay *next;
};

static struct overlay *
find (const struct overlay *overlay, const char *path)
{
  while (overlay && strcmp (overlay->path, path))
    overlay = overlay->next;
  return (struct overlay *)(uintptr_t)overlay;
}

int
overlay_get (const struct overlay *overlay, const char *path, const char **data,
             size_t *length)
{
  const struct overlay *one = find (overlay, path);
  if (!one)
    return 0;
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
