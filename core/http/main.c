/* SPDX-License-Identifier: Apache-2.0
 *
 * kbsh-http: the requests of a run, in a process of their own, so that kbsh
 * itself understands neither TLS nor HTTP. kbsh starts it (act/http_program.c)
 * with no right to write, asks over the socket that is its standard input
 * (protocol.h), and closes that to end it. It needs no part of libkbsh but what
 * is built in.
 */
#include "config.h"

#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kbsh/cleanup.h>

#include "act/wire.h"
#include "http/curl.h"
#include "http/memory.h"
#include "http/protocol.h"

struct program
{
  struct loop *loop;
  struct curl *curl;
  struct wire *wire;
  struct asked *asked;
  int over;   /* kbsh has closed the socket */
  int failed; /* the socket makes no sense, or there is no memory */
};

/* A request under way. Its message holds what libcurl reads. */
struct asked
{
  struct program *program;
  int64_t id;
  struct message message;
  struct call *call;
  struct asked *next;
};

static void ready (int fd, int events, void *data);

/* ---------------------------------------------------------------- */
/* Answers                                                           */

static void
flush (struct program *program)
{
  int left = wire_flush (program->wire, NULL);
  if (left < 0)
    program->over = 1;
  else if (loop_fd (program->loop, STDIN_FILENO,
                    left ? POLLIN | POLLOUT : POLLIN, ready, program, NULL))
    program->failed = 1;
}

static int
send_answer (struct program *program, int64_t id, const struct answer *answer)
{
  kbsh_autojson json_object *json = json_object_new_object ();
  const struct iovec parts[]
      = { { answer->headers.data, answer->headers.length },
          { answer->body.data, answer->body.length } };
  if (!json || json_object_object_add (json, "id", json_object_new_int64 (id))
      || json_object_object_add (json, "status",
                                 json_object_new_int (answer->status))
      || json_object_object_add (json, "reason",
                                 json_object_new_string (answer->reason))
      || json_object_object_add (json, "untrusted",
                                 json_object_new_boolean (answer->untrusted))
      || json_object_object_add (
          json, "headers",
          json_object_new_int64 ((int64_t)answer->headers.length)))
    return -1;
  return wire_put_parts (program->wire, json, parts, 2, NULL);
}

static void
forget (struct asked *asked)
{
  struct asked **place = &asked->program->asked;
  while (*place != asked)
    place = &(*place)->next;
  *place = asked->next;
  message_free (&asked->message);
  free (asked);
}

/* What could not be sent is told as no answer. */
static void
answer (struct asked *asked, struct answer *what)
{
  struct program *program = asked->program;
  struct answer none = { .reason = "out of memory" };
  if (send_answer (program, asked->id, what)
      && send_answer (program, asked->id, &none))
    program->failed = 1;
  kbsh_buffer_free (&what->headers);
  kbsh_buffer_free (&what->body);
  forget (asked);
  flush (program);
}

static void
over (struct answer *what, void *data)
{
  answer (data, what);
}

/* ---------------------------------------------------------------- */
/* Requests                                                          */

static json_object *
member (const struct message *message, const char *name)
{
  json_object *value = NULL;
  json_object_object_get_ex (message->json, name, &value);
  return value;
}

/* Where each part is; its NUL is there. */
static int
find_parts (const struct message *message, const char *parts[HTTP_PARTS],
            size_t *body_length)
{
  json_object *list = member (message, "parts");
  size_t at = 0;
  if (!json_object_is_type (list, json_type_array)
      || json_object_array_length (list) != HTTP_PARTS)
    return -1;
  for (size_t i = 0; i < HTTP_PARTS; i++)
    {
      int64_t length
          = json_object_get_int64 (json_object_array_get_idx (list, i));
      parts[i] = NULL;
      if (length < 0)
        continue;
      if ((uint64_t)length >= message->blob_length - at)
        return -1;
      parts[i] = (const char *)message->blob + at;
      if (parts[i][length])
        return -1;
      if (i == HTTP_BODY)
        *body_length = (size_t)length;
      at += (size_t)length + 1;
    }
  return at == message->blob_length ? 0 : -1;
}

