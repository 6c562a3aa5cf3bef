/* SPDX-License-Identifier: Apache-2.0
 *
 * The process of the HTTP program: its start and its end.
 */
#ifndef CORE_ACT_HTTP_PROGRAM_H
#define CORE_ACT_HTTP_PROGRAM_H

#include <sys/types.h>

#include <kbsh/error.h>

struct http_program
{
  pid_t pid;
  int fd; /* the socket to it */
};

/* Its folder; NULL: kbsh/ beside the libkbsh that is in use. */
extern const char *http_folder;

/* Start it, with no right to write, no terminal, and nothing open but the
 * socket. It ends when this process does. */
int http_program_start (struct http_program *program, struct kbsh_error *err);
/* Close the socket and wait for its end, which follows at once. */
void http_program_stop (struct http_program *program);
/* It has closed the socket by itself: how it ended. */
void http_program_ended (struct http_program *program, struct kbsh_error *err);

#endif
