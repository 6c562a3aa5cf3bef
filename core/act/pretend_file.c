/* SPDX-License-Identifier: Apache-2.0
 *
 * What a dry run "wrote": a list, for a run writes some dozens of files.
 */
#include "config.h"

#include "act/pretend_file.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct pretend_files
{
  char *path;
  char *data; /* NULL: removed */
  size_t length;
  int tree; /* what is below it is removed as well */
  int kept; /* it is itself not removed */
  struct pretend_files *next;
};

static struct pretend_files *
find (const struct pretend_files *files, const char *path)
{
  while (files && strcmp (files->path, path))
    files = files->next;
  return (struct pretend_files *)(uintptr_t)files;
}

static int
is_below (const char *path, const char *folder)
{
  size_t length = strlen (folder);
  return !strncmp (path, folder, length) && path[length] == '/';
}

/* Was a folder around it removed with all that was below? */
static int
in_tree (const struct pretend_files *files, const char *path)
{
  for (; files; files = files->next)
    if (files->tree && is_below (path, files->path))
      return 1;
  return 0;
}

int
pretend_file_get (const struct pretend_files *files, const char *path,
                  const char **data, size_t *length)
{
  const struct pretend_files *one = find (files, path);
  if (!one || (!one->data && one->kept))
    return in_tree (files, path) ? 2 : 0;
  if (!one->data)
    return 2;
  *data = one->data;
  *length = one->length;
  return 1;
}

static void
set (struct pretend_files *one, char *data, size_t length)
{
  if (one->data)
    explicit_bzero (one->data, one->length);
  free (one->data);
  one->data = data;
  one->length = length;
}

int
pretend_file_put (struct pretend_files **files, const char *path,
                  const void *data, size_t length, struct kbsh_error *err)
{
  struct pretend_files *one = find (*files, path);
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
      one->next = *files;
      *files = one;
    }
  set (one, copy, length);
  one->kept = 0;
  return 0;
}

/* What was "written" below it is gone, too. */
static void
forget_below (struct pretend_files **place, const char *path)
{
  while (*place)
    {
      struct pretend_files *one = *place;
      if (is_below (one->path, path))
        {
          *place = one->next;
          one->next = NULL;
          pretend_file_free (one);
        }
      else
        place = &one->next;
    }
}

int
pretend_file_put_tree (struct pretend_files **files, const char *path, int keep,
                       struct kbsh_error *err)
{
  struct pretend_files *one;
  if (pretend_file_put (files, path, NULL, 0, err))
    return -1;
  forget_below (files, path);
  one = find (*files, path);
  one->tree = 1;
  one->kept = keep;
  return 0;
}

void
pretend_file_free (struct pretend_files *files)
{
  while (files)
    {
      struct pretend_files *next = files->next;
      set (files, NULL, 0);
      free (files->path);
      free (files);
      files = next;
    }
}
