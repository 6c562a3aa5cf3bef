/* SPDX-License-Identifier: Apache-2.0
 *
 * The core's side of HTTP: what is asked and answered. http_program.c has the
 * process that does it.
 */
#include "config.h"

#include "act/http.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>

#include "act/http_ask.h"
#include "act/http_program.h"
#include "act/wire.h"
#include "http/protocol.h"

int64_t http_patience_ms = 10000;

struct http
{
  struct loop *loop;
  struct http_program program;
  struct wire *wire; /* NULL: no program runs */
  const char *fault; /* why the core ends the program, or NULL */
  uint64_t last;     /* id */
  struct http_call *calls;
};

struct http_call
{
  struct http *http;
  uint64_t id, timer;
  http_done *done;
  void *data;
  struct http_call *next;
};

static void ready (int fd, int events, void *data);

int
http_new (struct loop *loop, struct http **out, struct kbsh_error *err)
{
  struct http *http = calloc (1, sizeof *http);
  if (!http)
    return kbsh_error_memory (err);
  http->loop = loop;
  *out = http;
  return 0;
}

/* ---------------------------------------------------------------- */
/* The program                                                       */

static void
hang_up (struct http *http)
{
  loop_fd (http->loop, http->program.fd, 0, NULL, NULL, NULL);
  wire_free (http->wire);
  http->wire = NULL;
}

static int
begin (struct http *http, struct kbsh_error *err)
{
  if (http->wire)
    return 0;
  http->fault = NULL;
  if (http_program_start (&http->program, err))
    return -1;
  if (!wire_new (http->program.fd, &http->wire, err)
      && !loop_fd (http->loop, http->program.fd, POLLIN, ready, http, err))
    return 0;
  wire_free (http->wire);
  http->wire = NULL;
  http_program_stop (&http->program);
  return -1;
}

/* The socket's end follows. */
static void
end (struct http *http, const char *fault)
{
  if (!http->fault)
    http->fault = fault;
  kill (http->program.pid, SIGKILL);
}

static void
call_free (struct http_call *call)
{
  struct http_call **place = &call->http->calls;
  while (*place != call)
    place = &(*place)->next;
  *place = call->next;
  loop_timer_cancel (call->http->loop, call->timer);
  free (call);
}

static void
call_over (struct http_call *call, const struct http_response *response)
{
  http_done *done = call->done;
  void *data = call->data;
  call_free (call);
  done (response, data);
}

static struct http_call *
find (struct http *http, uint64_t from, uint64_t to)
{
  struct http_call *call = http->calls;
  while (call && (call->id < from || call->id > to))
    call = call->next;
  return call;
}

/* It is gone. All that was asked of it is lost; what is asked from now on,
 * also on hearing of this, is asked of another one. */
static void
lost (struct http *http)
{
  struct kbsh_error err;
  struct http_response response = { .reason = "", .lost = &err };
  uint64_t last = http->last;
  struct http_call *call;
  hang_up (http);
  http_program_ended (&http->program, &err);
  if (http->fault)
    kbsh_error_why (&err, HTTP_PROGRAM " was ended: %s", http->fault);
  while ((call = find (http, 0, last)))
    call_over (call, &response);
}

void
http_free (struct http *http)
{
  if (!http)
    return;
  while (http->calls)
    call_free (http->calls);
  if (http->wire)
    {
      hang_up (http);
      http_program_stop (&http->program);
    }
  free (http);
}

/* ---------------------------------------------------------------- */
/* What it says                                                      */

static int
understand (struct http *http, const struct message *message)
{
  struct http_response response = { .lost = NULL };
  int64_t headers = kbsh_json_int (message->json, "/headers", -1);
  int64_t status = kbsh_json_int (message->json, "/status", -1);
  uint64_t id = (uint64_t)kbsh_json_int (message->json, "/id", 0);
  struct http_call *call = find (http, id, id);
  if (headers < 0 || (uint64_t)headers > message->blob_length || status < 0
      || status > 999)
    return -1;
  /* It was cancelled. */
  if (!call)
    return 0;
  response.status = (int)status;
  response.reason = kbsh_json_string (message->json, "/reason", "");
  response.untrusted = kbsh_json_bool (message->json, "/untrusted", 0);
  response.headers.data = message->blob;
  response.headers.length = (size_t)headers;
  response.body.data = (char *)message->blob + headers;
  response.body.length = message->blob_length - (size_t)headers;
  call_over (call, &response);
  return 0;
}

static void
take (struct http *http)
{
  int got = 1;
  while (got > 0)
    {
      struct message message = { .json = NULL };
      int over = wire_fill (http->wire, NULL);
      got = over < 0 ? -1 : wire_next (http->wire, &message, NULL);
      if (got > 0 && understand (http, &message))
        got = -1;
      message_free (&message);
      if (got < 0)
        end (http, "what it said makes no sense");
      if (got < 0 || (over > 0 && !got))
        {
          lost (http);
          return;
        }
    }
}

static void
flush (struct http *http)
{
  struct kbsh_error err;
  int left = wire_flush (http->wire, &err);
  /* One that is gone is found when it is read from. */
  if (left >= 0
      && loop_fd (http->loop, http->program.fd,
                  left ? POLLIN | POLLOUT : POLLIN, ready, http, &err))
    end (http, "it can't be listened to");
}

static void
ready (int fd, int events, void *data)
{
  struct http *http = data;
  (void)fd;
  if (events & POLLOUT)
    flush (http);
  if (events & POLLIN)
    take (http);
}

/* ---------------------------------------------------------------- */
/* What it is told                                                   */

static void
hangs (void *data)
{
  struct http_call *call = data;
  call->timer = 0;
  end (call->http, "it did not end a request in time");
}

int
http_start (struct http *http, const struct http_request *request,
            http_done *done, void *data, struct http_call **out,
            struct kbsh_error *err)
{
  struct http_call *call;
  if (begin (http, err))
    return -1;
  call = calloc (1, sizeof *call);
  if (!call)
    return kbsh_error_memory (err);
  *call = (struct http_call){ .http = http,
                              .id = http->last + 1,
                              .done = done,
                              .data = data,
                              .next = http->calls };
  http->calls = call;
  call->timer = loop_timer (http->loop, request->timeout_ms + http_patience_ms, hangs,
                            call, err);
  if (!call->timer || http_ask (http->wire, call->id, request, err))
    {
      call_free (call);
      return -1;
    }
  http->last = call->id;
  flush (http);
  *out = call;
  return 0;
}

void
http_cancel (struct http_call *call)
{
  struct http *http = call->http;
  kbsh_autojson json_object *json = json_object_new_object ();
  int64_t id = (int64_t)call->id;
  call_free (call);
  if (!http->wire)
    return;
  if (!json
      || json_object_object_add (json, "cancel", json_object_new_int64 (id))
      || wire_put (http->wire, json, NULL, 0, NULL))
    end (http, "there is no memory left to talk to it");
  else
    flush (http);
}

int
http_did (const struct http_response *response)
{
  static const char name[] = "grpc-status:";
  const char *line = response->headers.length ? response->headers.data : "";
  if (response->status < 200 || response->status > 299)
    return 0;
  for (; *line; line += *line == '\n')
    {
      if (!strncasecmp (line, name, strlen (name))
          && strtol (line + strlen (name), NULL, 10))
        return 0;
      line += strcspn (line, "\n");
    }
  return 1;
}
