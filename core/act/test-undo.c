/* SPDX-License-Identifier: Apache-2.0
 *
 * Undoing through the broker: what was there before is there again; what
 * somebody else changed is theirs; killed at any instant, it goes on; a journal
 * that was tampered with undoes nothing.
 */
#include "config.h"

#include "act/undo.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kbsh/json.h>

#include "act/test-kit.h"

/* In the C library's place: the process ends at the sync with this number.
 * (What is written outlives a process that is killed without it.) */
static int until = -1;

static void
count (void)
{
  if (until > 0 && !--until)
    raise (SIGKILL);
}

int
fdatasync (int fd)
{
  count ();
  (void)fd;
  return 0;
}

int
fsync (int fd)
{
  count ();
  (void)fd;
  return 0;
}

/* ---------------------------------------------------------------- */

static int
put (struct kbsh_ctx *ctx, const char *name, const char *text, uint32_t mode)
{
  struct kbsh_file file = { .size = sizeof file,
                            .path = kit_path (name),
                            .data = text,
                            .length = strlen (text),
                            .mode = mode,
                            .flags = mode == 0600 ? KBSH_SECRET : 0 };
  return ctx->host->write_file (ctx, &file);
}

static int
change_all (struct kbsh_ctx *ctx)
{
  const struct kbsh_host *host = ctx->host;
  return host->make_dir (ctx, kit_path ("w/new/deep"), 0700)
         || put (ctx, "w/new/deep/file", "made\n", 0644)
         || put (ctx, "w/secret", "one\n", 0600)
         || put (ctx, "w/secret", "two\n", 0600)
         || put (ctx, "w/there", "ours\n", 0600)
         || put (ctx, "w/there", "ours again\n", 0644)
         || host->change_mode (ctx, kit_path ("w/mode"), 0711)
         || host->remove_file (ctx, kit_path ("w/gone"))
         || host->remove_file (ctx, kit_path ("w/empty"))
         || host->remove_file (ctx, kit_path ("w/link"))
         || host->make_symlink (ctx, kit_path ("w/other"), "there")
         || host->make_symlink (ctx, kit_path ("w/fresh"), "there")
         || put (ctx, "w/tree/config", "ours\n", 0644)
         || put (ctx, "w/tree/made", "ours\n", 0644)
         || host->remove_tree (ctx, kit_path ("w/tree"), KBSH_KEEP_FOLDER);
}

static void
world (void)
{
  OK (!kit_system ("cd %s && rm -rf w state && mkdir -p w/empty w/tree && cd w"
                   " && echo theirs >there && chmod 640 there && chown 1:2 "
                   "there && echo x >mode && chmod 4755 mode && echo g >gone"
                   " && echo theirs >private && chmod 600 private"
                   " && chmod 750 empty && ln -s nowhere link"
                   " && ln -s before other && echo old >tree/config"
                   " && chown -h 3:4 link && cd .. && find w -printf "
                   "'%%p %%y %%m %%U:%%G %%l ' -a "
                   "\\( -type f -exec sha256sum {} \\; -o -printf '\\n' \\) "
                   "| sort >before",
                   kit_folder));
}

/* Is it as it was? */
static int
as_before (void)
{
  return !kit_system ("cd %s && find w -printf '%%p %%y %%m %%U:%%G %%l ' -a "
                      "\\( -type f -exec sha256sum {} \\; -o -printf '\\n' \\) "
                      "| sort | diff before -",
                      kit_folder);
}

static int ended, failed, changes;

static void
over (void *data, int count, const struct kbsh_error *failure)
{
  (void)data;
  ended = 1;
  failed = failure != NULL;
  changes = count;
  if (failure)
    kit_error = *failure;
}

static json_object *
list (const char *one)
{
  json_object *out = one ? json_object_new_array () : NULL;
  if (one)
    json_object_array_add (out, json_object_new_string (one));
  return out;
}

static int
undo (const char *only, const char *except)
{
  json_object *lists[2] = { list (only), list (except) };
  int bad;
  ended = failed = changes = 0;
  bad = undo_start (&kit_run, "undo", lists[0], lists[1], over, NULL,
                    &kit_error);
  OK (!ended);
  while (!bad && !ended)
    OK (!loop_once (kit_run.loop, 1000, &kit_error));
  json_object_put (lists[0]);
  json_object_put (lists[1]);
  return bad || failed ? -1 : 0;
}

static void
begin (void)
{
  world ();
  kit_open (0);
  OK (!kit_do (change_all, "step", kit_touches));
}

static int
journal (const char *pattern)
{
  return !kit_system ("grep -q '%s' %sstate/journal*.jsonl", pattern,
                      kit_folder);
}

/* ---------------------------------------------------------------- */

