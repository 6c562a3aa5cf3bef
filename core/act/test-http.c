/* SPDX-License-Identifier: Apache-2.0
 *
 * The HTTP program: many requests at a time, cancelled ones, large bodies,
 * HTTP/2, what it may do and keeps, and how it ends, by itself or not.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>

#include "act/http.h"
#include "act/http_program.h"
#include "act/test-kit.h"
#include "act/test-server.h"

#define BIG (10u << 20)
#define MOST_KIB 10000
#define TOKEN "A-Token-That-Nobody-Keeps-7f3a"

struct outcome
{
  int done, status, lost;
  char reason[512], why[1100], remedy[1100], headers[4000];
  char *body;
  size_t length;
  struct http_call *call;
};

static struct loop *loop;
static struct http *http;
static struct outcome outcomes[4];
static struct http_request request;
static int port;

static void
over (const struct http_response *response, void *data)
{
  struct outcome *o = data;
  OK (!o->done);
  o->done = 1;
  o->call = NULL;
  o->status = response->status;
  o->lost = response->lost != NULL;
  snprintf (o->reason, sizeof o->reason, "%s", response->reason);
  if (response->lost)
    {
      snprintf (o->why, sizeof o->why, "%s", response->lost->why);
      snprintf (o->remedy, sizeof o->remedy, "%s", response->lost->remedy);
    }
  snprintf (o->headers, sizeof o->headers, "%.*s",
            (int)response->headers.length,
            response->headers.data ? response->headers.data : "");
  o->body = calloc (1, response->body.length + 1);
  OK (o->body);
  if (response->body.length)
    memcpy (o->body, response->body.data, response->body.length);
  o->length = response->body.length;
}

/* Begin one in the n-th place; -1: it can't be begun. */
static int
ask (size_t n, const char *method, const char *path)
{
  struct outcome *o = &outcomes[n];
  struct http_request one = request;
  char url[200];
  snprintf (url, sizeof url, "%s://127.0.0.1:%d%s",
            one.unix_socket ? "http" : "https", one.unix_socket ? 80 : port,
            path);
  one.method = method;
  one.url = url;
  free (o->body);
  memset (o, 0, sizeof *o);
  return http_start (http, &one, over, o, &o->call, &kit_error);
}

static struct outcome *
await (size_t n)
{
  while (!outcomes[n].done)
    OK (!loop_once (loop, 1000, &kit_error));
  return &outcomes[n];
}

static struct outcome *
get (const char *path)
{
  OK (!ask (0, "GET", path));
  return await (0);
}

static void
pass (int ms)
{
  int64_t end = kbsh_now_ms () + ms;
  while (kbsh_now_ms () < end)
    OK (!loop_once (loop, end - kbsh_now_ms (), &kit_error));
}

/* The program's process. */
static pid_t
program (void)
{
  return kit_child (getpid (), "kbsh-http");
}

/* ---------------------------------------------------------------- */
/* What it may do, and what it keeps                                 */

static void
test_rights (void)
{
  pid_t pid;
  char path[64], link[64];
  struct stat null, stdout_of;
  int open_here = open ("/proc/self/status", O_RDONLY); /* not O_CLOEXEC */
  OK (open_here >= 0 && program () == 0);
  OK (get ("/who")->status == 200);
  pid = program ();
  OK (pid > 0 && getsid (pid) == pid);
  OK (kit_proc (pid, "status", "NoNewPrivs:\t") == 1);
  OK (kit_proc (pid, "limits", "Max core file size") == 0);
  for (int fd = 0; fd < 64; fd++)
    {
      char to[300] = "";
      snprintf (path, sizeof path, "/proc/%d/fd/%d", (int)pid, fd);
      if (readlink (path, to, sizeof to - 1) < 0)
        continue;
      OK (fd == 1 || fd == 2 || strncmp (to, "/", 1)
          || !strncmp (to, "/memfd:", 7));
    }
  snprintf (link, sizeof link, "/proc/%d/fd/1", (int)pid);
  OK (!stat ("/dev/null", &null) && !stat (link, &stdout_of)
      && null.st_rdev == stdout_of.st_rdev);
  close (open_here);
}

