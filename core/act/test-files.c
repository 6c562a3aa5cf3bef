/* SPDX-License-Identifier: Apache-2.0
 *
 * Files, folders, modes and links through the broker: what is done, what is
 * refused, what is left when the system says no, and what the journal holds.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kbsh/json.h>

#include "act/test-kit.h"

static const char *text; /* the content of the next one */
static uint32_t mode = 0644, flags;

static int
write_it (struct kbsh_ctx *ctx)
{
  struct kbsh_file file = { .size = sizeof file,
                            .path = kit_at,
                            .data = text,
                            .length = strlen (text),
                            .mode = mode,
                            .flags = flags };
  return ctx->host->write_file (ctx, &file);
}

static int
remove_it (struct kbsh_ctx *ctx)
{
  return ctx->host->remove_file (ctx, kit_at);
}

static int
make_it (struct kbsh_ctx *ctx)
{
  return ctx->host->make_dir (ctx, kit_at, mode);
}

static int
change_it (struct kbsh_ctx *ctx)
{
  return ctx->host->change_mode (ctx, kit_at, mode);
}

static int
link_it (struct kbsh_ctx *ctx)
{
  return ctx->host->make_symlink (ctx, kit_at, text);
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

static void
test_write (void)
{
  text = "first\n";
  OK (!kit_step (write_it, kit_path ("a")) && kit_changes == 1);
  OK (!strcmp (kit_read (kit_path ("a")), "first\n"));
  OK (mode_of (kit_path ("a")) == 0644);
  OK (kit_journal ("\"intent\"", "\"exists\":false"));
  OK (kit_event ("effect", "\"create\""));
  OK (kit_event ("effect", "\"changed\":true,\"status\":\"ok\",\"seconds\":"));
  OK (!kit_step (write_it, kit_path ("a")) && kit_changes == 0);
  mode = 0600;
  OK (!kit_step (write_it, kit_path ("a")) && kit_changes == 1);
  OK (mode_of (kit_path ("a")) == 0600);
  mode = 0644;
  text = "second\n";
  OK (kit_step (write_it, kit_path ("./x//../a")));
  OK (strstr (kit_error.why, ".."));
  OK (!kit_step (write_it, kit_path (".//a")) && kit_changes == 1);
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
  OK (!kit_step (write_it, kit_path ("key")));
  OK (mode_of (kit_path ("key")) == 0600);
  mode = 0644;
  OK (kit_step (write_it, kit_path ("key2")));
  OK (strstr (kit_error.why, "secret"));
  OK (access (kit_path ("key2"), F_OK));
  flags = 0;
  OK (!kit_journal ("very secret", ""));
}

static void
test_refused (void)
{
  struct stat st;
  text = "x";
  OK (kit_step (write_it, "/etc/not-declared"));
  OK (strstr (kit_error.what, "test/step"));
  OK (strstr (kit_error.what, "test.service"));
  OK (strstr (kit_error.remedy, "\"paths\": [\"/etc/not-declared\"]"));
  OK (stat ("/etc/not-declared", &st) && errno == ENOENT);
  OK (kit_do (write_it, "step", NULL));
  OK (kit_step (write_it, "relative"));
  OK (!symlink ("a", kit_path ("link")));
  OK (kit_step (write_it, kit_path ("link")));
  OK (strstr (kit_error.why, "symbolic link"));
  OK (!mkdir (kit_path ("folder"), 0755));
  for (int dry_run = 1; dry_run >= 0; dry_run--)
    {
      kit_run.dry_run = dry_run;
      OK (kit_step (write_it, kit_path ("folder")));
      OK (strstr (kit_error.why, "no file") && kit_error.remedy[0]);
    }
  OK (!rmdir (kit_path ("folder")));
  OK (kit_step (write_it, kit_path ("none/file")));
  OK (strstr (kit_error.why, "No such file"));
  kit_at = kit_path ("a");
  OK (kit_do (write_it, "check", kit_touches));
  OK (strstr (kit_error.why, "a check looks"));
  OK (!leftovers ());
}

static void
test_folders (void)
{
  mode = 0700;
  OK (!kit_step (make_it, kit_path ("d/e/f")) && kit_changes == 1);
  OK (mode_of (kit_path ("d")) == 0755);
  OK (mode_of (kit_path ("d/e/f")) == 0700);
  OK (kit_journal ("\"dir\"", "d/e\""));
  OK (!kit_step (make_it, kit_path ("d/e/f")) && kit_changes == 0);
  OK (kit_step (make_it, kit_path ("a/b")));
  OK (strstr (kit_error.why, "no folder"));
  mode = 0711;
  OK (!kit_step (change_it, kit_path ("d/e/f")) && kit_changes == 1);
  OK (mode_of (kit_path ("d/e/f")) == 0711);
  OK (!kit_step (change_it, kit_path ("d/e/f")) && kit_changes == 0);
  OK (kit_step (change_it, kit_path ("d/none")));
  OK (kit_step (change_it, kit_path ("link")));
  text = "e/f";
  OK (!kit_step (link_it, kit_path ("d/l")) && kit_changes == 1);
  OK (!kit_step (link_it, kit_path ("d/l")) && kit_changes == 0);
  text = "e";
  OK (!kit_step (link_it, kit_path ("d/l")) && kit_changes == 1);
  OK (kit_journal ("\"before\"", "\"target\":\"e/f\""));
  OK (kit_step (link_it, kit_path ("a")));
  mode = 0644;
  OK (!leftovers ());
}

static void
test_remove (void)
{
  OK (!kit_step (remove_it, kit_path ("a")) && kit_changes == 1);
  OK (access (kit_path ("a"), F_OK));
  OK (!kit_step (remove_it, kit_path ("a")) && kit_changes == 0);
  OK (!kit_step (remove_it, kit_path ("none/at/all")) && kit_changes == 0);
  OK (!kit_step (remove_it, kit_path ("d/l")) && kit_changes == 1);
  OK (kit_step (remove_it, kit_path ("d/e")));
  OK (kit_error.remedy[0]);
  OK (!kit_step (remove_it, kit_path ("d/e/f")) && kit_changes == 1);
}

/* What the system refuses, on a file system made for it. */
static void
test_errors (void)
{
  static char large[300000];
  OK (!mkdir (kit_path ("small"), 0755));
  OK (!mount ("none", kit_path ("small"), "tmpfs", 0, "size=128k"));
  memset (large, 'x', sizeof large - 1);
  text = "old\n";
  OK (!kit_step (write_it, kit_path ("small/f")));
  text = large;
  OK (kit_step (write_it, kit_path ("small/f")));
  OK (strstr (kit_error.why, "No space left"));
  OK (strstr (kit_error.remedy, "make room"));
  OK (!strcmp (kit_read (kit_path ("small/f")), "old\n"));
  OK (!leftovers ());
  OK (kit_journal ("\"failed\"", "No space left"));
  OK (kit_event ("effect", "\"changed\":false,\"status\":\"failed\""));
  OK (!mount ("none", kit_path ("small"), NULL, MS_REMOUNT | MS_RDONLY, NULL));
  text = "new\n";
  OK (kit_step (write_it, kit_path ("small/f")));
  OK (strstr (kit_error.why, "Read-only"));
  OK (kit_error.remedy[0]);
  OK (kit_step (remove_it, kit_path ("small/f")));
  OK (kit_step (make_it, kit_path ("small/d")));
  OK (kit_step (change_it, kit_path ("small/f")) || mode == 0644);
  text = "x";
  OK (kit_step (link_it, kit_path ("small/l")));
  OK (!strcmp (kit_read (kit_path ("small/f")), "old\n"));
  OK (!leftovers () && !umount (kit_path ("small")));
}

/* A file that something is mounted on can't be replaced. */
static void
test_busy (void)
{
  kit_write (kit_path ("busy"), "under\n");
  OK (!mount (kit_path ("busy"), kit_path ("busy"), NULL, MS_BIND, NULL));
  OK (kit_step (write_it, kit_path ("busy")));
  OK (strstr (kit_error.why, "busy"));
  OK (!strcmp (kit_read (kit_path ("busy")), "under\n"));
  OK (!leftovers () && !umount (kit_path ("busy")));
}

/* The journal can't be written: nothing is done. */
static void
test_no_journal (void)
{
  OK (!mount ("none", kit_path ("state"), "tmpfs", 0, "size=4k"));
  kit_close ();
  kit_open (0);
  text = "x";
  OK (kit_step (write_it, kit_path ("unwritten")));
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
  kit_open (0);
  test_write ();
  test_secret ();
  test_refused ();
  test_folders ();
  test_remove ();
  if (kit_own_mounts ())
    {
      test_errors ();
      test_busy ();
      test_no_journal ();
    }
  kit_close ();
  kit_end ();
  return 0;
}
