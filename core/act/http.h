/* SPDX-License-Identifier: Apache-2.0
 *
 * HTTP in the event loop. It is done by a program of its own (core/http/),
 * which is started for the first request and kept for the run: most
 * invocations make none, and whatever a server sends is understood there, not
 * in the core. Connections are kept and used again by whoever asks the same
 * server with the same identity.
 */
#ifndef CORE_ACT_HTTP_H
#define CORE_ACT_HTTP_H

#include <json-c/json.h>
#include <stddef.h>
#include <stdint.h>

#include <kbsh/text.h>

#include "act/loop.h"

struct http;
struct http_call;

/* All borrowed for the start only. */
struct http_request
{
  const char *method, *url;
  json_object *headers; /* list of "Name: value", or NULL */
  const void *body;     /* or NULL */
  size_t body_length;
  const char *ca, *certificate, *key; /* PEM, or NULL */
  const char *unix_socket;            /* or NULL */
  int64_t timeout_ms;
  int http2, insecure;
};

/* All borrowed, the buffers too: they are not to be freed. */
struct http_response
{
  int status;         /* 0: no answer, and why: */
  const char *reason; /* "" otherwise */
  int untrusted;      /* it is the certificate of who answers */
  struct kbsh_buffer headers, body;
  /* Nobody knows what became of the request: the program ended. Else NULL. */
  const struct kbsh_error *lost;
};

int http_new (struct loop *loop, struct http **out, struct kbsh_error *err);
/* Ends the program. */
void http_free (struct http *http);
/* `done` is called once, later, unless the call is cancelled before. */
typedef void http_done (const struct http_response *response, void *data);
int http_start (struct http *http, const struct http_request *request,
                http_done *done, void *data, struct http_call **out,
                struct kbsh_error *err);
void http_cancel (struct http_call *call);
/* Does the answer say that it was done? A status of 2xx, and in gRPC (where
 * every answer is 200) no grpc-status but 0 among headers and trailers. */
int http_did (const struct http_response *response);

/* A request that is not over so long behind its deadline never will be: the
 * program hangs, and is ended. */
extern int64_t http_patience_ms;

#endif
