/* SPDX-License-Identifier: Apache-2.0
 *
 * HTTP in the event loop. libcurl brings two dozen libraries, so it is kept
 * in a library of our own that is opened when the first request is made: most
 * invocations make none. Only core/http/ knows libcurl; connections are kept and used again by whoever asks the same server with
 * the same identity.
 */
#ifndef CORE_ACT_HTTP_H
#define CORE_ACT_HTTP_H

#include <json-c/json.h>
#include <stddef.h>
#include <stdint.h>

#include <kbsh/plugin.h>
#include <kbsh/text.h>

#include "act/loop.h"

#define HTTP_MOST_BODY (32u << 20)
#define HTTP_MOST_HEADERS (1u << 20)

struct http;
struct http_call;

/* All borrowed; the body until the end of the call. */
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

struct http_response
{
  int status; /* 0: no answer, and why: */
  char reason[512];
  struct kbsh_buffer headers, body;
};

typedef void http_done (const struct http_response *response, void *data);

int http_new (struct loop *loop, struct http **out, struct kbsh_error *err);
void http_free (struct http *http);
/* `done` is called once, later, unless the call is cancelled before. */
int http_start (struct http *http, const struct http_request *request,
                http_done *done, void *data, struct http_call **out,
                struct kbsh_error *err);
void http_cancel (struct http_call *call);

/* The private library's side: what it is given, and its one symbol. Program
 * and library are of the same build; `version` finds a mixed installation. */
#define HTTP_LIBRARY "http.so"
struct http_loop
{
  int (*fd) (struct loop *loop, int fd, int events, loop_fd_fn *call,
             void *data, struct kbsh_error *err);
  uint64_t (*timer) (struct loop *loop, int64_t ms, loop_timer_fn *call,
                     void *data, struct kbsh_error *err);
  void (*cancel) (struct loop *loop, uint64_t id);
};

struct http_library
{
  const char *version;
  int (*open) (const struct http_loop *at, struct loop *loop,
               struct http **out, struct kbsh_error *err);
  void (*close) (struct http *http);
  int (*start) (struct http *http, const struct http_request *request,
                http_done *done, void *data, struct http_call **out,
                struct kbsh_error *err);
  void (*cancel) (struct http_call *call);
};
extern KBSH_EXPORT const struct http_library http_library;

/* Its folder; NULL: kbsh/ beside the libkbsh that is in use. */
extern const char *http_folder;

#endif
