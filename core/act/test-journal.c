/* SPDX-License-Identifier: Apache-2.0
 *
 * The journal's file: what is synced, what a crash leaves, what is refused.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>

#include "act/journal.h"
#include "act/test-kit.h"

static struct kbsh_error err;

/* In the C library's place: how often, and how long the file was then. */
static int syncs;
static off_t durable;

int
fdatasync (int fd)
{
  struct stat st;
  syncs++;
  durable = fstat (fd, &st) ? 0 : st.st_size;
  return 0;
}

static const char *
file (void)
{
  return kit_path ("journal/journal.jsonl");
}

static void
add (struct journal *journal, const char *kind, const char *record,
     uint64_t expected)
{
  uint64_t sequence = 0;
  OK (!journal_add (journal, kind, json_tokener_parse (record), &sequence,
                    &err));
  OK (sequence == expected);
}

static void
append (const char *text)
{
  FILE *to = fopen (file (), "a");
  OK (to && fputs (text, to) >= 0 && !fclose (to));
}

static void
append_empty (void)
{
  char empty[100] = "";
  FILE *to = fopen (file (), "a");
  OK (to && fwrite (empty, sizeof empty, 1, to) == 1 && !fclose (to));
}

static void
test_lock (void)
{
  pid_t pid = fork ();
  int status;
  char number[32];
  if (pid == 0)
    {
      struct journal *second;
      snprintf (number, sizeof number, "process %d", (int)getppid ());
      OK (journal_open (kit_path ("journal"), &second, &err));
      OK (strstr (err.why, number));
      _exit (0);
    }
  OK (waitpid (pid, &status, 0) == pid && status == 0);
}

static void
test_journal (void)
{
  struct journal *journal;
  char record[5000];
  char *name = NULL;
  struct stat st;
  OK (!journal_open (kit_path ("journal"), &journal, &err));
  OK (!stat (kit_path ("journal"), &st) && (st.st_mode & 07777) == 0700);
  OK (!stat (file (), &st) && (st.st_mode & 07777) == 0600);
  test_lock ();
  add (journal, "run", "{\"workflow\":\"w\"}", 1);
  /* Left behind: a temporary file, one that only looks like one to the
   * journal, and an intent with an outcome. */
  kit_write (kit_path (".a.kbsh-123456"), "half");
  kit_write (kit_path ("precious"), "mine");
  snprintf (record, sizeof record, "{\"temp\":\"%s\"}",
            kit_path (".a.kbsh-123456"));
  add (journal, "intent", record, 2);
  snprintf (record, sizeof record, "{\"temp\":\"%s\"}", kit_path ("precious"));
  add (journal, "intent", record, 3);
  add (journal, "intent", "{\"effect\":\"program\"}", 4);
  add (journal, "done", "{\"intent\":4}", 5);
  OK (!journal_backup (journal, kit_path ("precious"), &name, &err));
  snprintf (record, sizeof record, "journal/backup/%s", name);
  OK (!strcmp (kit_read (kit_path (record)), "mine"));
  OK (!stat (kit_path (record), &st) && (st.st_mode & 07777) == 0600);
  free (name);
  journal_close (journal);
  append ("{\"n\":6,\"kind\":\"done\",\"int");
  OK (!journal_open (kit_path ("journal"), &journal, &err));
  OK (access (kit_path (".a.kbsh-123456"), F_OK));
  OK (!access (kit_path ("precious"), F_OK));
  OK (strstr (kit_read (file ()), "\"intent\":3,\"interrupted\":true"));
  OK (!strstr (kit_read (file ()), "\"int\n"));
  add (journal, "run", "{}", 8);
  journal_close (journal);
  /* Two blocks that were not synced, of which the second came back alone. */
  append_empty ();
  append ("\"kind\":\"done\"}\n{\"n\":10,\"kind\":\"run\"}\n");
  OK (!journal_open (kit_path ("journal"), &journal, &err));
  add (journal, "run", "{}", 9);
  journal_close (journal);
  /* A torn line is one thing, a damaged file another. */
  append ("garbage\n");
  append ("{\"n\":10,\"kind\":\"run\"}\n");
  OK (journal_open (kit_path ("journal"), &journal, &err));
  OK (strstr (err.what, "damaged") && err.line == 10);
}

/* Does a journal of these lines open? "%c" is an empty byte. */
static int
opens (const char *lines)
{
  struct journal *journal;
  FILE *to = fopen (kit_path ("empty/journal.jsonl"), "w");
  int bad;
  OK (to && fprintf (to, lines, 0) > 0 && !fclose (to));
  bad = journal_open (kit_path ("empty"), &journal, &err);
  if (!bad)
    journal_close (journal);
  OK (!bad || (strstr (err.what, "damaged") && err.remedy[0]));
  return !bad;
}