static void
test_all (void)
{
  begin ();
  OK (kit_system ("test -e %sw/tree/config", kit_folder));
  OK (!undo (NULL, NULL) && changes >= 10);
  OK (as_before ());
  OK (kit_event ("effect", "\"undo\"") && !kit_event ("step-log", "warning"));
  OK (!undo (NULL, NULL) && changes == 0);
  /* The journal lasts as long as the run does. */
  OK (!access (kit_path ("state/journal.jsonl"), F_OK));
  kit_close ();
  OK (access (kit_path ("state/journal.jsonl"), F_OK));
  OK (!kit_system ("cd %sstate && test \"$(stat -c %%a journal-*.jsonl)\" = 600"
                   " && test -z \"$(ls backup)\"",
                   kit_folder));
  OK (journal ("\"undoes\":\\[") && !journal ("theirs"));
  kit_open (0);
  OK (!undo (NULL, NULL) && changes == 0);
  kit_close ();
  OK (!kit_system ("test $(ls %sstate/journal-*.jsonl | wc -l) = 2",
                   kit_folder));
}

static int
spend_secrets (struct kbsh_ctx *ctx)
{
  const struct kbsh_host *host = ctx->host;
  return put (ctx, "w/secret", "token\n", 0600)
         || host->remove_secret (ctx, kit_path ("w/secret"))
         || host->remove_secret (ctx, kit_path ("w/secret"))
         || put (ctx, "w/there", "token\n", 0600)
         || host->remove_secret (ctx, kit_path ("w/there"))
         || host->remove_secret (ctx, kit_path ("w/gone"));
}

/* Nothing is left of what was removed as a secret; of what it had replaced
 * there is. */
static void
test_secrets (void)
{
  world ();
  kit_open (1);
  OK (!kit_do (spend_secrets, "step", kit_touches));
  OK (kit_event ("plan", "w/gone (secret: no copy is kept)"));
  kit_close ();
  kit_open (0);
  OK (!kit_do (spend_secrets, "step", kit_touches));
  OK (access (kit_path ("w/secret"), F_OK)
      && access (kit_path ("w/gone"), F_OK));
  OK (!kit_system ("cd %sstate/backup && test $(ls | wc -l) = 1 && grep -qx "
                   "theirs *",
                   kit_folder));
  OK (journal ("\"secret\":true.*w/gone") && !journal ("token"));
  kit_close ();
  kit_open (0);
  OK (!undo (NULL, NULL) && changes == 1);
  OK (kit_event ("step-log", "w/gone is left as it is: what was there was a "
                             "secret, of which no copy is kept"));
  OK (!kit_event ("step-log", "w/secret is left"));
  OK (!strcmp (kit_read (kit_path ("w/there")), "theirs\n"));
  OK (access (kit_path ("w/gone"), F_OK));
  kit_close ();
}

static int
change_private (struct kbsh_ctx *ctx)
{
  return put (ctx, "w/private", "ours\n", 0600);
}

static void
test_theirs (void)
{
  begin ();
  OK (!kit_do (change_private, "step", kit_touches));
  kit_write (kit_path ("w/there"), "somebody else's\n");
  kit_write (kit_path ("w/secret"), "changed\n");
  kit_write (kit_path ("w/private"), "changed\n");
  OK (!kit_system ("ln %sstate/backup/*-private %swiped", kit_folder,
                   kit_folder));
  kit_write (kit_path ("w/new/deep/kept"), "k\n");
  OK (!chmod (kit_path ("w/mode"), 0700));
  kit_write (kit_path ("w/gone"), "anew\n");
  OK (!undo (NULL, NULL));
  OK (!strcmp (kit_read (kit_path ("w/there")), "somebody else's\n"));
  OK (!strcmp (kit_read (kit_path ("w/secret")), "changed\n"));
  OK (!strcmp (kit_read (kit_path ("w/gone")), "anew\n"));
  OK (!access (kit_path ("w/new/deep/kept"), F_OK));
  OK (access (kit_path ("w/new/deep/file"), F_OK));
  OK (kit_event ("step-log", "w/there is left as it is: it was changed"));
  OK (kit_event ("step-log", "w/new/deep is left as it is: it is not empty"));
  OK (kit_event ("step-log", "its mode was changed"));
  kit_close ();
  /* What was there before kbsh came can still be had, but for what was
   * private. */
  OK (!kit_system ("grep -qx g %sstate/backup/*-gone", kit_folder));
  OK (!kit_system ("cd %sstate/backup && test $(ls | wc -l) = 2", kit_folder));
  OK (!kit_system ("cd %s && test -s wiped && ! tr -d '\\0' <wiped | grep -q ."
                   " && rm wiped",
                   kit_folder));
}

static void
test_chosen (void)
{
  begin ();
  OK (!undo (kit_path ("w/there"), NULL) && changes == 1);
  OK (!strcmp (kit_read (kit_path ("w/there")), "theirs\n"));
  OK (!access (kit_path ("w/secret"), F_OK));
  kit_close ();
  OK (!access (kit_path ("state/journal.jsonl"), F_OK));
  kit_open (0);
  OK (!undo (NULL, kit_path ("w/new/")) && !undo (NULL, NULL));
  OK (as_before ());
  kit_close ();
  begin ();
  OK (!undo (NULL, kit_path ("w/new/")));
  OK (!access (kit_path ("w/new/deep/file"), F_OK));
  OK (access (kit_path ("w/secret"), F_OK));
  kit_close ();
}

