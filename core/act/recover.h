/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading a journal that another run wrote, and may not have ended.
 */
#ifndef CORE_ACT_RECOVER_H
#define CORE_ACT_RECOVER_H

#include <json-c/json.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include <kbsh/error.h>

/* An intent without an outcome. */
struct unsettled
{
  uint64_t sequence;
  json_object *intent;
  struct unsettled *next;
};

struct recovery
{
  uint64_t sequence; /* the last one */
  struct unsettled *unsettled;
  json_object *undone; /* the record that says so, or NULL */
};

/* Reads it all, and cuts off a torn last line, or all that begins with empty
 * bytes, where that is what a crash leaves of records that were not synced. `folder` is for
 * errors. */
int recover_read (int fd, const char *folder, struct recovery *out,
                  struct kbsh_error *err);
/* Can a crash have left this line, which begins at `start` and has empty bytes
 * in it? `last` is the record before it; what follows in the file is read. Not
 * when something shows that it was synced: then it was damaged later. */
int recover_is_torn (FILE *file, off_t start, const char *line, size_t length,
                     int64_t last);
/* Remove a temporary file, if that is what it is. */
int recover_remove (const char *path, struct kbsh_error *err);
/* Is what is there what this intent said that there would be? 0 where it is
 * not, or where nothing can tell (programs, requests). */
int evidence_of (json_object *intent);
int folder_is_empty (const char *path);
void recover_free (struct recovery *recovery);

#endif
