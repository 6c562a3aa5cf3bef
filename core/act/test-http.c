/* SPDX-License-Identifier: Apache-2.0
 *
 * The HTTP program: what it may do and keeps, many requests at a time,
 * cancelled ones, large bodies, HTTP/2.
 */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>

#include "act/test-http-kit.h"
#include "act/test-kit.h"
#include "act/test-server.h"

#define BIG (10u << 20)
#define TOKEN "A-Token-That-Nobody-Keeps-7f3a"

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

int
main (void)
{
  http_kit_begin ();
  server_unix ("h2", "h2");
  test_rights ();
  test_kept ();
  test_secrets ();
  test_many ();
  test_big ();
  test_http2 ();
  finish ();
  http_kit_end ();
  return 0;
}
