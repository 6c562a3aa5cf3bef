/* SPDX-License-Identifier: Apache-2.0
 *
 * Folders removed with all below them, and mounts below a folder unmounted:
 * what goes, what is refused, and that nothing outside is touched.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kbsh/json.h>

#include "act/journal.h"
#include "act/test-kit.h"

static uint32_t flags;

static int
remove_it (struct kbsh_ctx *ctx)
{
  return ctx->host->remove_tree (ctx, kit_at, flags);
}

static int
unmount_it (struct kbsh_ctx *ctx)
{
  return ctx->host->unmount (ctx, kit_at, flags);
}

static int
read_it (struct kbsh_ctx *ctx)
{
  const char *text = ctx->host->read_file (ctx, kit_at, NULL);
  return ctx->host->put (ctx, "/there", text ? "true" : "false");
}

static int
is_there (const char *path)
{
  struct stat st;
  return !lstat (kit_path (path), &st);
}

static void
make (void)
{
  OK (!kit_system ("cd %s && mkdir -p t/a/b/c outside t/empty"
                   " && touch t/1 t/a/2 t/a/b/3 outside/kept"
                   " && ln -s ../../outside t/a/link && ln -s /none t/broken"
                   " && mkfifo t/a/pipe && chmod 0 t/empty",
                   kit_folder));
}

static void
test_whole (void)
{
  make ();
  flags = 0;
  OK (!kit_step (remove_it, kit_path ("t")) && kit_changes == 1);
  OK (!is_there ("t") && is_there ("outside/kept"));
  OK (kit_event ("effect", "\"remove-tree\""));
  OK (!kit_step (remove_it, kit_path ("t")) && kit_changes == 0);
  OK (!kit_step (remove_it, kit_path ("no/such/folder")) && kit_changes == 0);
  kit_write (kit_path ("file"), "x");
  OK (!kit_step (remove_it, kit_path ("file")) && kit_changes == 1);
  OK (!is_there ("file"));
  OK (!symlink ("outside", kit_path ("link")));
  OK (!kit_step (remove_it, kit_path ("link")) && kit_changes == 1);
  OK (!is_there ("link") && is_there ("outside/kept"));
  /* No copies are kept. */
  OK (kit_system ("ls %sstate/backup | grep -q .", kit_folder));
}

static void
test_keep (void)
{
  make ();
  flags = KBSH_KEEP_FOLDER;
  OK (!kit_step (remove_it, kit_path ("t")) && kit_changes == 1);
  OK (is_there ("t") && !rmdir (kit_path ("t")));
  OK (!mkdir (kit_path ("t"), 0755));
  OK (!kit_step (remove_it, kit_path ("t")) && kit_changes == 0);
  OK (!symlink ("outside", kit_path ("link")));
  OK (kit_step (remove_it, kit_path ("link")));
  OK (strstr (kit_error.why, "symbolic link") && is_there ("outside/kept"));
  OK (!unlink (kit_path ("link")));
  OK (kit_step (remove_it, kit_path ("outside/kept")));
  OK (strstr (kit_error.why, "no folder"));
  flags = 0;
}

/* Deeper than folders are kept open, and more than one slice of time takes. */
static void
test_large (void)
{
  OK (!kit_system ("cd %s && p=t && for i in $(seq 300); do p=$p/d; done"
                   " && mkdir -p $p && touch $p/f && mkdir t/wide && cd t/wide"
                   " && seq 3000 | xargs mkdir && seq 3001 6000 | xargs touch",
                   kit_folder));
  OK (!kit_step (remove_it, kit_path ("t")) && kit_changes == 1);
  OK (!is_there ("t"));
}

static void
test_refused (void)
{
  char file[2 * 4096];
  make ();
  kit_at = kit_path ("t");
  OK (kit_do (remove_it, "step", NULL) && kit_error.remedy[0]);
  OK (kit_do (remove_it, "check", kit_touches));
  OK (strstr (kit_error.why, "a check looks"));
  /* A file that was declared is no folder with all below it. */
  snprintf (file, sizeof file, "{'paths':['%s']}", kit_at);
  OK (kit_do (remove_it, "step", file) && strstr (kit_error.remedy, "/t/\""));
  OK (kit_do (unmount_it, "step", file));
  OK (kit_step (remove_it, "/")
      && kit_step (remove_it, kit_path ("../../etc")));
  OK (is_there ("t/a/b/3"));
}

