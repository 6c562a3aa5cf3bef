/* SPDX-License-Identifier: Apache-2.0
 *
 * The file of a trace.
 */
#include "config.h"

#include "show/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kbsh/cleanup.h>

/* Atomically, as far as a reader can see: a whole trace or none. */
void
trace_write (struct trace *self)
{
  kbsh_autojson json_object *whole = json_object_new_object ();
  kbsh_autofree char *temporary = NULL;
  const char *text;
  int fd, failed;
  if (!whole || asprintf (&temporary, "%s.XXXXXX", self->path) < 0)
    return;
  trace_put (whole, "displayTimeUnit", json_object_new_string ("ms"));
  trace_put (whole, "otherData", json_object_get (self->other));
  trace_put (whole, "traceEvents", json_object_get (self->list));
  text = json_object_to_json_string_ext (
      whole, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
  fd = text ? mkostemp (temporary, O_CLOEXEC) : -1;
  if (fd < 0)
    return;
  failed
      = show_write (fd, text, strlen (text)) || fchmod (fd, 0644) || fsync (fd);
  failed |= close (fd);
  if (failed || rename (temporary, self->path))
    unlink (temporary);
}

static int
refuse (const char *path, const char *why, struct kbsh_error *err)
{
  kbsh_error_set (err, "the trace can't be written to '%s'", path);
  kbsh_error_remedy (err, "name a file in a folder that may be written to");
  return kbsh_error_why (err, "%s", why);
}

/* A file that can't be written is told about now, not after the run. What is
 * there is replaced as a whole: a link (/dev/stdout is one) would be lost. */
int
trace_writable (const char *path, struct kbsh_error *err)
{
  kbsh_autofree char *copy = strdup (path);
  char *slash = copy ? strrchr (copy, '/') : NULL;
  const char *folder = slash == copy ? "/" : slash ? copy : ".";
  struct stat st;
  if (!copy)
    return kbsh_error_memory (err);
  if (slash)
    *slash = '\0';
  if (slash == copy)
    folder = "/";
  if (access (folder, W_OK | X_OK))
    return refuse (path, strerror (errno), err);
  if (lstat (path, &st) || S_ISREG (st.st_mode))
    return 0;
  return refuse (path,
                 S_ISLNK (st.st_mode) ? "it is a symbolic link"
                                      : "it is no regular file",
                 err);
}
