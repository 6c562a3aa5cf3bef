/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests with libcurl, on the event loop.
 */
#ifndef CORE_HTTP_CURL_H
#define CORE_HTTP_CURL_H

#include <stddef.h>

#include <kbsh/text.h>

#include "act/loop.h"

struct curl;
struct call;

/* All borrowed until the call is over, and NULL where there is none. */
struct ask
{
  const char *method, *url;
  const char *headers; /* lines */
  const void *body;
  size_t body_length;
  const char *ca, *certificate, *key; /* PEM */
  const char *unix_socket;
  long timeout_ms;
  int http2, insecure;
};

struct answer
{
  int status; /* 0: no answer, and why: */
  char reason[512];
  int untrusted; /* it is the certificate */
  struct kbsh_buffer headers, body;
};

int curl_open (struct loop *loop, struct curl **out);
/* Close the connections. Whatever is under way is dropped. */
void curl_close (struct curl *curl);

/* `done` is called once, later, unless the call is cancelled before; it may
 * empty the answer. -1: no memory. */
typedef void call_done (struct answer *answer, void *data);
int call_start (struct curl *curl, const struct ask *ask, call_done *done,
                void *data, struct call **out);
void call_cancel (struct call *call);

#endif
