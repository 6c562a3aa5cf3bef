/* SPDX-License-Identifier: Apache-2.0
 *
 * A library to preload: it kills the program with SIGKILL at one point of its
 * journal. KBSH_KILL says where, N counted from 1 in this process:
 *   after:N   record N is written (an intent, and its effect is not done)
 *   before:N  nothing of record N is written (an effect is done, its outcome
 *             is not written down)
 *   torn:N    half of record N is written
 *   rename:N  the temporary file is whole, and not yet in the N-th one's place
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define JOURNAL "/journal.jsonl"

static long written, renamed;

/* Is this point the one? */
static int
is_point (const char *kind, long number)
{
  const char *where = getenv ("KBSH_KILL");
  size_t length = strlen (kind);
  return where && !strncmp (where, kind, length) && where[length] == ':'
         && strtol (where + length + 1, NULL, 10) == number;
}

static void
die (void)
{
  kill (getpid (), SIGKILL);
  for (;;)
    pause ();
}

static int
is_journal (int fd)
{
  char link[40], path[4096];
  ssize_t length;
  snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  length = readlink (link, path, sizeof path);
  return length > (ssize_t)strlen (JOURNAL)
         && !memcmp (path + length - strlen (JOURNAL), JOURNAL,
                     strlen (JOURNAL));
}

/* The next one of this name, which is the C library's. */
static void
next (const char *name, void *function)
{
  void *found = dlsym (RTLD_NEXT, name);
  memcpy (function, &found, sizeof found);
}

ssize_t
write (int fd, const void *data, size_t length)
{
  ssize_t (*real) (int, const void *, size_t), result;
  int journal = is_journal (fd);
  next ("write", &real);
  if (journal)
    {
      written++;
      if (is_point ("before", written))
        die ();
      if (is_point ("torn", written) && real (fd, data, length / 2))
        die ();
    }
  result = real (fd, data, length);
  if (journal && is_point ("after", written))
    die ();
  return result;
}

int
renameat (int old_folder, const char *old, int new_folder, const char *new)
{
  int (*real) (int, const char *, int, const char *);
  next ("renameat", &real);
  if (strstr (old, ".kbsh-") && is_point ("rename", ++renamed))
    die ();
  return real (old_folder, old, new_folder, new);
}
