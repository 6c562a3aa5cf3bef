/* SPDX-License-Identifier: Apache-2.0
 *
 * A request that a worker waits for: request_message.c,
 * effect_request.c and plan_request.c.
 */
#ifndef CORE_ACT_REQUEST_H
#define CORE_ACT_REQUEST_H

#include "act/effect.h"
#include "act/http.h"

struct request
{
  struct order *order;
  struct http_request http;
  char *ca, *certificate, *key;
  const char *subject;
  char target[1024]; /* "METHOD URL" */
  int looks;         /* it changes nothing */
  int repeat, expect, waiting;
  int64_t deadline;
  int64_t asked; /* when the try began */
  uint64_t timer;
  struct http_call *call; /* the try under way */
  json_object *sent;      /* dry run: the body */
};

#define TIMEOUT_MS 10000 /* where nothing else is asked for */

/* Fill it from its order's message; -1: that is not as it must be. */
int request_read (struct request *request);
/* Dry run: show it, and answer as if it had been done. */
void request_plan (struct request *request);

int request_start (struct request *request, const struct http_request *http,
                   http_done *done, struct kbsh_error *err);
/* At the beginning of a http_done: the try is over. 1: it was lost, and the
 * request has failed. */
int request_lost (struct request *request,
                  const struct http_response *response);
/* Both free it. */
void request_answer (struct request *request,
                     const struct http_response *response);
void request_fail (struct request *request, const struct kbsh_error *err);

/* How many milliseconds to wait before a try after one that took so many. */
int64_t request_pause (int64_t took_ms);

#endif