static int
read_ask (const struct message *message, struct ask *ask)
{
  const char *parts[HTTP_PARTS];
  if (find_parts (message, parts, &ask->body_length))
    return -1;
  ask->method = json_object_get_string (member (message, "method"));
  ask->url = json_object_get_string (member (message, "url"));
  ask->unix_socket = json_object_get_string (member (message, "socket"));
  ask->timeout_ms = (long)json_object_get_int64 (member (message, "timeout"));
  ask->http2 = json_object_get_boolean (member (message, "http2"));
  ask->insecure = json_object_get_boolean (member (message, "insecure"));
  ask->body = parts[HTTP_BODY];
  ask->headers = parts[HTTP_HEADERS];
  ask->ca = parts[HTTP_CA];
  ask->certificate = parts[HTTP_CERTIFICATE];
  ask->key = parts[HTTP_KEY];
  return ask->method && ask->url && ask->timeout_ms > 0 ? 0 : -1;
}

/* Takes the message over. */
static int
start (struct program *program, struct message *message)
{
  struct answer none = { .reason = "out of memory" };
  struct asked *asked = calloc (1, sizeof *asked);
  struct ask ask = { .method = NULL };
  if (!asked)
    return -1;
  asked->program = program;
  asked->id = json_object_get_int64 (member (message, "id"));
  asked->message = *message;
  memset (message, 0, sizeof *message);
  asked->next = program->asked;
  program->asked = asked;
  if (read_ask (&asked->message, &ask))
    return -1;
  if (call_start (program->curl, &ask, over, asked, &asked->call))
    answer (asked, &none);
  return 0;
}

static void
cancel (struct program *program, int64_t id)
{
  for (struct asked *asked = program->asked; asked; asked = asked->next)
    if (asked->id == id)
      {
        call_cancel (asked->call);
        forget (asked);
        return;
      }
}

static int
handle (struct program *program, struct message *message)
{
  json_object *id = member (message, "cancel");
  if (!id)
    return start (program, message);
  cancel (program, json_object_get_int64 (id));
  return 0;
}

/* ---------------------------------------------------------------- */

static void
take (struct program *program)
{
  int got = 1;
  while (got > 0 && !program->over)
    {
      struct message message = { .json = NULL };
      int end = wire_fill (program->wire, NULL);
      got = end < 0 ? -1 : wire_next (program->wire, &message, NULL);
      if (got > 0 && handle (program, &message))
        got = -1;
      message_free (&message);
      program->failed |= got < 0;
      program->over |= end > 0;
    }
}

static void
ready (int fd, int events, void *data)
{
  struct program *program = data;
  (void)fd;
  if (events & POLLOUT)
    flush (program);
  if (events & POLLIN)
    take (program);
}

static int
serve (struct program *program)
{
  memory_give_back ();
  if (loop_new (&program->loop, NULL)
      || curl_open (program->loop, &program->curl)
      || wire_new (STDIN_FILENO, &program->wire, NULL)
      || loop_fd (program->loop, STDIN_FILENO, POLLIN, ready, program, NULL))
    return HTTP_EXIT_FAILED;
  memory_give_back ();
  while (!program->over && !program->failed)
    if (loop_once (program->loop, -1, NULL))
      return HTTP_EXIT_FAILED;
  if (program->failed)
    return HTTP_EXIT_FAILED;
  /* libcurl would wait for a name that is being looked up. */
  if (program->asked)
    _exit (HTTP_EXIT_OK);
  /* What ends two dozen libraries is not what requests needed. */
  memory_give_back ();
  curl_close (program->curl);
  wire_free (program->wire);
  loop_free (program->loop);
  memory_give_back ();
  return HTTP_EXIT_OK;
}

int
main (int argc, char **argv)
{
  struct program program = { .loop = NULL };
  if (argc != 2)
    {
      fputs (HTTP_PROGRAM " is a part of " PACKAGE_NAME
                          ", which starts it: it is not for other use\n",
             stderr);
      return HTTP_EXIT_USAGE;
    }
  if (strcmp (argv[1], PACKAGE_VERSION))
    return HTTP_EXIT_VERSION;
  /* Whoever closes a connection early ends that request alone. */
  signal (SIGPIPE, SIG_IGN);
  mallopt (M_ARENA_MAX, 1);
  return serve (&program);
}
