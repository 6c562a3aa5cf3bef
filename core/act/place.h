/* SPDX-License-Identifier: Apache-2.0
 *
 * A place in the file system: an open folder and a name in it. The last
 * component of a path is never followed when it is a symbolic link.
 */
#ifndef CORE_ACT_PLACE_H
#define CORE_ACT_PLACE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include <kbsh/error.h>

struct place
{
  const char *path; /* borrowed */
  const char *name; /* the last component, in path */
  int folder;       /* -1: not open */
};

/* An absolute path without "//", "/./" and a '/' at the end; ".." is refused.
 * The caller frees. */
char *path_normal (const char *path, struct kbsh_error *err);

/* Open the folder of a normal path. 0; 1: there is no such folder; -1. */
int place_open (const char *path, struct place *out, struct kbsh_error *err);
void place_close (struct place *place);

/* What is there: 1 and *st, 0 nothing, -1. */
int place_look (const struct place *place, struct stat *st,
                struct kbsh_error *err);
/* The content of the file there; the caller wipes and frees. NULL with
 * `err`; more than 16 MiB: NULL with *length set and no error (err->what is
 * empty). */
char *place_read (const struct place *place, size_t *length,
                  struct kbsh_error *err);

/* The name for a temporary file beside it; the caller frees. */
char *place_temp (const struct place *place, struct kbsh_error *err);
/* A new file `temp` with this content and mode, synced. Nothing is left when
 * it fails. */
int place_write (const struct place *place, const char *temp, const void *data,
                 size_t length, mode_t mode, struct kbsh_error *err);
/* Put `temp` in its place and sync the folder. */
int place_rename (const struct place *place, const char *temp,
                  struct kbsh_error *err);
int place_remove (const struct place *place, int folder,
                  struct kbsh_error *err);

/* Of what is there itself, never of what a link points to. */
int place_chmod (const struct place *place, mode_t mode,
                 struct kbsh_error *err);

/* "cannot WHAT PATH", why from errno, and a remedy where there is one. */
int place_error (const struct place *place, const char *what, int number,
                 struct kbsh_error *err);

#endif