/* One process for all, and one connection. */
static void
test_kept (void)
{
  pid_t pid = program ();
  kbsh_autojson json_object *tree = NULL;
  for (int i = 0; i < 5; i++)
    OK (get ("/who")->status == 200);
  OK (program () == pid);
  tree = kbsh_json_parse (outcomes[0].body, outcomes[0].length, NULL);
  OK (kbsh_json_int (tree, "/connections", 0) == 1);
}

/* Is it in the memory of the process? */
static int
remembers (pid_t pid, const char *what)
{
  char line[500], path[64];
  FILE *maps;
  int memory, found = 0;
  snprintf (path, sizeof path, "/proc/%d/mem", (int)pid);
  memory = open (path, O_RDONLY | O_CLOEXEC);
  snprintf (path, sizeof path, "/proc/%d/maps", (int)pid);
  maps = fopen (path, "r");
  OK (memory >= 0 && maps);
  while (fgets (line, sizeof line, maps))
    {
      unsigned long from, to;
      char *data;
      ssize_t got;
      if (sscanf (line, "%lx-%lx rw", &from, &to) != 2 || !strstr (line, " rw")
          || to - from > 64u << 20)
        continue;
      data = malloc (to - from);
      OK (data);
      got = pread (memory, data, to - from, (off_t)from);
      if (got > 0 && memmem (data, (size_t)got, what, strlen (what)))
        found = 1;
      free (data);
    }
  fclose (maps);
  close (memory);
  return found;
}

static void
test_secrets (void)
{
  pid_t pid = program ();
  request.headers = json_object_new_array ();
  OK (request.headers
      && !json_object_array_add (
          request.headers,
          json_object_new_string ("Authorization: Bearer " TOKEN)));
  request.timeout_ms = 200;
  OK (!ask (0, "GET", "/hang"));
  pass (50);
  OK (remembers (pid, TOKEN));
  OK (await (0)->status == 0);
  json_object_put (request.headers);
  request.headers = NULL;
  request.timeout_ms = 10000;
  request.body = "{\"word\":\"" TOKEN "\"}";
  request.body_length = strlen (request.body);
  OK (!ask (0, "POST", "/length") && await (0)->status == 200);
  request.body = NULL;
  request.body_length = 0;
  OK (get ("/who")->status == 200);
  OK (!remembers (pid, TOKEN));
}

/* ---------------------------------------------------------------- */
/* Requests                                                          */

static int
ended (void)
{
  kbsh_autojson json_object *tree = NULL;
  OK (!ask (3, "GET", "/who") && await (3)->status == 200);
  tree = kbsh_json_parse (outcomes[3].body, outcomes[3].length, NULL);
  return (int)kbsh_json_int (tree, "/ended", -1);
}

static void
test_many (void)
{
  int before = ended ();
  OK (!ask (0, "GET", "/hang") && !ask (1, "GET", "/who")
      && !ask (2, "GET", "/object"));
  OK (await (1)->status == 200 && await (2)->status == 200);
  OK (strstr (outcomes[2].body, "real"));
  http_cancel (outcomes[0].call);
  for (int i = 0; ended () == before; i++)
    {
      OK (i < 100);
      usleep (10000);
    }
  OK (!outcomes[0].done);
  request.timeout_ms = 300;
  OK (!ask (0, "GET", "/hang") && !ask (1, "GET", "/who"));
  OK (await (1)->status == 200 && !outcomes[0].done);
  OK (await (0)->status == 0 && !outcomes[0].lost);
  OK (strstr (outcomes[0].reason, "timed out"));
  request.timeout_ms = 10000;
}

static void
test_big (void)
{
  struct outcome *o = get ("/big");
  char *body = malloc (BIG);
  OK (o->status == 200 && o->length == BIG);
  for (size_t i = 0; i < BIG; i += 16)
    OK (!memcmp (o->body + i, "0123456789abcde\n", 16));
  OK (body);
  memset (body, 'x', BIG);
  request.body = body;
  request.body_length = BIG;
  OK (!ask (0, "POST", "/length") && await (0)->status == 200);
  OK (atoi (outcomes[0].body) == BIG);
  /* While one is on its way, another is, and that one is given up. */
  OK (!ask (0, "POST", "/length") && !ask (1, "POST", "/length"));
  http_cancel (outcomes[0].call);
  OK (await (1)->status == 200 && !outcomes[0].done);
  request.body = NULL;
  request.body_length = 0;
  free (body);
}