static void
test_mounts (void)
{
  OK (!mount ("none", kit_path ("t/a/b"), "tmpfs", 0, NULL));
  OK (!kit_system ("mkdir '%st/a/b/in here'", kit_folder));
  OK (!mount (kit_path ("outside"), kit_path ("t/a/b/in here"), NULL, MS_BIND,
              NULL));
  OK (kit_step (remove_it, kit_path ("t")));
  OK (strstr (kit_error.why, "mounted on") && strstr (kit_error.why, "in here"));
  OK (is_there ("t/1") && is_there ("outside/kept"));
  /* busy: the inner one goes, the outer one is told */
  OK (!chdir (kit_path ("t/a/b")));
  OK (kit_step (unmount_it, kit_path ("t")));
  OK (strstr (kit_error.what, "t/a/b") && strstr (kit_error.why, "busy"));
  OK (strstr (kit_error.remedy, "fuser"));
  flags = KBSH_MNT_DETACH;
  OK (!kit_step (unmount_it, kit_path ("t")) && kit_changes == 1);
  flags = 0;
  OK (!chdir ("/"));
  OK (!kit_step (unmount_it, kit_path ("t")) && kit_changes == 0);
  OK (kit_system ("grep -q ' %st/' /proc/self/mountinfo", kit_folder));
  OK (!kit_system ("grep '\"unmount\"' %sstate/journal.jsonl | grep -q "
                   "'\"mounts\":\\[.*in here.*\\]'",
                   kit_folder));
}

/* A folder that is mounted over itself; not another one on it. */
static void
test_mounted_over (void)
{
  OK (!mount (kit_path ("t"), kit_path ("t"), NULL, MS_BIND, NULL));
  OK (!kit_step (unmount_it, kit_path ("t")) && kit_changes == 1);
  OK (kit_system ("grep -q ' %st ' /proc/self/mountinfo", kit_folder));
  OK (!mount (kit_path ("outside"), kit_path ("t"), NULL, MS_BIND, NULL));
  OK (!kit_step (unmount_it, kit_path ("t")) && kit_changes == 0);
  OK (!mount (kit_path ("t"), kit_path ("t"), NULL, MS_BIND, NULL));
  OK (!kit_step (unmount_it, kit_path ("t")) && kit_changes == 1);
  OK (!kit_system ("grep -q ' %st ' /proc/self/mountinfo", kit_folder));
  OK (!umount (kit_path ("t")));
  OK (!kit_step (remove_it, kit_path ("t")) && is_there ("outside/kept"));
}

static void
test_dry_run (void)
{
  kit_close ();
  kit_open (1);
  OK (!kit_step (read_it, kit_path ("t/1")));
  OK (kbsh_json_bool (kit_result, "/there", 0));
  flags = KBSH_KEEP_FOLDER;
  OK (!kit_step (remove_it, kit_path ("t")) && !kit_changes);
  OK (kit_event ("plan", "/t/a/b/3\\n") && !kit_event ("plan", "/t\\n"));
  OK (!kit_step (read_it, kit_path ("t/1")));
  OK (!kbsh_json_bool (kit_result, "/there", 1));
  flags = 0;
  OK (!kit_step (remove_it, kit_path ("outside")));
  OK (kit_event ("plan", "/outside\\n"));
  OK (!kit_step (unmount_it, kit_path ("t")));
  OK (is_there ("t/a/b/3") && is_there ("outside/kept"));
  kit_close ();
  kit_open (0);
}

static void
add_intent (struct journal *journal, const char *text)
{
  json_object *record = kbsh_json_parse (text, strlen (text), &kit_error);
  OK (record && !journal_add (journal, "intent", record, NULL, &kit_error));
}

/* A removal that was cut off: what is there tells what became of it. */
static void
test_interrupted (void)
{
  struct journal *journal;
  kit_close ();
  OK (!journal_open (kit_path ("state"), &journal, &kit_error));
  add_intent (journal, "{\"effect\":\"remove-tree\",\"target\":\"/etc\","
                       "\"after\":{\"exists\":false}}");
  add_intent (journal, "{\"effect\":\"remove-tree\",\"target\":\"/no/ne\","
                       "\"after\":{\"exists\":false}}");
  journal_close (journal);
  OK (!journal_open (kit_path ("state"), &journal, &kit_error));
  journal_close (journal);
  OK (!kit_system ("tail -n 2 %sstate/journal.jsonl | grep '\"done\"' | grep -q "
                   "interrupted",
                   kit_folder));
  OK (!kit_system ("tail -n 2 %sstate/journal.jsonl | grep '\"failed\"' | grep "
                   "-q interrupted",
                   kit_folder));
  kit_open (0);
}

int
main (void)
{
  kit_begin ();
  kit_open (0);
  test_whole ();
  test_keep ();
  test_large ();
  test_refused ();
  test_interrupted ();
  test_dry_run ();
  if (kit_own_mounts ())
    {
      test_mounts ();
      test_mounted_over ();
    }
  kit_close ();
  kit_end ();
  return 0;
}
