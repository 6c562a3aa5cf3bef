/* SPDX-License-Identifier: Apache-2.0
 *
 * Unary gRPC calls over HTTP/2 on a unix socket, with protobuf-c messages.
 * What a frame and a status look like is gRPC's "PROTOCOL-HTTP2" document.
 */
#ifndef PLUGINS_CRI_GRPC_H
#define PLUGINS_CRI_GRPC_H

#include <protobuf-c/protobuf-c.h>
#include <stddef.h>
#include <stdint.h>

#include <kbsh/plugin.h>

enum grpc_code
{
  GRPC_OK = 0,
  GRPC_UNKNOWN = 2,
  GRPC_NOT_FOUND = 5,
  GRPC_UNIMPLEMENTED = 12
};

struct grpc_call
{
  const char *socket;  /* path */
  const char *service; /* "runtime.v1.RuntimeService" */
  const char *method;  /* "Version" */
  const char *subject; /* for progress and errors, or NULL */
  const ProtobufCMessage *request;
  const ProtobufCMessageDescriptor *answer; /* what is expected */
  uint32_t timeout_ms;
  uint32_t flags; /* KBSH_QUERY */
};

struct grpc_status
{
  int code;           /* enum grpc_code, or another that gRPC defines */
  char message[1024]; /* the peer's own words */
};

/* Make the call. 0: *answer is the message (free with
 * protobuf_c_message_free_unpacked), or NULL in a dry run for what is no
 * query. 1: the peer refused; status says how. -1: it could not be asked, or
 * does not speak gRPC; the error is recorded. */
int grpc_unary (struct kbsh_ctx *ctx, const struct grpc_call *call,
                ProtobufCMessage **answer, struct grpc_status *status);

/* A message as one frame that the caller frees, or NULL (no memory). */
uint8_t *grpc_frame (const ProtobufCMessage *message, size_t *length);
/* The message in a body of one frame; NULL when it is none. */
ProtobufCMessage *grpc_unframe (const ProtobufCMessageDescriptor *descriptor,
                                const void *body, size_t length);
/* The status in "Name: value\n" lines of headers and trailers; -1 when there
 * is none. */
int grpc_status_read (const char *headers, struct grpc_status *status);

#endif
