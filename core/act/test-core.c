/* SPDX-License-Identifier: Apache-2.0
 *
 * The loop, the messages and the journal, each by itself.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>

#include "act/journal.h"
#include "act/test-kit.h"
#include "act/wire.h"

static struct kbsh_error err;
static struct loop *loop;
static char seen[100];

/* ---------------------------------------------------------------- */

static void
note (const char *what)
{
  strcat (seen, what);
}

static void
on_timer (void *data)
{
  note (data);
}

static void
on_read (int fd, int events, void *data)
{
  char text[10];
  ssize_t got = read (fd, text, sizeof text);
  (void)events;
  note (got > 0 ? data : "end");
  if (got <= 0)
    OK (!loop_fd (loop, fd, 0, NULL, NULL, &err));
}

static void
on_child (pid_t pid, int status, long max_rss_kib, void *data)
{
  OK (pid > 0 && max_rss_kib > 0);
  OK (WIFEXITED (status) && WEXITSTATUS (status) == 3);
  note (data);
}

static void
run_until (const char *wanted)
{
  int64_t end = loop_now_ms () + 10000;
  while (strcmp (seen, wanted))
    {
      OK (loop_now_ms () < end);
      OK (!loop_once (loop, 1000, &err));
    }
  seen[0] = '\0';
}

static void
test_loop (void)
{
  int ends[2];
  uint64_t cancelled;
  pid_t pid;
  OK (!loop_new (&loop, &err));
  OK (loop_timer (loop, 30, on_timer, (void *)(uintptr_t) "c", &err));
  OK (loop_timer (loop, 10, on_timer, (void *)(uintptr_t) "a", &err));
  cancelled = loop_timer (loop, 15, on_timer, (void *)(uintptr_t) "x", &err);
  OK (loop_timer (loop, 20, on_timer, (void *)(uintptr_t) "b", &err));
  loop_timer_cancel (loop, cancelled);
  run_until ("abc");
  OK (!pipe (ends));
  OK (!loop_fd (loop, ends[0], POLLIN, on_read, (void *)(uintptr_t) "r", &err));
  OK (write (ends[1], "1", 1) == 1);
  run_until ("r");
  /* Closed, and its number used again: nothing old may come through. */
  OK (!loop_fd (loop, ends[0], 0, NULL, NULL, &err));
  OK (!loop_fd (loop, ends[0], POLLIN, on_read, (void *)(uintptr_t) "s", &err));
  pid = fork ();
  if (pid == 0)
    _exit (write (ends[1], "2", 1) == 1 ? 3 : 4);
  close (ends[1]);
  OK (!loop_child (loop, pid, on_child, (void *)(uintptr_t) "child", &err));
  while (!strstr (seen, "child") || !strstr (seen, "end"))
    OK (!loop_once (loop, 1000, &err));
  OK (!strncmp (seen, "s", 1));
  seen[0] = '\0';
  close (ends[0]);
  OK (loop_timer (loop, 60000, on_timer, NULL, &err));
  loop_free (loop);
}

/* ---------------------------------------------------------------- */

static void
raw (int fd, uint32_t json, uint32_t blob, const char *bytes, size_t length)
{
  uint32_t head[2] = { json, blob };
  OK (write (fd, head, sizeof head) == sizeof head);
  OK (write (fd, bytes, length) == (ssize_t)length);
}

/* What the broker's side says to these bytes. */
static int
judge (uint32_t json, uint32_t blob, const char *bytes)
{
  struct message message = { .json = NULL };
  struct wire *wire;
  int ends[2], result;
  OK (!socketpair (AF_UNIX, SOCK_STREAM, 0, ends));
  OK (!wire_new (ends[0], &wire, &err));
  raw (ends[1], json, blob, bytes, strlen (bytes));
  result = wire_fill (wire, &err);
  if (!result)
    result = wire_next (wire, &message, &err);
  message_free (&message);
  wire_free (wire);
  close (ends[0]);
  close (ends[1]);
  return result;
}

static void
test_bad_messages (void)
{
  OK (judge (2, 0, "{}") == 1);
  OK (judge (2, 3, "{}abc") == 1);
  OK (judge (2, 3, "{}ab") == 0);
  OK (judge (0, 0, "") == -1);
  OK (judge (WIRE_MAX_JSON + 1, 0, "x") == -1);
  OK (judge (2, WIRE_MAX_BLOB + 1, "{}") == -1);
  OK (judge (UINT32_MAX, UINT32_MAX, "{}") == -1);
  OK (judge (2, 0, "[]") == -1);
  OK (judge (1, 0, "7") == -1);
  OK (judge (4, 0, "null") == -1);
  OK (judge (2, 0, "{]") == -1);
  OK (judge (3, 0, "{}}") == -1);
  OK (judge (1, 0, "{") == -1);
  OK (strstr (err.what, "can't be understood"));
}

