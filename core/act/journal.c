/* SPDX-License-Identifier: Apache-2.0
 *
 * The journal's file: opening it after whatever happened, and appending. Its
 * records are told in doc/effects.md.
 */
#include "config.h"

#include "act/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>

#include "act/recover.h"
#include "act/state.h"

struct journal
{
  struct state state;
  char *name; /* of the folder */
  uint64_t sequence;
  uint64_t backups; /* made by this process */
  int unsynced;     /* the last record may not be on the disk yet */
  json_object *undone; /* the record: the file is set aside at the end */
};

/* An outcome for an intent that has none: what is there tells which. */
static int
settle (struct journal *journal, const struct unsettled *one,
        struct kbsh_error *err)
{
  const char *temp = kbsh_json_string (one->intent, "/temp", NULL);
  const char *kind = evidence_of (one->intent) ? "done" : "failed";
  json_object *record;
  if (temp && recover_remove (temp, err))
    return -1;
  record = json_object_new_object ();
  if (!record)
    return kbsh_error_memory (err);
  json_object_object_add (record, "intent",
                          json_object_new_int64 ((int64_t)one->sequence));
  json_object_object_add (record, "interrupted", json_object_new_boolean (1));
  return journal_add (journal, kind, record, NULL, err);
}

/* What the run before left half done. */
static int
settle_rest (struct journal *journal, struct recovery *recovery,
             struct kbsh_error *err)
{
  journal->sequence = recovery->sequence;
  for (struct unsettled *one = recovery->unsettled; one; one = one->next)
    if (settle (journal, one, err))
      return -1;
  return 0;
}

/* A run that undid everything was killed before it could do this itself. */
static int
begin_anew (struct journal *journal, struct recovery *recovery,
            struct kbsh_error *err)
{
  if (!recovery->undone)
    return 0;
  journal->sequence = 0;
  if (state_set_aside (&journal->state, journal->name,
                       kbsh_json_at (recovery->undone, "/keep"), err))
    return -1;
  return state_begin_anew (&journal->state, journal->name, err);
}

int
journal_open (const char *folder, struct journal **out, struct kbsh_error *err)
{
  struct recovery recovery = { .sequence = 0 };
  struct journal *journal = calloc (1, sizeof *journal);
  int bad;
  if (!journal)
    return kbsh_error_memory (err);
  journal->state = (struct state)STATE_INIT;
  journal->name = strdup (folder);
  bad = !journal->name ? kbsh_error_memory (err)
                       : state_open (folder, &journal->state, err);
  bad = bad || recover_read (journal->state.file, journal->name, &recovery, err)
        || settle_rest (journal, &recovery, err)
        || begin_anew (journal, &recovery, err);
  recover_free (&recovery);
  if (!bad)
    {
      *out = journal;
      return 0;
    }
  journal_close (journal);
  return -1;
}

void
journal_close (struct journal *journal)
{
  if (!journal)
    return;
  /* When this fails, evidence tells the next run what these outcomes did. */
  if (journal->unsynced)
    (void)fdatasync (journal->state.file);
  /* Likewise. */
  if (journal->undone)
    (void)state_set_aside (&journal->state, journal->name,
                           kbsh_json_at (journal->undone, "/keep"), NULL);
  json_object_put (journal->undone);
  state_close (&journal->state);
  free (journal->name);
  free (journal);
}

/* The members that every record begins with. */
static json_object *
head (struct journal *journal, const char *kind)
{
  struct timespec now;
  char text[40];
  json_object *record = json_object_new_object ();
  if (!record)
    return NULL;
  clock_gettime (CLOCK_REALTIME, &now);
  snprintf (text, sizeof text, "%lld.%03ld", (long long)now.tv_sec,
            now.tv_nsec / 1000000);
  json_object_object_add (
      record, "n", json_object_new_int64 ((int64_t)journal->sequence + 1));
  json_object_object_add (record, "time",
                          json_object_new_double_s (strtod (text, NULL), text));
  json_object_object_add (record, "kind", json_object_new_string (kind));
  return record;
}

/* One write for the whole line: what a crash leaves is a torn last line at
 * worst. A short one (no space left) is cut off again, and so is one that
 * could not be synced. */
static int
append (struct journal *journal, const char *line, size_t length, int sync,
        struct kbsh_error *err)
{
  struct stat st;
  ssize_t written;
  if (fstat (journal->state.file, &st))
    return state_failed (err, "write the journal in", journal->name);
  do
    written = write (journal->state.file, line, length);
  while (written < 0 && errno == EINTR);
  if (written == (ssize_t)length
      && (!sync || !fdatasync (journal->state.file)))
    {
      journal->unsynced = !sync;
      return 0;
    }
  /* Why it was short the next one tells. */
  if (written >= 0 && written < (ssize_t)length
      && write (journal->state.file, line + written, length - (size_t)written)
             >= 0)
    errno = ENOSPC;
  state_failed (err, "write the journal in", journal->name);
  if (written > 0 && ftruncate (journal->state.file, st.st_size))
    return kbsh_error_why (err, "its last line can't be cut off again");
  return -1;
}

int
journal_add (struct journal *journal, const char *kind, json_object *record,
             uint64_t *sequence, struct kbsh_error *err)
{
  kbsh_autojson json_object *given = record;
  kbsh_autojson json_object *whole = head (journal, kind);
  kbsh_autofree char *line = NULL;
  if (!whole || !given)
    return kbsh_error_memory (err);
  json_object_object_foreach (given, name, value)
      json_object_object_add (whole, name, json_object_get (value));
  line = kbsh_text ("%s\n", kbsh_json_text (whole, 0));
  if (!line)
    return kbsh_error_memory (err);
  /* What is announced has to be known whatever happens next. The rest can be
   * found out again, and is synced along with the next intent. */
  if (append (journal, line, strlen (line), !strcmp (kind, "intent"), err))
    return -1;
  journal->sequence++;
  if (!strcmp (kind, "undone") && !journal->undone)
    journal->undone = json_object_get (given);
  if (sequence)
    *sequence = journal->sequence;
  return 0;
}

static int
copy (int from, int to)
{
  ssize_t sent;
  do
    sent = sendfile (to, from, NULL, 1 << 20);
  while (sent > 0 || (sent < 0 && errno == EINTR));
  return sent < 0 || fsync (to) ? -1 : 0;
}

int
journal_backup (struct journal *journal, const char *path, char **name,
                struct kbsh_error *err)
{
  kbsh_autofd int from = -1, to = -1;
  kbsh_autofree char *own = NULL;
  const char *base = strrchr (path, '/');
  base = base ? base + 1 : path;
  own = kbsh_text (
      "%llu-%llu-%.200s", (unsigned long long)time (NULL),
      (unsigned long long)(journal->sequence * 1000 + ++journal->backups),
      base);
  if (!own)
    return kbsh_error_memory (err);
  from = open (path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (from < 0)
    return state_failed (err, "read", path);
  to = openat (journal->state.backup, own,
               O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (to < 0 || copy (from, to) || fsync (journal->state.backup))
    {
      state_failed (err, "keep a copy of", path);
      if (to >= 0)
        unlinkat (journal->state.backup, own, 0);
      return -1;
    }
  *name = kbsh_steal (&own);
  return 0;
}
