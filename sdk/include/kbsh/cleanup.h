/* SPDX-License-Identifier: Apache-2.0
 *
 * kbsh/cleanup.h - variables that clean up after themselves when their scope
 * ends (GCC and clang). Hand a value over by setting the variable to NULL (or
 * -1), for which kbsh_steal() is the short way. Since 1.0.
 */
#ifndef KBSH_CLEANUP_H
#define KBSH_CLEANUP_H

#include <dirent.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KBSH_CLEANUP(f) __attribute__ ((cleanup (f)))

static inline void
kbsh_cleanup_free (void *p)
{
  free (*(void **)p);
}

/* A text that is wiped before it is freed. */
static inline void
kbsh_cleanup_wipe (void *p)
{
  char *text = *(char **)p;
  if (text)
    explicit_bzero (text, strlen (text));
  free (text);
}

static inline void
kbsh_cleanup_fd (int *fd)
{
  if (*fd >= 0)
    close (*fd);
}

static inline void
kbsh_cleanup_file (FILE **file)
{
  if (*file)
    fclose (*file);
}

static inline void
kbsh_cleanup_dir (DIR **dir)
{
  if (*dir)
    closedir (*dir);
}

static inline void
kbsh_cleanup_json (json_object **object)
{
  json_object_put (*object);
}

#define kbsh_autofree KBSH_CLEANUP (kbsh_cleanup_free)
#define kbsh_autowipe KBSH_CLEANUP (kbsh_cleanup_wipe)
#define kbsh_autofd KBSH_CLEANUP (kbsh_cleanup_fd)
#define kbsh_autofile KBSH_CLEANUP (kbsh_cleanup_file)
#define kbsh_autodir KBSH_CLEANUP (kbsh_cleanup_dir)
#define kbsh_autojson KBSH_CLEANUP (kbsh_cleanup_json)

#define kbsh_steal(p)                                                         \
  ({                                                                          \
    __typeof__ (*(p)) kbsh_stolen_ = *(p);                                    \
    *(p) = NULL;                                                              \
    kbsh_stolen_;                                                             \
  })

#endif
