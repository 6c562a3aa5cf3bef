/* SPDX-License-Identifier: Apache-2.0
 *
 * Files, folders, modes and links through the broker: what is done, what is
 * refused, what is left when the system says no, and what the journal holds.
 */
#include "config.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kbsh/json.h>

#include "act/test-kit.h"

static const char *at;   /* what the next effect is about */
static const char *text; /* and its content */
static uint32_t mode = 0644, flags;
static char touches[2 * 4096];

static int
write_it (struct kbsh_ctx *ctx)
{
  struct kbsh_file file = { .size = sizeof file,
                            .path = at,
                            .data = text,
                            .length = strlen (text),
                            .mode = mode,
                            .flags = flags };
  return ctx->host->write_file (ctx, &file);
}

static int
remove_it (struct kbsh_ctx *ctx)
{
  return ctx->host->remove_file (ctx, at);
}

static int
make_it (struct kbsh_ctx *ctx)
{
  return ctx->host->make_dir (ctx, at, mode);
}

static int
change_it (struct kbsh_ctx *ctx)
{
  return ctx->host->change_mode (ctx, at, mode);
}

static int
link_it (struct kbsh_ctx *ctx)
{
  return ctx->host->make_symlink (ctx, at, text);
}

static int
step (kbsh_function *function, const char *path)
{
  at = path;
  return kit_do (function, "step", touches);
}

/* How many files in the kit's folder are temporary ones. */
static int
leftovers (void)
{
  return kit_system ("find %s -name '.*.kbsh-*' | grep -q .", kit_folder) == 0;
}

static int
mode_of (const char *path)
{
  struct stat st;
  OK (!lstat (path, &st));
  return st.st_mode & 07777;
}

/* Does the journal have a line with both? */
static int
journal_has (const char *one, const char *two)
{
  return kit_system ("grep -F '%s' %sstate/journal.jsonl | grep -qF '%s'", one,
                     kit_folder, two)
         == 0;
}

static void
test_write (void)
{
  text = "first\n";
  OK (!step (write_it, kit_path ("a")) && kit_changes == 1);
  OK (!strcmp (kit_read (kit_path ("a")), "first\n"));
  OK (mode_of (kit_path ("a")) == 0644);
  OK (journal_has ("\"intent\"", "\"exists\":false"));
  OK (kit_event ("effect", "\"create\""));
  OK (kit_event ("effect", "\"changed\":true,\"status\":\"ok\",\"seconds\":"));
  OK (!step (write_it, kit_path ("a")) && kit_changes == 0);
  mode = 0600;
  OK (!step (write_it, kit_path ("a")) && kit_changes == 1);
  OK (mode_of (kit_path ("a")) == 0600);
  mode = 0644;
  text = "second\n";
  OK (step (write_it, kit_path ("./x//../a")));
  OK (strstr (kit_error.why, ".."));
  OK (!step (write_it, kit_path (".//a")) && kit_changes == 1);
  OK (!strcmp (kit_read (kit_path ("a")), "second\n"));
  OK (kit_system ("grep -rqx first %sstate/backup", kit_folder) == 0);
  OK (kit_system ("find %sstate/backup -type f -not -perm 600 | grep -q .",
                  kit_folder));
  OK (!leftovers ());
}

static void
test_secret (void)
{
  flags = KBSH_SECRET;
  text = "a very secret text\n";
  mode = 0600;
  OK (!step (write_it, kit_path ("key")));
  OK (mode_of (kit_path ("key")) == 0600);
  mode = 0644;
  OK (step (write_it, kit_path ("key2")));
  OK (strstr (kit_error.why, "secret"));
  OK (access (kit_path ("key2"), F_OK));
  flags = 0;
  OK (kit_system ("grep -q 'very secret' %sstate/journal.jsonl", kit_folder));
}

static void
test_refused (void)
{
  struct stat st;
  text = "x";
  OK (step (write_it, "/etc/not-declared"));
  OK (strstr (kit_error.what, "test/step"));
  OK (strstr (kit_error.what, "test.service"));
  OK (strstr (kit_error.remedy, "\"paths\": [\"/etc/not-declared\"]"));
  OK (stat ("/etc/not-declared", &st) && errno == ENOENT);
  OK (kit_do (write_it, "step", NULL));
  OK (step (write_it, "relative"));
  OK (!symlink ("a", kit_path ("link")));
  OK (step (write_it, kit_path ("link")));
  OK (strstr (kit_error.why, "symbolic link"));
  OK (step (write_it, kit_path ("none/file")));
  OK (strstr (kit_error.why, "No such file"));
  at = kit_path ("a");
  OK (kit_do (write_it, "check", touches));
  OK (strstr (kit_error.why, "a check looks"));
  OK (!leftovers ());
}

