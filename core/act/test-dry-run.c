/* SPDX-License-Identifier: Apache-2.0
 *
 * A dry run: what would be done is shown, what was "done" is seen, and nothing
 * on the machine changes.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kbsh/json.h>

#include "act/diff.h"
#include "act/test-kit.h"

static char touches[2 * 4096];
static char folder[4096];

static const char *
in (const char *name)
{
  static char paths[4][5000];
  static unsigned int next;
  char *path = paths[next++ % 4];
  snprintf (path, sizeof paths[0], "%stree/%s", folder, name);
  return path;
}

static int
write_text (struct kbsh_ctx *ctx, const char *path, const char *text,
            uint32_t flags)
{
  struct kbsh_file file = { .size = sizeof file,
                            .path = path,
                            .data = text,
                            .length = strlen (text),
                            .mode = flags ? 0600 : 0644,
                            .flags = flags };
  return ctx->host->write_file (ctx, &file);
}

/* Everything that changes something, and then what there is. */
static int
everything (struct kbsh_ctx *ctx)
{
  const struct kbsh_host *host = ctx->host;
  const char *argv[] = { "sh", "-c", "rm -rf /nonexistent; exit 7", NULL };
  struct kbsh_program program = { .size = sizeof program, .argv = argv };
  struct kbsh_output output = { 0 };
  size_t length;
  if (!ctx->dry_run || host->make_dir (ctx, in ("new/folder"), 0700)
      || write_text (ctx, in ("new/folder/file"), "made\n", 0)
      || write_text (ctx, in ("old"), "one\nTWO\nthree\n", 0)
      || write_text (ctx, in ("same"), "same\n", 0)
      || write_text (ctx, in ("key"), "a secret text\n", KBSH_SECRET)
      || host->remove_file (ctx, in ("gone"))
      || host->change_mode (ctx, in ("same"), 0600)
      || host->make_symlink (ctx, in ("link"), "old")
      || host->run_program (ctx, &program, &output) || output.status)
    return -1;
  host->put_string (ctx, "/made",
                    host->read_file (ctx, in ("new/folder/file"), &length));
  host->put_string (ctx, "/old", host->read_file (ctx, in ("old"), NULL));
  host->put_string (ctx, "/same", host->read_file (ctx, in ("same"), NULL));
  host->put (ctx, "/gone",
             host->read_file (ctx, in ("gone"), NULL) ? "true" : "false");
  return 0;
}

/* Another worker sees what the first one did. */
static int
look_back (struct kbsh_ctx *ctx)
{
  const char *text = ctx->host->read_file (ctx, in ("new/folder/file"), NULL);
  return ctx->host->put_string (ctx, "/made", text ? text : "nothing");
}

static int
query (struct kbsh_ctx *ctx)
{
  const char *argv[] = { "sh", "-c", "echo really", NULL };
  struct kbsh_program program
      = { .size = sizeof program, .argv = argv, .flags = KBSH_QUERY };
  struct kbsh_output output = { 0 };
  if (ctx->host->run_program (ctx, &program, &output))
    return -1;
  return ctx->host->put_string (ctx, "/out", output.out);
}

static const char *
result (const char *pointer)
{
  return kbsh_json_string (kit_result, pointer, "");
}

static void
test_everything (void)
{
  OK (!kit_do (everything, "step", touches) && kit_changes == 0);
  OK (!strcmp (result ("/made"), "made\n"));
  OK (!strcmp (result ("/old"), "one\nTWO\nthree\n"));
  OK (!strcmp (result ("/same"), "same\n"));
  OK (!kbsh_json_bool (kit_result, "/gone", 1));
  OK (kit_event ("plan", "-two\\n+TWO\\n"));
  OK (kit_event ("plan", "--- /dev/null\\n+++ "));
  OK (kit_event ("plan", "(secret, 14 bytes, mode 0600)"));
  OK (!kit_event ("plan", "a secret text"));
  OK (kit_event ("plan", "create the folder"));
  OK (kit_event ("plan", "set the mode of"));
  OK (kit_event ("plan", "symbolic link to old"));
  OK (kit_event ("plan", "run sh -c 'rm -rf /nonexistent; exit 7'"));
  OK (kit_event ("plan", "remove "));
  OK (!kit_event ("plan", "tree/same\",\"action\":\"update\",\"text\":\"---"));
  OK (!kit_event ("effect", ""));
  OK (!kit_do (look_back, "step", touches));
  OK (!strcmp (result ("/made"), "made\n"));
  OK (!kit_do (query, "step", touches));
  OK (!strcmp (result ("/out"), "really\n"));
}

/* The diff against the one that everybody knows. */
static void
test_diff (void)
{
  char command[3 * 4096];
  srand (42);
  for (int round = 0; round < 60; round++)
    {
      char old[400] = "", new[400] = "";
      char *ends[2] = { old, new }, *diff;
      for (int i = 0; i < 2; i++)
        for (int lines = rand () % 30; lines > 0; lines--)
          ends[i] += sprintf (ends[i], "%d\n", rand () % 6);
      kit_write (kit_path ("diff-old"), old);
      kit_write (kit_path ("diff-new"), new);
      diff = diff_unified ("file", old, strlen (old), new, strlen (new));
      OK (diff);
      OK (!*diff == !strcmp (old, new));
      kit_write (kit_path ("diff"), diff);
      free (diff);
      snprintf (command, sizeof command,
                "cd %s && { test ! -s diff || patch -s diff-old diff; } "
                "&& cmp diff-old diff-new",
                kit_folder);
      OK (!kit_system ("%s", command));
    }
}

int
main (void)
{
  kit_begin ();
  snprintf (folder, sizeof folder, "%s", kit_folder);
  snprintf (touches, sizeof touches, "{'paths':['%stree/'],'programs':['sh']}",
            kit_folder);
  OK (!kit_system ("mkdir %stree", kit_folder));
  kit_write (in ("old"), "one\ntwo\nthree\n");
  kit_write (in ("same"), "same\n");
  kit_write (in ("gone"), "still here\n");
  kit_open (1);
  OK (!kit_system ("find %s -printf '%%p %%y %%m %%s %%T@ %%C@ %%l\\n' | sort "
                   ">%sbefore",
                   in (""), kit_folder));
  test_everything ();
  OK (!kit_system ("find %s -printf '%%p %%y %%m %%s %%T@ %%C@ %%l\\n' | sort "
                   "| cmp - %sbefore",
                   in (""), kit_folder));
  OK (kit_system ("test -e %sstate", kit_folder));
  if (!kit_system ("command -v patch >/dev/null"))
    test_diff ();
  kit_close ();
  kit_end ();
  return 0;
}
