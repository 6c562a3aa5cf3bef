/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests through the broker, against a real server: TLS with both sides'
 * identity, connections used again, waiting, limits, a unix socket, and what
 * a dry run makes of it.
 */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include <kbsh/json.h>
#include <kbsh/text.h>

#include "act/request.h"
#include "act/test-kit.h"
#include "act/test-server.h"

static const char *touches = "{'hosts':['127.0.0.1']}";
static struct kbsh_request request;
static const char *path = "/", *body;
static int port, times = 1;

static int
ask_it (struct kbsh_ctx *ctx)
{
  struct kbsh_request one = request;
  struct kbsh_response response = { .size = sizeof response };
  char url[200], number[32];
  snprintf (url, sizeof url, "%s://127.0.0.1:%d%s",
            one.unix_socket ? "http" : "https", one.unix_socket ? 80 : port,
            path);
  one.size = sizeof one;
  one.url = one.url ? one.url : url;
  one.body = body;
  one.body_length = body ? strlen (body) : 0;
  for (int i = 0; i < times; i++)
    if (ctx->host->request (ctx, &one, &response))
      return -1;
  snprintf (number, sizeof number, "%d", response.status);
  ctx->host->put (ctx, "/status", number);
  ctx->host->put (ctx, "/untrusted", response.untrusted ? "true" : "false");
  ctx->host->put_string (ctx, "/reason", response.reason);
  ctx->host->put_string (ctx, "/headers", response.headers);
  return response.body_length && *response.body == '{'
             ? ctx->host->put (ctx, "/body", response.body)
             : ctx->host->put_string (ctx, "/body", response.body);
}

static int
ask (const char *method, const char *where, uint32_t flags)
{
  request.method = method;
  request.flags = flags;
  path = where;
  return kit_do (ask_it, "step", touches);
}

static int
status (void)
{
  return (int)kbsh_json_int (kit_result, "/status", -1);
}

/* Nobody answered, because of whose certificate it was (or not: 0). */
static int
nobody (int untrusted)
{
  return status () == 0 && *kbsh_json_string (kit_result, "/reason", "")
         && kbsh_json_bool (kit_result, "/untrusted", !untrusted) == untrusted;
}

static const char *
got (const char *pointer)
{
  return kbsh_json_string (kit_result, pointer, "");
}

/* ---------------------------------------------------------------- */

static void
test_plain (void)
{
  static const char *const headers[]
      = { "X-Colour: blue", "Content-Type: text/test", NULL };
  OK (!ask ("GET", "/who", 0) && status () == 200);
  OK (!strcmp (got ("/body/client"), "client"));
  OK (strstr (got ("/headers"), "X-Path: /who\n"));
  request.headers = headers;
  body = "some body";
  OK (!ask ("POST", "/things", 0) && status () == 200 && kit_changes == 1);
  OK (!strcmp (got ("/body/body"), "some body"));
  OK (!strcmp (got ("/body/colour"), "blue"));
  OK (!strcmp (got ("/body/type"), "text/test"));
  OK (!ask ("POST", "/things", KBSH_QUERY) && kit_changes == 0);
  request.headers = NULL;
  body = NULL;
  OK (!ask ("DELETE", "/things/a", 0) && kit_changes == 1);
  OK (!strcmp (got ("/body/method"), "DELETE"));
  OK (!ask ("POST", "/rpc/0", 0) && kit_changes == 1);
  OK (!ask ("POST", "/rpc/12", 0) && status () == 200 && kit_changes == 0);
  OK (!ask ("HEAD", "/who", 0) && status () == 200);
  OK (kit_system ("grep '\"target\":\"DELETE https' %sstate/journal.jsonl | "
                  "grep -q intent",
                  kit_folder)
      == 0);
  /* All of it, in workers of their own, through one connection. */
  times = 5;
  OK (!ask ("GET", "/who", 0));
  OK (kbsh_json_int (kit_result, "/body/connections", 0) == 1);
  times = 1;
}

static void
test_trust (void)
{
  request.ca = NULL;
  OK (!ask ("GET", "/", 0) && nobody (1));
  OK (!ask ("GET", "/", KBSH_INSECURE) && status () == 200);
  request.certificate = request.key = NULL;
  request.ca = server_ca;
  OK (!ask ("GET", "/", 0) && status () == 200);
  OK (!*got ("/body/client"));
  request.certificate = server_certificate;
  request.key = server_key;
}