static void
test_folders (void)
{
  mode = 0700;
  OK (!step (make_it, kit_path ("d/e/f")) && kit_changes == 1);
  OK (mode_of (kit_path ("d")) == 0755);
  OK (mode_of (kit_path ("d/e/f")) == 0700);
  OK (journal_has ("\"dir\"", "d/e\""));
  OK (!step (make_it, kit_path ("d/e/f")) && kit_changes == 0);
  OK (step (make_it, kit_path ("a/b")));
  OK (strstr (kit_error.why, "no folder"));
  mode = 0711;
  OK (!step (change_it, kit_path ("d/e/f")) && kit_changes == 1);
  OK (mode_of (kit_path ("d/e/f")) == 0711);
  OK (!step (change_it, kit_path ("d/e/f")) && kit_changes == 0);
  OK (step (change_it, kit_path ("d/none")));
  OK (step (change_it, kit_path ("link")));
  text = "e/f";
  OK (!step (link_it, kit_path ("d/l")) && kit_changes == 1);
  OK (!step (link_it, kit_path ("d/l")) && kit_changes == 0);
  text = "e";
  OK (!step (link_it, kit_path ("d/l")) && kit_changes == 1);
  OK (journal_has ("\"before\"", "\"target\":\"e/f\""));
  OK (step (link_it, kit_path ("a")));
  mode = 0644;
  OK (!leftovers ());
}

static void
test_remove (void)
{
  OK (!step (remove_it, kit_path ("a")) && kit_changes == 1);
  OK (access (kit_path ("a"), F_OK));
  OK (!step (remove_it, kit_path ("a")) && kit_changes == 0);
  OK (!step (remove_it, kit_path ("none/at/all")) && kit_changes == 0);
  OK (!step (remove_it, kit_path ("d/l")) && kit_changes == 1);
  OK (step (remove_it, kit_path ("d/e")));
  OK (kit_error.remedy[0]);
  OK (!step (remove_it, kit_path ("d/e/f")) && kit_changes == 1);
}

/* What the system refuses, on file systems made for it. */
static void
test_errors (void)
{
  static char large[300000];
  if (unshare (CLONE_NEWNS)
      || mount ("none", "/", NULL, MS_REC | MS_PRIVATE, NULL))
    {
      printf ("not tested: no mount namespaces here\n");
      return;
    }
  OK (!mkdir (kit_path ("small"), 0755));
  OK (!mount ("none", kit_path ("small"), "tmpfs", 0, "size=128k"));
  memset (large, 'x', sizeof large - 1);
  text = "old\n";
  OK (!step (write_it, kit_path ("small/f")));
  text = large;
  OK (step (write_it, kit_path ("small/f")));
  OK (strstr (kit_error.why, "No space left"));
  OK (strstr (kit_error.remedy, "make room"));
  OK (!strcmp (kit_read (kit_path ("small/f")), "old\n"));
  OK (!leftovers ());
  OK (journal_has ("\"failed\"", "No space left"));
  OK (kit_event ("effect", "\"changed\":false,\"status\":\"failed\""));
  OK (!mount ("none", kit_path ("small"), NULL, MS_REMOUNT | MS_RDONLY, NULL));
  text = "new\n";
  OK (step (write_it, kit_path ("small/f")));
  OK (strstr (kit_error.why, "Read-only"));
  OK (kit_error.remedy[0]);
  OK (step (remove_it, kit_path ("small/f")));
  OK (step (make_it, kit_path ("small/d")));
  OK (step (change_it, kit_path ("small/f")) || mode == 0644);
  text = "x";
  OK (step (link_it, kit_path ("small/l")));
  OK (!strcmp (kit_read (kit_path ("small/f")), "old\n"));
  /* A file that something is mounted on can't be replaced. */
  kit_write (kit_path ("busy"), "under\n");
  OK (!mount (kit_path ("busy"), kit_path ("busy"), NULL, MS_BIND, NULL));
  OK (step (write_it, kit_path ("busy")));
  OK (strstr (kit_error.why, "busy"));
  OK (!strcmp (kit_read (kit_path ("busy")), "under\n"));
  OK (!leftovers ());
  OK (!umount (kit_path ("busy")) && !umount (kit_path ("small")));
}

/* The journal can't be written: nothing is done. */
static void
test_no_journal (void)
{
  if (mount ("none", kit_path ("state"), "tmpfs", 0, "size=4k"))
    return;
  kit_close ();
  kit_open (0);
  text = "x";
  OK (step (write_it, kit_path ("unwritten")));
  OK (strstr (kit_error.what, "journal") || kit_error.what[0]);
  OK (access (kit_path ("unwritten"), F_OK));
  kit_close ();
  OK (!umount (kit_path ("state")));
  kit_open (0);
}

int
main (void)
{
  kit_begin ();
  snprintf (touches, sizeof touches, "{'paths':['%s']}", kit_folder);
  kit_open (0);
  test_write ();
  test_secret ();
  test_refused ();
  test_folders ();
  test_remove ();
  test_errors ();
  test_no_journal ();
  kit_close ();
  kit_end ();
  return 0;
}
