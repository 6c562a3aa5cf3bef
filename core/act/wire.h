/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages between the core and the processes that it starts (workers, the
 * HTTP program): a small head (two lengths), a JSON object, and bytes that stay
 * as they are (a file's content, a body). What the other side sends is not
 * trusted.
 */
#ifndef CORE_ACT_WIRE_H
#define CORE_ACT_WIRE_H

#include <json-c/json.h>
#include <stddef.h>
#include <sys/uio.h>

#include <kbsh/error.h>

#define WIRE_MAX_JSON (16u << 20)
#define WIRE_MAX_BLOB (34u << 20) /* a body of 32 MiB and its headers */
#define WIRE_MAX_PARTS 16

struct message
{
  json_object *json;
  void *blob; /* NUL-terminated after its length */
  size_t blob_length;
};

void message_free (struct message *message); /* wipes the blob */

/* The worker's side: blocking. 0; 1: the other side is gone (receive). */
int wire_send (int fd, json_object *json, const void *blob, size_t length,
               struct kbsh_error *err);
int wire_receive (int fd, struct message *out, struct kbsh_error *err);

/* Without blocking (the broker, the HTTP program): whatever arrived is
 * gathered, whole messages are handed out; what can't be sent at once waits. */
struct wire;
int wire_new (int fd, struct wire **out, struct kbsh_error *err);
void wire_free (struct wire *wire);
/* Read what is there. 0, 1 at the end of the stream, -1. */
int wire_fill (struct wire *wire, struct kbsh_error *err);
/* The next whole message: 1, or 0 when there is none yet, -1. */
int wire_next (struct wire *wire, struct message *out, struct kbsh_error *err);
int wire_put (struct wire *wire, json_object *json, const void *blob,
              size_t length, struct kbsh_error *err);
/* The same with bytes that are not in one piece. */
int wire_put_parts (struct wire *wire, json_object *json,
                    const struct iovec *blob, size_t count,
                    struct kbsh_error *err);
/* Write what waits: 0 all written, 1 some is left, -1. */
int wire_flush (struct wire *wire, struct kbsh_error *err);

#endif
