/* SPDX-License-Identifier: Apache-2.0
 *
 * The write-ahead record of what the broker did: STATE/journal.jsonl, one JSON
 * object a line. An intent is synced before its effect is done, and with it all
 * that was written before; so is the rest at the close. Contents never stand
 * in it, only their SHA-256; what a file held before is kept in STATE/backup/.
 */
#ifndef CORE_ACT_JOURNAL_H
#define CORE_ACT_JOURNAL_H

#include <json-c/json.h>
#include <stdint.h>

#include <kbsh/error.h>

struct journal;

/* Takes the lock (a second kbsh on this machine is refused, with the pid of
 * the first), cuts off a torn last line, gives intents without an outcome the
 * one that what is there shows, and removes their temporary files. */
int journal_open (const char *folder, struct journal **out,
                  struct kbsh_error *err);
/* After a record "undone" the file is set aside, as journal-TIME.jsonl, and
 * the copies are wiped but for those that the record names in `keep`: now, or
 * by the next journal_open. */
void journal_close (struct journal *journal);

/* Append one record: `kind` ("run", "step", "intent", "done", "failed",
 * "undone"),
 * a sequence number and the time are added. An intent is on the disk when this
 * returns, the others once the next intent is, or the journal is closed: what
 * an intent without an outcome came to, journal_open finds out. *sequence may
 * be NULL. Takes over `record`. */
int journal_add (struct journal *journal, const char *kind, json_object *record,
                 uint64_t *sequence, struct kbsh_error *err);
/* Keep a file's present content; *name (the caller frees) is its name in the
 * backup folder. */
int journal_backup (struct journal *journal, const char *path, char **name,
                    struct kbsh_error *err);

#endif