/* An empty byte that no crash can have left is told, and nothing is cut off. */
static void
test_empty_bytes (void)
{
#define RUN1 "{\"n\":1,\"kind\":\"run\"}\n"
#define INTENT2 "{\"n\":2,\"kind\":\"intent\",\"effect\":\"program\"}\n"
#define DONE3 "{\"n\":3,\"kind\":\"done\",\"intent\":2}\n"
  struct journal *journal;
  struct stat st;
  OK (!journal_open (kit_path ("empty"), &journal, &err));
  journal_close (journal);
  /* in the middle of a line */
  OK (!opens ("{\"n\":1,\"ki%cd\":\"run\"}\n" INTENT2 DONE3) && err.line == 1);
  OK (!opens (RUN1 INTENT2 "{\"n\":3,\"kind\":\"do%ce\",\"intent\":2}\n"));
  OK (err.line == 3);
  /* before what was synced */
  OK (!opens (RUN1 "%c\n" INTENT2 DONE3) && err.line == 2);
  OK (!opens (RUN1 "%c\n" DONE3) && err.line == 2);
  OK (!stat (kit_path ("empty/journal.jsonl"), &st)
      && st.st_size == (off_t)strlen (RUN1 "c\n" DONE3));
  /* Of these nothing says that they ever were on the disk. */
  OK (opens (RUN1 "%c\n" INTENT2));
  OK (opens (RUN1 INTENT2 "%c\n" DONE3));
}

static void
intend (struct journal *journal, uint64_t number, const char *rest)
{
  char record[5000];
  snprintf (record, sizeof record, "{%s}", rest);
  add (journal, "intent", record, number);
}

/* Effects that were interrupted: those that happened are done. */
static void
test_evidence (void)
{
#define EFFECT(effect, name, rest)                                             \
  snprintf (text, sizeof text, "\"effect\":\"%s\",\"target\":\"%s\",%s",       \
            effect, kit_path (name), rest)
#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
  static const struct
  {
    const char *effect, *name, *rest;
    int happened;
  } all[] = {
    { "file", "abc", "\"after\":{\"sha256\":\"" ABC "\",\"mode\":\"0640\"}",
      1 },
    { "file", "abc", "\"after\":{\"sha256\":\"" ABC "\",\"mode\":\"0600\"}",
      0 },
    { "file", "abd", "\"after\":{\"sha256\":\"" ABC "\",\"mode\":\"0640\"}",
      0 },
    { "file", "none", "\"after\":{\"sha256\":\"" ABC "\",\"mode\":\"0640\"}",
      0 },
    { "remove", "none", "\"after\":{\"exists\":false}", 1 },
    { "remove", "abc", "\"after\":{\"exists\":false}", 0 },
    { "mode", "abc", "\"after\":{\"mode\":\"0640\"}", 1 },
    { "mode", "abc", "\"after\":{\"mode\":\"0644\"}", 0 },
    { "symlink", "link", "\"after\":{\"target\":\"abc\"}", 1 },
    { "symlink", "link", "\"after\":{\"target\":\"abd\"}", 0 },
    { "dir", "evidence", "\"after\":{\"made\":[]}", 1 },
    { "dir", "none", "\"after\":{\"made\":[]}", 0 },
    { "program", "abc", "\"argv\":[]", 0 },
  };
  const size_t count = sizeof all / sizeof *all;
  struct journal *journal;
  char text[4000];
  OK (!journal_open (kit_path ("evidence"), &journal, &err));
  kit_write (kit_path ("abc"), "abc");
  kit_write (kit_path ("abd"), "abd");
  OK (!chmod (kit_path ("abc"), 0640) && !chmod (kit_path ("abd"), 0640));
  OK (!symlink ("abc", kit_path ("link")));
  for (size_t i = 0; i < count; i++)
    {
      EFFECT (all[i].effect, all[i].name, all[i].rest);
      intend (journal, i + 1, text);
    }
  journal_close (journal);
  OK (!journal_open (kit_path ("evidence"), &journal, &err));
  journal_close (journal);
  for (size_t i = 0; i < count; i++)
    OK (!kit_system ("grep '\"intent\":%zu,\"interrupted\":true' "
                     "%sevidence/journal.jsonl | grep -q '\"%s\"'",
                     i + 1, kit_folder, all[i].happened ? "done" : "failed"));
}