static void
test_no_answer (void)
{
  request.url = "http://127.0.0.1:1/";
  OK (!ask ("GET", "", 0) && nobody (0));
  OK (strstr (got ("/reason"), "refused")
      || strstr (got ("/reason"), "connect"));
  request.timeout_ms = 300;
  OK (ask ("GET", "", KBSH_WAIT));
  OK (strstr (kit_error.what, "within"));
  request.url = NULL;
  OK (!ask ("GET", "/hang", 0) && status () == 0);
  request.timeout_ms = 0;
  OK (!ask ("GET", "/large", 0) && status () == 0);
  OK (strstr (got ("/reason"), "32 MiB"));
}

static void
test_wait (void)
{
  int64_t begun;
  OK (request_pause (0) == 100 && request_pause (50) == 200
      && request_pause (5000) == 1000);
  request.subject = "the answer";
  OK (!ask ("GET", "/wait", KBSH_WAIT) && status () == 200);
  OK (kit_event ("step-progress", "waiting for the answer"));
  request.timeout_ms = 400;
  request.expect = 201;
  OK (ask ("GET", "/", KBSH_WAIT));
  OK (strstr (kit_error.what, "the answer"));
  OK (strstr (kit_error.why, "200: {\"method\""));
  OK (ask ("GET", "/", KBSH_WAIT | KBSH_SECRET));
  OK (strstr (kit_error.why, "200") && !strstr (kit_error.why, "method"));
  begun = kbsh_now_ms ();
  OK (ask ("GET", "/hang", KBSH_WAIT));
  OK (kbsh_now_ms () - begun < 3000); /* a try may take longer than that */
  request.timeout_ms = 0;
  request.expect = 0;
  request.subject = NULL;
}

static void
test_refused (void)
{
  static const char *const smuggled[] = { "X-A: b\r\nX-Colour: red", NULL };
  request.url = "https://example.com/";
  OK (ask ("GET", "", 0) && strstr (kit_error.remedy, "\"hosts\""));
  request.url = "file:///etc/passwd";
  OK (ask ("GET", "", 0));
  OK (strstr (kit_error.what, "does not keep to the contract"));
  request.url = "https://127.0.0.1@example.com/";
  OK (ask ("GET", "", 0));
  request.url = NULL;
  OK (ask ("G E T", "/", 0));
  request.headers = smuggled;
  OK (ask ("GET", "/", 0));
  OK (strstr (kit_error.what, "does not keep to the contract"));
  request.headers = NULL;
  request.method = "POST";
  request.flags = 0;
  OK (kit_do (ask_it, "check", touches));
  OK (strstr (kit_error.why, "a check looks"));
  request.method = "GET";
  OK (!kit_do (ask_it, "check", touches) && status () == 200);
}

static void
test_socket (void)
{
  char declared[5000];
  const char *kept = touches;
  snprintf (declared, sizeof declared, "{'hosts':['unix:%s']}",
            kit_path ("socket"));
  request.unix_socket = kit_path ("socket");
  OK (ask ("GET", "/there", 0) && strstr (kit_error.remedy, "unix:"));
  touches = declared;
  OK (!ask ("GET", "/there", 0) && status () == 200);
  OK (!strcmp (got ("/body/path"), "/there"));
  request.unix_socket = NULL;
  OK (ask ("GET", "/there", 0));
  touches = kept;
}

/* A worker that ends while it waits: nobody waits for the answer any more. */
static int
ask_and_die (struct kbsh_ctx *ctx)
{
  struct itimerval soon = { .it_value.tv_usec = 300000 };
  setitimer (ITIMER_REAL, &soon, NULL);
  return ask_it (ctx);
}

static void
test_worker_gone (void)
{
  int before;
  OK (!ask ("GET", "/who", 0));
  before = (int)kbsh_json_int (kit_result, "/body/ended", -1);
  request.method = "GET";
  path = "/hang";
  OK (kit_do (ask_and_die, "step", touches));
  OK (strstr (kit_error.what, "SIGALRM"));
  for (int i = 0, ended = before; ended == before; i++)
    {
      OK (i < 100);
      OK (!ask ("GET", "/who", 0) && status () == 200);
      ended = (int)kbsh_json_int (kit_result, "/body/ended", -1);
      usleep (10000);
    }
}

static pid_t program;