static void
test_wire (void)
{
  struct message message = { .json = NULL };
  kbsh_autojson json_object *json = json_tokener_parse ("{\"kind\":\"x\"}");
  static char blob[3 << 20];
  struct wire *wire;
  int ends[2], left;
  pid_t pid;
  OK (!socketpair (AF_UNIX, SOCK_STREAM, 0, ends));
  memset (blob, 'b', sizeof blob);
  pid = fork ();
  if (pid == 0)
    {
      /* The worker: sends a large one and waits for a large one. */
      struct message answer = { .json = NULL };
      close (ends[0]);
      OK (!wire_send (ends[1], json, blob, sizeof blob, &err));
      OK (!wire_send (ends[1], json, NULL, 0, &err));
      OK (!wire_receive (ends[1], &answer, &err));
      OK (answer.blob_length == sizeof blob);
      OK (wire_receive (ends[1], &answer, &err) == 1);
      message_free (&answer);
      _exit (0);
    }
  close (ends[1]);
  OK (!wire_new (ends[0], &wire, &err));
  for (int count = 0; count < 2;)
    {
      struct pollfd ready = { .fd = ends[0], .events = POLLIN };
      OK (poll (&ready, 1, 10000) == 1);
      OK (!wire_fill (wire, &err));
      if (wire_next (wire, &message, &err) == 1)
        {
          OK (message.blob_length == (count ? 0 : sizeof blob));
          OK (!strcmp (kbsh_json_string (message.json, "/kind", ""), "x"));
          message_free (&message);
          count++;
        }
    }
  OK (!wire_put (wire, json, blob, sizeof blob, &err));
  while ((left = wire_flush (wire, &err)) == 1)
    {
      struct pollfd ready = { .fd = ends[0], .events = POLLOUT };
      OK (poll (&ready, 1, 10000) == 1);
    }
  OK (!left);
  shutdown (ends[0], SHUT_WR);
  OK (waitpid (pid, &left, 0) == pid && left == 0);
  OK (wire_fill (wire, &err) == 1);
  wire_free (wire);
  close (ends[0]);
  test_bad_messages ();
}

/* ---------------------------------------------------------------- */

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
  /* A torn line is one thing, a damaged file another. */
  append ("garbage\n");
  append ("{\"n\":9,\"kind\":\"run\"}\n");
  OK (journal_open (kit_path ("journal"), &journal, &err));
  OK (strstr (err.what, "damaged") && err.line == 9);
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

/* A worker that sends garbage. */
static int
send_garbage (struct kbsh_ctx *ctx)
{
  (void)ctx;
  for (int fd = 3; fd < 1024; fd++)
    if (write (fd, "\xff\xff\xff\xffgarbage", 11) > 0)
      pause ();
  return 0;
}

static int
say_nothing (struct kbsh_ctx *ctx)
{
  (void)ctx;
  return -1;
}

static int
chain (struct kbsh_ctx *ctx)
{
  const struct kbsh_host *host = ctx->host;
  struct kbsh_failure first = {
    .size = sizeof first, .what = "first", .why = "reason", .remedy = "mend"
  };
  struct kbsh_failure second = { .size = sizeof second, .what = "second" };
  if (!host->get_bool (ctx, "yes", 0) || host->get_int (ctx, "number", 0) != 7
      || strcmp (host->get_string (ctx, "word", ""), "hello")
      || strcmp (host->get (ctx, "earlier:/list"), "[1,2]")
      || host->get (ctx, "none") || host->failed (ctx))
    return -1;
  host->fail (ctx, &first);
  if (strcmp (host->forgive (ctx), "first: reason\nmend") || host->failed (ctx))
    return 0;
  host->fail (ctx, &first);
  return host->fail (ctx, &second);
}

static int
tell_all (struct kbsh_ctx *ctx)
{
  const struct kbsh_host *host = ctx->host;
  struct kbsh_finding finding = { .size = sizeof finding,
                                  .name = "Name",
                                  .severity = KBSH_WARN,
                                  .found = "this",
                                  .needed = "that",
                                  .remedy = "do" };
  host->secret (ctx, "sesame-sesame");
  host->log (ctx, KBSH_WARNING, "open sesame-sesame");
  host->progress (ctx, "half");
  host->print (ctx, "out\n", 4);
  host->put (ctx, "/list/-", "1");
  host->put (ctx, "/list/-", "{\"a\":null}");
  return host->finding (ctx, &finding);
}

static void
test_worker (void)
{
  kit_open (0);
  OK (kit_do (send_garbage, "step", NULL));
  OK (strstr (kit_error.what, "test.service does not keep to the contract"));
  OK (kit_do (say_nothing, "step", NULL));
  OK (strstr (kit_error.what, "without saying why"));
  OK (kit_do (chain, "step", NULL));
  OK (!strcmp (kit_error.what, "second: first"));
  OK (!strcmp (kit_error.why, "reason"));
  OK (!strcmp (kit_error.remedy, "mend"));
  OK (!kit_do (tell_all, "check", NULL));
  OK (kit_event ("step-log", "open <redacted>"));
  OK (kit_event ("step-progress", "half") && kit_event ("print", "out"));
  OK (!strcmp (kbsh_json_string (kit_findings, "/0/status", ""), "warning"));
  OK (kbsh_json_length (kit_result, "/list") == 2);
  /* Nothing was done, so there is nothing to note. */
  OK (access (kit_path ("state"), F_OK));
  kit_close ();
}

int
main (void)
{
  signal (SIGPIPE, SIG_IGN);
  kit_begin ();
  test_loop ();
  test_wire ();
  test_journal ();
  test_evidence ();
  test_strange_journal ();
  test_worker ();
  kit_end ();
  return 0;
}
