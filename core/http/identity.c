/* SPDX-License-Identifier: Apache-2.0
 *
 * Files in memory, by the hash of what they hold.
 */
#include "config.h"

#include "http/identity.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <kbsh/text.h>

struct identity
{
  char hash[65];
  char path[40];
  int fd;
  struct identity *next;
};

static int
fill (int fd, const char *text)
{
  size_t left = strlen (text);
  while (left)
    {
      ssize_t part = write (fd, text, left);
      if (part < 0 && errno == EINTR)
        continue;
      if (part < 0)
        return -1;
      text += part;
      left -= (size_t)part;
    }
  return 0;
}

const char *
identity_path (struct identity **identities, const char *pem,
               struct kbsh_error *err)
{
  char hash[65];
  struct identity *one;
  kbsh_sha256 (pem, strlen (pem), hash);
  for (one = *identities; one; one = one->next)
    if (!strcmp (one->hash, hash))
      return one->path;
  one = calloc (1, sizeof *one);
  if (!one)
    {
      kbsh_error_memory (err);
      return NULL;
    }
  one->fd = memfd_create ("identity", MFD_CLOEXEC);
  if (one->fd < 0 || fill (one->fd, pem))
    {
      kbsh_error_set (err, "cannot keep a certificate or key in memory");
      kbsh_error_why (err, "%s", strerror (errno));
      if (one->fd >= 0)
        close (one->fd);
      free (one);
      return NULL;
    }
  memcpy (one->hash, hash, sizeof hash);
  snprintf (one->path, sizeof one->path, "/proc/self/fd/%d", one->fd);
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
      close (identities->fd);
      free (identities);
      identities = next;
    }
}
