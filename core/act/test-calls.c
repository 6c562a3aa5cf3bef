/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls through the broker: what the called sees, what comes back, and how
 * far they go.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kbsh/json.h>
#include <kbsh/plugin.h>

#include "act/test-kit.h"

#define MANY 20

static const char touches[] = "{'calls':['step']}";
static const char *service, *args = "{\"word\":\"given\"}";
static uint32_t flags;
static size_t count = 1;

static int
call_it (struct kbsh_ctx *ctx)
{
  struct kbsh_call calls[MANY];
  const char *results[MANY];
  int bad;
  for (size_t i = 0; i < count; i++)
    calls[i] = (struct kbsh_call){ .size = sizeof calls[i],
                                   .role = "step",
                                   .op = "run",
                                   .args = args,
                                   .service = i % 2 ? "callee.echo" : service };
  bad = ctx->host->call (ctx, calls, count, flags, results);
  for (size_t i = 0; !bad && i < count; i++)
    bad = ctx->host->put (ctx, "/-", results[i]);
  return bad;
}

static int
call (const char *name)
{
  service = name;
  return kit_do (call_it, "step", touches);
}

static int
put_list (struct kbsh_ctx *ctx)
{
  return ctx->host->put (ctx, "", "[]") || call_it (ctx) ? -1 : 0;
}

static void
compile (void)
{
  const char *cc = getenv ("CC"), *source = getenv ("top_srcdir");
  OK (!mkdir (kit_path ("plugins"), 0755));
  if (kit_system ("%s -shared -fPIC -I%s/sdk/include -o %splugins/callee.so "
                  "%s/core/act/test-callee.c",
                  cc ? cc : "cc", source ? source : ".", kit_folder,
                  source ? source : "."))
    kit_skip ("no compiler here");
}

static void
test_results (void)
{
  service = "callee.echo";
  OK (!kit_do (put_list, "step", touches));
  OK (!strcmp (kbsh_json_string (kit_result, "/0/result/word", ""), "given"));
  OK (!kbsh_json_at (kit_result, "/0/result/fact"));
  OK (!strcmp (kbsh_json_string (kit_result, "/0/result/more", ""), "usual"));
  OK (kit_event ("call-started", "callee.echo"));
  OK (kit_event ("call-finished", "\"seconds\""));
  count = MANY;
  OK (!kit_do (put_list, "step", touches));
  OK (kbsh_json_length (kit_result, "") == MANY);
  service = "callee.die";
  OK (kit_do (put_list, "step", touches));
  OK (strstr (kit_error.what, "SIGABRT"));
  flags = KBSH_PARTIAL;
  OK (!kit_do (put_list, "step", touches));
  OK (strstr (kbsh_json_string (kit_result, "/0/error/what", ""), "SIGABRT"));
  OK (!strcmp (kbsh_json_string (kit_result, "/19/result/word", ""), "given"));
  flags = 0;
  count = 1;
}

/* What the called does not accept. */
static void
test_arguments (void)
{
  static const struct
  {
    const char *service, *args, *what, *remedy;
  } cases[] = {
    { "callee.echo", "{\"wrod\":\"x\"}",
      "callee.echo has no parameter \"wrod\"", "did you mean \"word\"?" },
    { "callee.echo", "{\"word\":7}", "\"word\" of callee.echo has to be a text",
      "" },
    { "callee.echo", "{\"more\":\"odd\"}",
      "\"more\" of callee.echo: odd is not among", "" },
    { "callee.save", "{}", "callee.save needs the parameter \"path\"", "" },
  };
  const char *usual = args;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    {
      args = cases[i].args;
      OK (call (cases[i].service));
      OK (strstr (kit_error.what, cases[i].what));
      OK (!strcmp (kit_error.remedy, cases[i].remedy));
    }
  args = usual;
}

static void
test_limits (void)
{
  char given[5000];
  OK (call ("callee.none") && strstr (kit_error.what, "callee"));
  OK (kit_do (call_it, "step", NULL));
  OK (strstr (kit_error.remedy, "\"calls\""));
  OK (call ("callee.nest") && strstr (kit_error.why, "calls within calls"));
  snprintf (given, sizeof given, "{\"path\":\"%s\"}", kit_path ("saved"));
  args = given;
  OK (!call ("callee.save") && kit_changes == 1);
  OK (!access (kit_path ("saved"), F_OK));
  snprintf (given, sizeof given, "{\"path\":\"%s\"}", kit_path ("other"));
  OK (kit_do (call_it, "check", touches));
  OK (strstr (kit_error.why, "a check looks"));
  OK (access (kit_path ("other"), F_OK));
  args = "[]";
  OK (call ("callee.echo") && strstr (kit_error.what, "no JSON object"));
}

int
main (void)
{
  kit_begin ();
  compile ();
  kit_open (0);
  test_results ();
  test_arguments ();
  test_limits ();
  kit_close ();
  kit_end ();
  return 0;
}