static void
test_dry_run (void)
{
  begin ();
  kit_close ();
  OK (!kit_system ("cd %s && cp -a w seen", kit_folder));
  kit_open (1);
  OK (!undo (NULL, NULL));
  OK (kit_event ("plan", "put back") && kit_event ("plan", "w/there as it"));
  OK (kit_event ("plan", "remove") && kit_event ("plan", "w/secret"));
  OK (kit_event ("plan", "w/new, when it is empty"));
  OK (!kit_system ("cd %s && diff -r --no-dereference w seen && rm -r seen",
                   kit_folder));
  kit_close ();
}

/* ---------------------------------------------------------------- */

/* Nothing is undone, and the reason has these words. */
static void
tamper (const char *command, const char *why)
{
  begin ();
  kit_close ();
  OK (!kit_system ("cd %s && rm -rf seen && cp -a w seen && cd state && %s",
                   kit_folder, command));
  kit_open (0);
  OK (undo (NULL, NULL));
  OK (strstr (kit_error.why, why) || strstr (kit_error.what, why));
  OK (kit_error.remedy[0]);
  OK (!kit_system ("cd %s && diff -r --no-dereference w seen && rm -r seen",
                   kit_folder));
  kit_close ();
}

static void
test_tampered (void)
{
  tamper ("sed -i 3d journal.jsonl", "missing");
  tamper ("sed -i 's/{\"n\":3,/{\"n\":1,/' journal.jsonl", "out of order");
  tamper ("sed -i 's/^{\"n\":2,/x/' journal.jsonl", "damaged");
  tamper ("sed -i 's|\"target\":\"/|\"target\":\"/etc/../|' journal.jsonl",
          "no absolute path");
  tamper ("sed -i 's|\"backup\":\"|\"backup\":\"../|' journal.jsonl",
          "names no copy");
  tamper ("sed -i 's/\"intent\":1}/\"intent\":9999}/;"
          "s/\"intent\":1,/\"intent\":9999,/' journal.jsonl",
          "never announced");
  tamper ("sed -i 's/\"mode\":\"0640\"/\"mode\":\"u+s\"/' journal.jsonl",
          "its mode");
  tamper ("echo evil >backup/$(ls backup | grep there | head -n 1)",
          "is not the copy of");
  tamper ("rm backup/*", "is not the copy of");
}

/* The dry run as well, though it cuts nothing off. */
static void
append (const char *command)
{
  begin ();
  kit_close ();
  OK (!kit_system ("cd %sstate && { %s; } >>journal.jsonl", kit_folder,
                   command));
  kit_open (1);
}

/* What a crash leaves behind the last record hinders nobody; empty bytes that
 * no crash leaves there do. */
static void
test_endings (void)
{
  static const char *const torn[]
      = { "printf '{\"n\":99,\"ki'", "printf '\\0\\0\\0'",
          /* the second of two blocks came back empty */
          ("head -c $((512 - $(stat -c %s journal.jsonl) % 512)) /dev/zero | "
           "tr '\\0' x; printf '\\0\\0\\n{\"n\":98}\\n'") };
  for (size_t i = 0; i < sizeof torn / sizeof *torn; i++)
    {
      append (torn[i]);
      OK (!undo (NULL, NULL) && kit_event ("plan", "w/there as it"));
      kit_close ();
      kit_open (0);
      OK (!undo (NULL, NULL) && as_before ());
      kit_close ();
    }
  append ("printf 'xx\\0\\n'");
  OK (undo (NULL, NULL) && !kit_event ("plan", "w/there"));
  OK (strstr (kit_error.why, "empty bytes") && kit_error.line > 10);
  kit_close ();
}

/* ---------------------------------------------------------------- */

/* 1: the undo was killed at the sync with this number. */
static int
killed_at (int number)
{
  int status;
  pid_t pid = fork ();
  if (!pid)
    {
      kit_open (0);
      until = number;
      _exit (undo (NULL, NULL) ? 1 : 0);
    }
  OK (waitpid (pid, &status, 0) == pid);
  OK (WIFSIGNALED (status) || !WEXITSTATUS (status));
  return WIFSIGNALED (status);
}

static void
test_killed (void)
{
  int number = 1, killed = 1;
  for (; killed; number++)
    {
      begin ();
      kit_close ();
      killed = killed_at (number);
      kit_open (0);
      OK (!undo (NULL, NULL));
      if (!as_before ())
        printf ("killed at sync %d\n", number);
      OK (as_before () && !kit_event ("step-log", "warning"));
      kit_close ();
      OK (access (kit_path ("state/journal.jsonl"), F_OK));
      /* What ended well and was killed before it was set aside is so now. */
      OK (killed
          || !kit_system ("test $(ls %sstate/journal-*.jsonl | wc -l) = 2",
                          kit_folder));
    }
  OK (number > 15);
}

int
main (void)
{
  kit_begin ();
  if (geteuid ())
    kit_skip ("only root can give files away");
  test_all ();
  test_secrets ();
  test_theirs ();
  test_chosen ();
  test_dry_run ();
  test_tampered ();
  test_endings ();
  test_killed ();
  kit_end ();
  return 0;
}