static void
h2 (size_t n, size_t length)
{
  char *body = malloc (length + 1);
  OK (body);
  memset (body, 'b', length);
  request.body = body;
  request.body_length = length;
  OK (!ask (n, "POST", "/a.Service/Method"));
  free (body);
}

/* Calls as gRPC makes them: HTTP/2 at once, over a socket, with trailers. */
static void
test_http2 (void)
{
  struct outcome *o;
  request.unix_socket = kit_path ("h2");
  request.http2 = 1;
  h2 (2, 2); /* never answered */
  h2 (1, 1);
  h2 (0, 0);
  o = await (0);
  OK (o->status == 200 && !strcmp (o->body, "answer"));
  OK (strstr (o->headers, "x-way: h2\n"));
  OK (strstr (o->headers, "grpc-status: 0\ngrpc-message: fine\n"));
  o = await (1);
  OK (o->status == 200 && o->length == BIG);
  OK (o->body[0] == 'x' && o->body[BIG - 1] == 'x');
  OK (strstr (o->headers, "grpc-status: 0\n"));
  http_cancel (outcomes[2].call);
  /* Answered before it was sent: libcurl 7.88 loses the answer, and says so
   * in words by which plugins/cri/grpc.c knows it. */
  h2 (0, 100000);
  o = await (0);
  OK (o->status == 200 ? strstr (o->headers, "grpc-status: 12\n") != NULL
                       : strstr (o->reason, "HTTP/2") != NULL && !o->lost);
  OK (!outcomes[2].done);
  request.unix_socket = NULL;
  request.http2 = 0;
  request.body = NULL;
  request.body_length = 0;
}

/* ---------------------------------------------------------------- */
/* Its end                                                           */

static void
test_death (void)
{
  pid_t pid = program ();
  OK (!ask (0, "GET", "/hang") && !ask (1, "GET", "/hang"));
  pass (50);
  OK (!kill (pid, SIGKILL));
  for (size_t i = 0; i < 2; i++)
    {
      OK (await (i)->lost && !outcomes[i].status);
      OK (strstr (outcomes[i].why, "kbsh-http"));
      OK (strstr (outcomes[i].why, "SIGKILL (Killed)"));
    }
  OK (waitpid (pid, NULL, WNOHANG) < 0 && errno == ECHILD);
  OK (get ("/who")->status == 200 && program () != pid);
  /* Nothing was under way: the next one does not even notice. */
  pid = program ();
  OK (!kill (pid, SIGKILL));
  pass (50);
  OK (program () == 0 && get ("/who")->status == 200);
}

static void
test_hang (void)
{
  int64_t kept = http_patience_ms;
  OK (!kill (program (), SIGSTOP));
  http_patience_ms = 200;
  request.timeout_ms = 100;
  OK (get ("/who")->lost);
  OK (strstr (outcomes[0].why, "did not end a request in time"));
  http_patience_ms = kept;
  request.timeout_ms = 10000;
  OK (get ("/who")->status == 200);
}

/* When this process is killed, it is gone as well. */
static void
test_orphan (void)
{
  int ends[2], status;
  pid_t pid = 0, child;
  OK (!pipe2 (ends, O_CLOEXEC) && !prctl (PR_SET_CHILD_SUBREAPER, 1));
  child = fork ();
  if (child == 0)
    {
      OK (!loop_new (&loop, &kit_error) && !http_new (loop, &http, &kit_error));
      OK (get ("/who")->status == 200);
      pid = program ();
      OK (write (ends[1], &pid, sizeof pid) == sizeof pid);
      raise (SIGKILL);
    }
  OK (read (ends[0], &pid, sizeof pid) == sizeof pid && pid > 0);
  OK (waitpid (child, &status, 0) == child && WIFSIGNALED (status));
  OK (waitpid (pid, &status, 0) == pid);
  OK (!prctl (PR_SET_CHILD_SUBREAPER, 0));
  close (ends[0]);
  close (ends[1]);
}

