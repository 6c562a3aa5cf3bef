/* SPDX-License-Identifier: Apache-2.0
 *
 * Asking, and waiting for the answer.
 */
#include "config.h"

#include "act/test-http-kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kbsh/text.h>

#include "act/test-kit.h"
#include "act/test-server.h"

struct loop *loop;
struct http *http;
struct outcome outcomes[4];
struct http_request request;
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

int
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

struct outcome *
await (size_t n)
{
  while (!outcomes[n].done)
    OK (!loop_once (loop, 1000, &kit_error));
  return &outcomes[n];
}

struct outcome *
get (const char *path)
{
  OK (!ask (0, "GET", path));
  return await (0);
}

void
pass (int ms)
{
  int64_t end = kbsh_now_ms () + ms;
  while (kbsh_now_ms () < end)
    OK (!loop_once (loop, end - kbsh_now_ms (), &kit_error));
}

pid_t
program (void)
{
  return kit_child (getpid (), "kbsh-http");
}

void
begin (void)
{
  OK (!http_new (loop, &http, &kit_error));
}

void
finish (void)
{
  http_free (http);
  http = NULL;
  OK (program () == 0);
}

void
http_kit_begin (void)
{
  kit_begin ();
  http_folder = KIT_HTTP_FOLDER;
  server_certificates ();
  port = server_tls ();
  request.ca = server_ca;
  request.certificate = server_certificate;
  request.key = server_key;
  request.timeout_ms = 10000;
  OK (!loop_new (&loop, &kit_error));
  begin ();
}

void
http_kit_end (void)
{
  loop_free (loop);
  for (size_t i = 0; i < 4; i++)
    free (outcomes[i].body);
  server_end ();
  kit_end ();
}
