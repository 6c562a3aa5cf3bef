/* SPDX-License-Identifier: Apache-2.0
 *
 * For the tests of the HTTP program: asked directly, without a broker.
 */
#ifndef CORE_ACT_TEST_HTTP_KIT_H
#define CORE_ACT_TEST_HTTP_KIT_H

#include "act/http.h"
#include "act/http_program.h"

struct outcome
{
  int done, status, lost;
  char reason[512], why[1100], remedy[1100], headers[4000];
  char *body;
  size_t length;
  struct http_call *call;
};

extern struct loop *loop;
extern struct http *http;
extern struct outcome outcomes[4];
extern struct http_request request; /* what the next ones are like */

/* With a server, and with `http`. */
void http_kit_begin (void);
void http_kit_end (void);
/* `http` alone; finish() sees that no program is left. */
void begin (void);
void finish (void);

/* Begin one in the n-th place; -1: it can't be begun. */
int ask (size_t n, const char *method, const char *path);
struct outcome *await (size_t n);
/* The first place, begun and waited for. */
struct outcome *get (const char *path);
/* Let the loop run. */
void pass (int ms);
/* The program's process, or 0. */
pid_t program (void);

#endif