/* An intent is synced, and with it what was written before; the rest at the
 * close. */
static void
test_syncs (void)
{
  struct journal *journal;
  OK (!journal_open (kit_path ("syncs"), &journal, &err));
  syncs = 0;
  add (journal, "run", "{}", 1);
  OK (!syncs);
  intend (journal, 2, "\"effect\":\"program\"");
  OK (syncs == 1);
  add (journal, "done", "{\"intent\":2}", 3);
  add (journal, "step", "{}", 4);
  OK (syncs == 1);
  intend (journal, 5, "\"effect\":\"program\"");
  OK (syncs == 2);
  journal_close (journal);
  OK (syncs == 2);
  OK (!journal_open (kit_path ("syncs"), &journal, &err));
  journal_close (journal);
  OK (syncs == 3);
}

/* The power fails: all that is on the disk are two intents. The first effect
 * happened, the second did not. */
static void
test_power_cut (void)
{
  const char *name = "cut/journal.jsonl";
  struct journal *journal;
  char text[4000];
  struct stat st;
  OK (!journal_open (kit_path ("cut"), &journal, &err));
  kit_write (kit_path ("cut/a"), "abc");
  OK (!chmod (kit_path ("cut/a"), 0640));
  EFFECT ("file", "cut/a",
          "\"after\":{\"sha256\":\"" ABC "\",\"mode\":\"0640\"}");
  intend (journal, 1, text);
  EFFECT ("remove", "cut/a", "\"after\":{\"exists\":false}");
  intend (journal, 2, text);
  add (journal, "done", "{\"intent\":1}", 3);
  add (journal, "failed", "{\"intent\":2}", 4);
  OK (!stat (kit_path (name), &st) && durable < st.st_size);
  OK (!truncate (kit_path (name), durable));
  durable = 0;
  journal_close (journal);
  OK (!journal_open (kit_path ("cut"), &journal, &err));
  journal_close (journal);
  OK (!kit_system ("grep '\"done\"' %s%s | "
                   "grep -q '\"intent\":1,\"interrupted\":true'",
                   kit_folder, name));
  OK (!kit_system ("grep '\"failed\"' %s%s | "
                   "grep -q '\"intent\":2,\"interrupted\":true'",
                   kit_folder, name));
  OK (!kit_system ("[ $(wc -l <%s%s) = 4 ]", kit_folder, name));
}

static int
refused (const char *why)
{
  struct journal *journal;
  int bad = journal_open (kit_path ("strange"), &journal, &err);
  if (!bad)
    journal_close (journal);
  return bad && strstr (err.why, why) && err.remedy[0];
}

/* A journal that somebody else may have written; and one that others could
 * only read, which is closed to them. */
static void
test_strange_journal (void)
{
  const char *name = "strange/journal.jsonl";
  struct journal *journal;
  struct stat st;
  OK (!journal_open (kit_path ("strange"), &journal, &err));
  add (journal, "run", "{}", 1);
  journal_close (journal);
  OK (!chmod (kit_path (name), 0620) && refused ("others may write it"));
  OK (!chmod (kit_path (name), 0644) && !refused (""));
  OK (!stat (kit_path (name), &st) && (st.st_mode & 07777) == 0600);
  OK (!link (kit_path (name), kit_path ("other")) && refused ("another name"));
  OK (!unlink (kit_path (name)));
  OK (!symlink (kit_path ("other"), kit_path (name)));
  OK (refused ("symbolic link"));
  OK (!unlink (kit_path (name)) && !mkfifo (kit_path (name), 0600));
  OK (refused ("no file"));
  OK (!unlink (kit_path (name)) && !mkdir (kit_path (name), 0700));
  OK (refused ("no file"));
  OK (!rmdir (kit_path (name)));
  OK (!rename (kit_path ("strange"), kit_path ("moved")));
  OK (!symlink (kit_path ("moved"), kit_path ("strange")));
  OK (refused ("symbolic link"));
  OK (!unlink (kit_path ("strange")));
  OK (!rename (kit_path ("moved"), kit_path ("strange")));
  if (geteuid () || chown (kit_path ("strange/lock"), 1, 1))
    return;
  OK (refused ("somebody else"));
  OK (!unlink (kit_path ("strange/lock")));
  OK (!chown (kit_path ("strange"), 1, 1) && refused ("somebody else"));
}

int
main (void)
{
  kit_begin ();
  test_journal ();
  test_empty_bytes ();
  test_evidence ();
  test_syncs ();
  test_power_cut ();
  test_strange_journal ();
  kit_end ();
  return 0;
}
