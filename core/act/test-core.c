/* SPDX-License-Identifier: Apache-2.0
 *
 * The loop and the messages, each by itself.
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
#include <kbsh/text.h>

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
  int64_t end = kbsh_now_ms () + 10000;
  while (strcmp (seen, wanted))
    {
      OK (kbsh_now_ms () < end);
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
  test_worker ();
  kit_end ();
  return 0;
}
