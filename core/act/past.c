/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading the journal for an undo, line by line, each checked against those
 * before it.
 */
#include "config.h"

#include "act/past.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>

#include "act/recover.h"

struct reader
{
  const char *file, *workflow;
  struct past *past;
  int line;
  int own; /* the run that the lines are of is one of the workflow */
  int64_t last;
};

static int
bad (const struct reader *reader, const char *why, struct kbsh_error *err)
{
  kbsh_error_set (err, "the journal can't be trusted, so nothing is undone");
  kbsh_error_at (err, reader->file, reader->line, 1);
  kbsh_error_why (err, "%s", why);
  return kbsh_error_remedy (
      err, "look at it, then move the file away: what stands in it can then "
           "not be undone");
}

static struct deed *
find (const struct past *past, int64_t n)
{
  size_t low = 0, high = past->count;
  while (low < high)
    {
      size_t middle = low + (high - low) / 2;
      if (past->deeds[middle].n == n)
        return &past->deeds[middle];
      if (past->deeds[middle].n < n)
        low = middle + 1;
      else
        high = middle;
    }
  return NULL;
}

/* ---------------------------------------------------------------- */

static int
take_intent (struct reader *reader, json_object *record, int64_t n,
             struct kbsh_error *err)
{
  struct past *past = reader->past;
  struct deed *deeds
      = reallocarray (past->deeds, past->count + 1, sizeof *deeds);
  struct deed *deed;
  const char *why;
  if (!deeds)
    return kbsh_error_memory (err);
  past->deeds = deeds;
  deed = &deeds[past->count];
  *deed = (struct deed){ .n = n,
                         .own = reader->own,
                         .effect = kbsh_json_string (record, "/effect", NULL),
                         .target = kbsh_json_string (record, "/target", NULL),
                         .undone = kbsh_json_at (record, "/undoes") != NULL };
  deed->intent = json_object_get (record);
  past->count++;
  why = past_check (deed);
  return why ? bad (reader, why, err) : 0;
}

/* What an undo did is no longer to be undone. */
static int
settle_undone (struct reader *reader, const struct deed *deed,
               struct kbsh_error *err)
{
  json_object *undoes = kbsh_json_at (deed->intent, "/undoes");
  for (size_t i = 0; i < kbsh_json_length (deed->intent, "/undoes"); i++)
    {
      struct deed *old = find (
          reader->past,
          json_object_get_int64 (json_object_array_get_idx (undoes, i)));
      if (!old || old >= deed)
        return bad (reader, "it undoes what never was", err);
      old->undone = 1;
    }
  return 0;
}

static int
take_outcome (struct reader *reader, json_object *record, int done,
              struct kbsh_error *err)
{
  struct deed *deed = find (reader->past, kbsh_json_int (record, "/intent", 0));
  if (!deed)
    return bad (reader, "it is the outcome of what was never announced", err);
  deed->done = done;
  return done ? settle_undone (reader, deed, err) : 0;
}

static void
take_run (struct reader *reader, json_object *record)
{
  int begins = !strcmp (kbsh_json_string (record, "/status", ""), "started");
  reader->own = begins && reader->workflow
                && !strcmp (kbsh_json_string (record, "/workflow", ""),
                            reader->workflow);
}

static int
take (struct reader *reader, const char *line, size_t length,
      struct kbsh_error *err)
{
  kbsh_autojson json_object *record = kbsh_json_parse (line, length, NULL);
  const char *kind = kbsh_json_string (record, "/kind", NULL);
  int64_t n = kbsh_json_int (record, "/n", 0);
  if (!kind)
    return bad (reader, "this line is no record", err);
  if (n != reader->last + 1)
    return bad (reader, "records are missing before it, or out of order", err);
  reader->last = n;
  if (!strcmp (kind, "intent"))
    return take_intent (reader, record, n, err);
  if (!strcmp (kind, "done") || !strcmp (kind, "failed"))
    return take_outcome (reader, record, !strcmp (kind, "done"), err);
  if (!strcmp (kind, "run"))
    take_run (reader, record);
  return 0;
}

static int
read_lines (struct reader *reader, FILE *file, struct kbsh_error *err)
{
  kbsh_autofree char *line = NULL;
  size_t room = 0;
  ssize_t length;
  while ((length = getline (&line, &room, file)) > 0)
    {
      reader->line++;
      /* What a crash left, and no one has cut off yet. */
      if (line[length - 1] != '\n' && !memchr (line, '\0', (size_t)length))
        return 0;
      if (memchr (line, '\0', (size_t)length))
        return recover_is_torn (file, ftello (file) - length, line,
                                (size_t)length, reader->last)
                   ? 0
                   : bad (reader, "this line has empty bytes in it", err);
      if (take (reader, line, (size_t)length - 1, err))
        return -1;
    }
  return 0;
}

int
past_read (const char *folder, const char *workflow, struct past *out,
           struct kbsh_error *err)
{
  kbsh_autofree char *path = kbsh_text ("%s/journal.jsonl", folder);
  struct reader reader = { .file = path, .workflow = workflow, .past = out };
  kbsh_autofile FILE *file = NULL;
  int fd;
  *out = (struct past){ NULL, 0 };
  if (!path)
    return kbsh_error_memory (err);
  fd = open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT)
    return 0;
  file = fd >= 0 ? fdopen (fd, "r") : NULL;
  if (!file)
    {
      kbsh_error_set (err, "cannot read the journal");
      kbsh_error_why (err, "%s: %s", path, strerror (errno));
      if (fd >= 0)
        close (fd);
      return -1;
    }
  return read_lines (&reader, file, err);
}

void
past_free (struct past *past)
{
  for (size_t i = 0; i < past->count; i++)
    json_object_put (past->deeds[i].intent);
  free (past->deeds);
  *past = (struct past){ NULL, 0 };
}

/* ---------------------------------------------------------------- */

int
past_is_content (const struct deed *deed)
{
  return !strcmp (deed->effect, "file") || !strcmp (deed->effect, "remove")
         || !strcmp (deed->effect, "symlink");
}

const char *
past_backup (const struct deed *deed)
{
  return kbsh_json_string (deed->intent, "/before/backup", NULL);
}

int
past_removed_later (const struct past *past, const struct deed *deed,
                    const char *path)
{
  for (const struct deed *d = deed + 1; d < past->deeds + past->count; d++)
    {
      size_t length = strlen (d->target);
      int below = !strncmp (path, d->target, length) && path[length] == '/';
      if (d->done && !strcmp (d->effect, "remove-tree")
          && (below
              || (!strcmp (path, d->target)
                  && !kbsh_json_bool (d->intent, "/after/empty", 0))))
        return 1;
    }
  return 0;
}

static int
same_text (const struct deed *one, const char *in_one, const struct deed *other,
           const char *in_other)
{
  const char *a = kbsh_json_string (one->intent, in_one, NULL);
  const char *b = kbsh_json_string (other->intent, in_other, NULL);
  return a && b && !strcmp (a, b);
}

int
past_follows (const struct deed *earlier, const struct deed *later)
{
  int existed = kbsh_json_bool (later->intent, "/before/exists", 0);
  if (!strcmp (earlier->effect, "remove"))
    return !existed;
  if (!strcmp (earlier->effect, "symlink"))
    return same_text (earlier, "/after/target", later, "/before/target");
  return existed
         && same_text (earlier, "/after/sha256", later, "/before/sha256")
         && same_text (earlier, "/after/mode", later, "/before/mode");
}
