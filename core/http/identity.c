/* SPDX-License-Identifier: Apache-2.0
 *
 * Files in memory, found again by what they hold.
 */
#include "config.h"

#include "http/identity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct identity
{
  char path[40];
  int fd;
  char *data; /* the file's own memory */
  size_t length;
  struct identity *next;
};

static void
free_one (struct identity *one)
{
  if (one->data != MAP_FAILED)
    munmap (one->data, one->length);
  if (one->fd >= 0)
    close (one->fd);
  free (one);
}

static struct identity *
new_one (const char *pem, size_t length)
{
  struct identity *one = calloc (1, sizeof *one);
  if (!one)
    return NULL;
  one->length = length;
  one->data = MAP_FAILED;
  one->fd = memfd_create ("identity", MFD_CLOEXEC);
  if (one->fd >= 0 && !ftruncate (one->fd, (off_t)one->length))
    one->data = mmap (NULL, one->length, PROT_READ | PROT_WRITE, MAP_SHARED,
                      one->fd, 0);
  if (one->data == MAP_FAILED)
    {
      free_one (one);
      return NULL;
    }
  memcpy (one->data, pem, length);
  snprintf (one->path, sizeof one->path, "/proc/self/fd/%d", one->fd);
  return one;
}

const char *
identity_path (struct identity **identities, const char *pem)
{
  /* Of an empty text its NUL: nothing can't be mapped. */
  size_t length = *pem ? strlen (pem) : 1;
  struct identity *one;
  for (one = *identities; one; one = one->next)
    if (one->length == length && !memcmp (one->data, pem, length))
      return one->path;
  one = new_one (pem, length);
  if (!one)
    return NULL;
  one->next = *identities;
  *identities = one;
  return one->path;
}

void
identity_free (struct identity *identities)
{
  while (identities)
    {
      struct identity *next = identities->next;
      explicit_bzero (identities->data, identities->length);
      free_one (identities);
      identities = next;
    }
}