static void
on_alarm (int number)
{
  (void)number;
  kill (program, SIGKILL);
}

/* What makes the requests dies while the worker waits for an answer. */
static int
ask_and_kill (struct kbsh_ctx *ctx)
{
  struct itimerval soon = { .it_value.tv_usec = 300000 };
  program = kit_child (getppid (), "kbsh-http");
  signal (SIGALRM, on_alarm);
  setitimer (ITIMER_REAL, &soon, NULL);
  return ask_it (ctx);
}

static void
test_lost (void)
{
  static const uint32_t flags[] = { 0, KBSH_WAIT, KBSH_QUERY };
  path = "/hang";
  for (size_t i = 0; i < 3; i++)
    {
      OK (!ask ("GET", "/who", 0) && status () == 200);
      request.method = i == 1 ? "GET" : "POST";
      request.flags = flags[i];
      path = "/hang";
      OK (kit_do (ask_and_kill, "step", touches));
      OK (strstr (kit_error.what, "/hang has no answer"));
      OK (strstr (kit_error.why, "kbsh-http"));
      OK (strstr (kit_error.why, "SIGKILL (Killed)"));
      OK (*kit_error.remedy);
    }
  OK (!ask ("GET", "/who", 0) && status () == 200);
}

static void
test_dry_run (void)
{
  kit_close ();
  kit_open (1);
  body = "{\"kind\":\"Thing\",\"metadata\":{\"name\":\"a\"},"
         "\"data\":{\"word\":\"hidden-word\"}}";
  OK (!ask ("POST", "/things", KBSH_SECRET) && status () == 201);
  OK (kit_event ("plan", "word: (secret)") && kit_changes == 0);
  OK (!kit_event ("plan", "hidden-word"));
  OK (!ask ("POST", "/things", 0) && status () == 409);
  OK (!kit_event ("plan", "hidden-word"));
  body = "{\"more\":1}";
  OK (!ask ("PATCH", "/things/a?x=y", 0) && status () == 200);
  OK (kbsh_json_int (kit_result, "/body/more", 0) == 1);
  body = NULL;
  OK (!ask ("GET", "/things/a", 0) && status () == 200);
  OK (!strcmp (got ("/body/data/word"), "hidden-word"));
  OK (kbsh_json_int (kit_result, "/body/more", 0) == 1);
  OK (!ask ("DELETE", "/things/a", 0) && status () == 200);
  OK (!ask ("GET", "/things/a", 0) && status () == 404);
  /* What was not pretended is asked for, also below a PATCH. */
  OK (!ask ("GET", "/object", 0) && status () == 200);
  OK (kbsh_json_bool (kit_result, "/body/real", 0));
  body = "{\"more\":1}";
  OK (!ask ("PATCH", "/object", 0) && status () == 200);
  OK (kbsh_json_bool (kit_result, "/body/real", 0));
  body = NULL;
  request.subject = "the moon";
  OK (!ask ("GET", "/hang", KBSH_WAIT) && status () == 200);
  OK (kit_event ("plan", "would wait for the moon"));
  request.subject = NULL;
  path = "/hang";
  request.flags = 0;
  OK (kit_do (ask_and_kill, "step", touches));
  OK (strstr (kit_error.what, "/hang has no answer"));
  OK (!ask ("GET", "/who", 0) && status () == 200);
  path = "/hang";
  request.method = "PATCH";
  body = "{\"more\":1}";
  OK (kit_do (ask_and_kill, "step", touches));
  OK (strstr (kit_error.what, "/hang has no answer"));
  body = NULL;
  request.url = "http://127.0.0.1:1/thing";
  OK (!ask ("GET", "", 0) && status () == 404);
  request.url = NULL;
  body = "x";
  OK (!ask ("POST", "/echo", KBSH_QUERY) && status () == 200);
  OK (!strcmp (got ("/body/body"), "x"));
  body = NULL;
}

int
main (void)
{
  kit_begin ();
  server_certificates ();
  port = server_tls ();
  server_unix ("unix", "socket");
  request.ca = server_ca;
  request.certificate = server_certificate;
  request.key = server_key;
  kit_open (0);
  test_plain ();
  test_trust ();
  test_no_answer ();
  test_wait ();
  test_refused ();
  test_socket ();
  test_worker_gone ();
  test_lost ();
  test_dry_run ();
  kit_close ();
  server_end ();
  kit_end ();
  return 0;
}
