/* SPDX-License-Identifier: Apache-2.0
 *
 * Recovery: finds what was announced and has no outcome.
 */
#include "config.h"

#include "act/recover.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "act/state.h"
#include <kbsh/cleanup.h>
#include <kbsh/json.h>

static void
forget (struct unsettled **place)
{
  struct unsettled *one = *place;
  *place = one->next;
  json_object_put (one->intent);
  free (one);
}

void
recover_free (struct recovery *recovery)
{
  while (recovery->unsettled)
    forget (&recovery->unsettled);
  json_object_put (recovery->undone);
}

static int
remember (struct recovery *recovery, uint64_t sequence, json_object *intent,
          struct kbsh_error *err)
{
  struct unsettled *one = calloc (1, sizeof *one);
  if (!one)
    return kbsh_error_memory (err);
  one->intent = json_object_get (intent);
  one->sequence = sequence;
  one->next = recovery->unsettled;
  recovery->unsettled = one;
  return 0;
}

static void
settle (struct recovery *recovery, uint64_t sequence)
{
  struct unsettled **place = &recovery->unsettled;
  while (*place && (*place)->sequence != sequence)
    place = &(*place)->next;
  if (*place)
    forget (place);
}

/* One line; 1 when it is no record. */
static int
take (struct recovery *recovery, const char *line, size_t length,
      struct kbsh_error *err)
{
  kbsh_autojson json_object *record = kbsh_json_parse (line, length, NULL);
  const char *kind = kbsh_json_string (record, "/kind", NULL);
  int64_t sequence = kbsh_json_int (record, "/n", 0);
  if (!kind || sequence <= 0)
    return 1;
  recovery->sequence = (uint64_t)sequence;
  if (!strcmp (kind, "intent"))
    return remember (recovery, (uint64_t)sequence, record, err);
  if (!strcmp (kind, "undone") && !recovery->undone)
    recovery->undone = json_object_get (record);
  if (!strcmp (kind, "done") || !strcmp (kind, "failed"))
    settle (recovery, (uint64_t)kbsh_json_int (record, "/intent", 0));
  return 0;
}

static int
cut (int fd, off_t length, struct kbsh_error *err)
{
  if (!ftruncate (fd, length) && !fdatasync (fd))
    return 0;
  kbsh_error_set (err, "cannot cut off the torn end of the journal");
  return kbsh_error_why (err, "%s", strerror (errno));
}

#define SECTOR 512

/* What follows an intent shows that it was synced, and all before it. */
static int
was_synced (FILE *file, int64_t last)
{
  kbsh_autofree char *line = NULL;
  size_t room = 0;
  ssize_t length;
  int announced = 0;
  while ((length = getline (&line, &room, file)) > 0)
    {
      kbsh_autojson json_object *record = NULL;
      const char *kind;
      if (announced)
        return 1;
      record = kbsh_json_parse (line, (size_t)length, NULL);
      kind = kbsh_json_string (record, "/kind", "");
      announced = !strcmp (kind, "intent");
      if ((!strcmp (kind, "done") || !strcmp (kind, "failed"))
          && kbsh_json_int (record, "/intent", 0) > last)
        return 1;
    }
  return 0;
}

int
recover_is_torn (FILE *file, off_t start, const char *line, size_t length,
                 int64_t last)
{
  const char *empty = memchr (line, '\0', length);
  off_t at = empty ? empty - line : 0;
  /* Blocks come back empty as a whole, or from where the last sync ended. */
  return (at == 0 || (start + at) % SECTOR == 0) && !was_synced (file, last);
}

static int
damaged (const char *folder, int number, struct kbsh_error *err)
{
  char name[512];
  snprintf (name, sizeof name, "%s/journal.jsonl", folder);
  kbsh_error_set (err, "the journal is damaged");
  kbsh_error_at (err, name, number, 1);
  kbsh_error_why (err, "this line is no record");
  return kbsh_error_remedy (
      err, "look at it, then take the line out or move the file away: what "
           "stands in it can then not be undone");
}

static FILE *
reader (int fd)
{
  int own = fcntl (fd, F_DUPFD_CLOEXEC, 0);
  FILE *file = own >= 0 ? fdopen (own, "r") : NULL;
  if (!file && own >= 0)
    close (own);
  if (file)
    rewind (file);
  return file;
}

int
recover_read (int fd, const char *folder, struct recovery *out,
              struct kbsh_error *err)
{
  kbsh_autofile FILE *file = reader (fd);
  kbsh_autofree char *line = NULL;
  size_t room = 0;
  ssize_t length;
  off_t end = 0;
  int number = 0, bad = 0;
  if (!file)
    return state_failed (err, "read the journal in", folder);
  while ((length = getline (&line, &room, file)) > 0)
    {
      /* A bad line is only forgiven where a crash can have left it. */
      if (bad)
        return damaged (folder, number, err);
      number++;
      /* The blocks of what was not synced may come back empty, in any order;
       * no record that was has such bytes in it, nor one before it. */
      bad = memchr (line, '\0', (size_t)length) != NULL;
      if (bad
          && !recover_is_torn (file, end, line, (size_t)length,
                               (int64_t)out->sequence))
        return damaged (folder, number, err);
      if (bad)
        break;
      bad = line[length - 1] != '\n'
                ? 1
                : take (out, line, (size_t)length - 1, err);
      if (bad < 0)
        return -1;
      if (!bad)
        end += length;
    }
  return bad ? cut (fd, end, err) : 0;
}

int
recover_remove (const char *path, struct kbsh_error *err)
{
  const char *base = strrchr (path, '/');
  struct stat st;
  /* The name of a temporary file, and nothing else, is removed. */
  if (!base || base[1] != '.' || !strstr (base, ".kbsh-"))
    return 0;
  if (lstat (path, &st))
    return 0;
  if ((!S_ISREG (st.st_mode) && !S_ISLNK (st.st_mode)) || !unlink (path))
    return 0;
  kbsh_error_set (err, "cannot remove the temporary file %s", path);
  kbsh_error_why (err, "%s", strerror (errno));
  return kbsh_error_remedy (err, "it was left by a run that was cut off");
}
