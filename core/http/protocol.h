/* SPDX-License-Identifier: Apache-2.0
 *
 * What kbsh and its HTTP program say to each other: messages (act/wire.h) over
 * the socket that is the program's standard input. Both are of the same build;
 * the version, the program's one argument, finds a mixed installation.
 *
 * kbsh:    {id, method, url, socket?, timeout (ms), http2, insecure,
 *           parts: [the length of each, or -1 for none]}
 *          and the parts as bytes, in the order of `enum http_part`, each with
 *          a NUL behind it. Whatever may be secret is among them, for bytes
 *          are wiped and JSON is not.
 *          {cancel: id}: no answer to it is waited for any more
 * program: {id, status, reason, headers: their length}, and headers and body
 *          as bytes; once for each request, unless it was cancelled. Status 0:
 *          no answer, for that reason.
 */
#ifndef CORE_HTTP_PROTOCOL_H
#define CORE_HTTP_PROTOCOL_H

#define HTTP_PROGRAM "kbsh-http"

enum http_part
{
  HTTP_BODY,
  HTTP_HEADERS, /* "Name: value" in lines */
  HTTP_CA,      /* this one and those below: PEM */
  HTTP_CERTIFICATE,
  HTTP_KEY,
  HTTP_PARTS
};

/* Exit statuses of the program. */
enum
{
  HTTP_EXIT_OK,
  HTTP_EXIT_FAILED,       /* it can't go on: no memory */
  HTTP_EXIT_USAGE,        /* nobody but kbsh starts it */
  HTTP_EXIT_VERSION,      /* the version is another one */
  HTTP_EXIT_LINKER = 127, /* ld.so: a library is missing */
};

#define HTTP_MOST_BODY (32u << 20)
#define HTTP_MOST_HEADERS (1u << 20)

#endif