/* Its peak, from its start to its end, which only the one who waited for it
 * is told: by a process that waits for nothing else. */
static void
test_memory (void)
{
#if !defined(__SANITIZE_ADDRESS__)
  struct rusage usage;
  int ends[2];
  pid_t child;
  OK (!pipe2 (ends, O_CLOEXEC));
  child = fork ();
  if (child == 0)
    {
      OK (!loop_new (&loop, &kit_error) && !http_new (loop, &http, &kit_error));
      OK (get ("/who")->status == 200 && get ("/who")->status == 200);
      http_free (http);
      OK (!getrusage (RUSAGE_CHILDREN, &usage));
      OK (write (ends[1], &usage, sizeof usage) == sizeof usage);
      _exit (0);
    }
  OK (read (ends[0], &usage, sizeof usage) == sizeof usage);
  OK (waitpid (child, NULL, 0) == child);
  printf ("kbsh-http: %ld KiB\n", usage.ru_maxrss);
  OK (usage.ru_maxrss > 0 && usage.ru_maxrss <= MOST_KIB);
  close (ends[0]);
  close (ends[1]);
#endif
}

static void
begin (void)
{
  OK (!http_new (loop, &http, &kit_error));
}

static void
finish (void)
{
  http_free (http);
  http = NULL;
  OK (program () == 0);
}

/* In place of it, a script. */
static struct outcome *
with_script (const char *script)
{
  char text[2000];
  begin ();
  snprintf (text, sizeof text, "#!/bin/sh\n%s\n", script);
  kit_write (kit_path ("kbsh-http"), text);
  OK (!chmod (kit_path ("kbsh-http"), 0755));
  get ("/who");
  http_free (http);
  OK (outcomes[0].lost);
  return &outcomes[0];
}

static void
test_wrong_programs (void)
{
  char script[1000];
  const char *kept = http_folder;
  http_folder = "/nonexistent";
  begin ();
  OK (ask (0, "GET", "/who"));
  OK (strstr (kit_error.what, "/nonexistent/kbsh-http can't be started"));
  OK (strstr (kit_error.remedy, "install kbsh"));
  http_free (http);
  http_folder = kit_folder;
  snprintf (script, sizeof script, "echo x >%s; exit 3", kit_path ("written"));
  OK (strstr (with_script (script)->why, "another version"));
  OK (strstr (outcomes[0].remedy, "install kbsh"));
  OK (access (kit_path ("written"), F_OK)); /* it may write no file */
  OK (strstr (with_script ("exit 127")->why, "a library"));
  OK (strstr (with_script ("exit 1")->why, "status 1"));
  OK (strstr (with_script ("printf xxxxxxxxxxxxxxxx >&0; sleep 60")->why,
              "makes no sense"));
  OK (strstr (with_script ("printf '\\7\\0\\0\\0\\0\\0\\0\\0{\"a\":1}' >&0; "
                           "sleep 60")
                  ->why,
              "makes no sense"));
  http_folder = kept;
}

int
main (void)
{
  kit_begin ();
  http_folder = KIT_HTTP_FOLDER;
  server_certificates ();
  port = server_tls ();
  server_unix ("h2", "h2");
  request.ca = server_ca;
  request.certificate = server_certificate;
  request.key = server_key;
  request.timeout_ms = 10000;
  OK (!loop_new (&loop, &kit_error));
  begin ();
  test_rights ();
  test_kept ();
  test_secrets ();
  test_many ();
  test_big ();
  test_http2 ();
  test_death ();
  test_hang ();
  /* Something is under way: it ends all the same, and nothing is called. */
  OK (!ask (0, "GET", "/hang"));
  finish ();
  OK (!outcomes[0].done);
  test_orphan ();
  test_memory ();
  test_wrong_programs ();
  loop_free (loop);
  for (size_t i = 0; i < 4; i++)
    free (outcomes[i].body);
  server_end ();
  kit_end ();
  return 0;
}
