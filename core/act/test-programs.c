/* SPDX-License-Identifier: Apache-2.0
 *
 * Programs through the broker: input, output, ends of every kind, and what
 * they may not do.
 */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kbsh/json.h>

#include "act/landlock.h"
#include "act/test-kit.h"

static const char touches[] = "{'programs':['sh','sleep','cat','none-such']}";
static const char *script;
static struct kbsh_program program;

/* Run the script, and put what came out. */
static int
run_it (struct kbsh_ctx *ctx)
{
  const char *argv[] = { "sh", "-c", script, NULL };
  struct kbsh_output output = { 0 };
  char number[32];
  struct kbsh_program one = program;
  int bad;
  one.size = sizeof one;
  if (!one.argv)
    one.argv = argv;
  bad = ctx->host->run_program (ctx, &one, &output);
  if (bad)
    return -1;
  snprintf (number, sizeof number, "%d", output.status);
  ctx->host->put (ctx, "/status", number);
  snprintf (number, sizeof number, "%zu", output.out_length);
  ctx->host->put (ctx, "/length", number);
  ctx->host->put_string (ctx, "/err", output.err);
  return output.out_length < 10000
             ? ctx->host->put_string (ctx, "/out", output.out)
             : 0;
}

static int
run (const char *text, uint32_t flags)
{
  script = text;
  program.flags = flags;
  return kit_do (run_it, "step", touches);
}

static const char *
out (void)
{
  return kbsh_json_string (kit_result, "/out", "");
}

static void
test_plain (void)
{
  static const char *const env[] = { "COLOUR=blue", NULL };
  OK (!run ("echo out; echo err >&2", 0) && kit_changes == 1);
  OK (!strcmp (out (), "out\n"));
  OK (!strcmp (kbsh_json_string (kit_result, "/err", ""), "err\n"));
  program.env = env;
  OK (!run ("echo $COLOUR $LANG; pwd; test -z \"$TMPDIR$USER\"", 0));
  OK (!strcmp (out (), "blue C\n/\n"));
  program.env = NULL;
  program.input = "some input";
  program.input_length = strlen ("some input");
  OK (!run ("cat; ls -l /proc/self/fd/0 >&2", 0));
  OK (!strcmp (out (), "some input"));
  program.input = NULL;
  program.input_length = 0;
  OK (!run ("cat", KBSH_QUERY) && kit_changes == 0);
  OK (kit_event ("effect", "\"changed\":false,\"code\":0,\"status\":\"ok\","
                           "\"seconds\":"));
}

static void
test_failures (void)
{
  OK (run ("echo why it is >&2; exit 3", 0) && kit_changes == 0);
  OK (strstr (kit_error.why, "exit status 3: why it is"));
  OK (kit_event ("effect", "\"code\":3,\"status\":\"failed\",\"seconds\":"));
  OK (!run ("exit 3", KBSH_ALLOW_FAIL));
  OK (kit_event ("effect", "\"code\":3,\"status\":\"ok\",\"seconds\":"));
  OK (kbsh_json_int (kit_result, "/status", 0) == 3);
  OK (run ("kill -9 $$", 0) && strstr (kit_error.why, "signal 9"));
  OK (!run ("kill -15 $$", KBSH_ALLOW_FAIL));
  OK (kbsh_json_int (kit_result, "/status", 0) == 128 + 15);
  OK (run ("echo hushed-up >&2; exit 1", KBSH_SECRET));
  OK (!strstr (kit_error.why, "hushed-up"));
  program.argv = (const char *const[]){ "none-such", NULL };
  OK (run ("", 0) && strstr (kit_error.why, "no such program"));
  program.argv = (const char *const[]){ "python", NULL };
  OK (run ("", 0) && strstr (kit_error.remedy, "\"programs\""));
  program.argv = (const char *const[]){ "/etc/sh", NULL };
  OK (run ("", 0) && strstr (kit_error.what, "/etc/sh"));
  program.argv = NULL;
  script = "true";
  program.flags = 0;
  OK (kit_do (run_it, "check", touches));
  OK (strstr (kit_error.why, "a check looks"));
  program.flags = KBSH_QUERY;
  OK (!kit_do (run_it, "check", touches));
}

static void
test_limits (void)
{
  program.timeout_ms = 300;
  OK (run ("sleep 60", 0) && strstr (kit_error.what, "sh did not end within"));
  /* One that does not care about SIGTERM, and the children it has. */
  OK (run ("trap '' TERM; echo $$ >&2; sleep 60 & wait; sleep 60", 0));
  OK (strstr (kit_error.what, "sh did not end within"));
  program.timeout_ms = 20000;
  OK (!run ("head -c 3000000 /dev/zero; echo end >&2", 0));
  OK (kbsh_json_int (kit_result, "/length", 0) == 1 << 20);
  OK (!strcmp (kbsh_json_string (kit_result, "/err", ""), "end\n"));
  /* Output held open by what goes on in the background. */
  OK (!run ("sleep 5 & echo done", 0) && !strcmp (out (), "done\n"));
  program.timeout_ms = 0;
}

static void
test_query (void)
{
  char text[600];
  snprintf (text, sizeof text,
            "echo x >%squeried; rm %sthere; echo y >/dev/null && echo z",
            kit_folder, kit_folder);
  kit_write (kit_path ("there"), "still\n");
  OK (!run (text, KBSH_QUERY | KBSH_ALLOW_FAIL));
  if (!strstr (kbsh_json_string (kit_result, "/err", ""), "ermission"))
    {
      printf ("not tested: this kernel has no Landlock\n");
      return;
    }
  OK (!strcmp (out (), "z\n"));
  OK (access (kit_path ("queried"), F_OK));
  OK (!strcmp (kit_read (kit_path ("there")), "still\n"));
}

static void
test_secrets (void)
{
  OK (!run ("true # abcdef.0123456789abcdef", 0));
  OK (kit_system ("grep -q abcdef.0123456789abcdef %sstate/journal.jsonl",
                  kit_folder)
      == 0);
  OK (!events_secret (kit_run.events, "zyxwvu.0123456789abcdef", &kit_error));
  OK (!run ("true # zyxwvu.0123456789abcdef", 0));
  OK (kit_system ("grep -q zyxwvu.0123456789abcdef %sstate/journal.jsonl",
                  kit_folder));
}

int
main (void)
{
  kit_begin ();
  kit_open (0);
  test_plain ();
  test_failures ();
  test_limits ();
  test_query ();
  test_secrets ();
  kit_close ();
  kit_end ();
  return 0;
}
