/* SPDX-License-Identifier: Apache-2.0
 *
 * Unary gRPC calls; see grpc.h.
 */
#include "grpc.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <kbsh/cleanup.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

enum
{
  FRAME_HEAD = 5 /* one byte of flags, four of length */
};

uint8_t *
grpc_frame (const ProtobufCMessage *message, size_t *length)
{
  size_t size = protobuf_c_message_get_packed_size (message);
  uint8_t *frame = malloc (FRAME_HEAD + size);
  if (!frame)
    return NULL;
  frame[0] = 0; /* not compressed */
  frame[1] = (uint8_t)(size >> 24);
  frame[2] = (uint8_t)(size >> 16);
  frame[3] = (uint8_t)(size >> 8);
  frame[4] = (uint8_t)size;
  protobuf_c_message_pack (message, frame + FRAME_HEAD);
  *length = FRAME_HEAD + size;
  return frame;
}

ProtobufCMessage *
grpc_unframe (const ProtobufCMessageDescriptor *descriptor, const void *body,
              size_t length)
{
  const uint8_t *frame = body;
  size_t size;
  if (length < FRAME_HEAD || frame[0] != 0)
    return NULL;
  size = (size_t)frame[1] << 24 | (size_t)frame[2] << 16 | (size_t)frame[3] << 8
         | frame[4];
  if (size != length - FRAME_HEAD)
    return NULL;
  return protobuf_c_message_unpack (descriptor, NULL, size, frame + FRAME_HEAD);
}

/* The value of a header, without leading blanks, and its length. */
static const char *
header (const char *headers, const char *name, size_t *length)
{
  size_t size = strlen (name);
  const char *line = headers;
  while (line && *line)
    {
      const char *end = line + strcspn (line, "\r\n");
      if (!strncasecmp (line, name, size) && line[size] == ':')
        {
          line += size + 1;
          line += strspn (line, " \t");
          *length = end > line ? (size_t)(end - line) : 0;
          return line;
        }
      line = *end ? end + strspn (end, "\r\n") : end;
    }
  return NULL;
}

static int
hex (char c)
{
  if (c >= '0' && c <= '9')
    return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* grpc-message is percent-encoded. */
static void
decode (const char *text, size_t length, char *out, size_t room)
{
  size_t n = 0;
  for (size_t i = 0; i < length && n + 1 < room; i++)
    if (text[i] == '%' && i + 2 < length && hex (text[i + 1]) >= 0
        && hex (text[i + 2]) >= 0)
      {
        out[n++] = (char)(hex (text[i + 1]) << 4 | hex (text[i + 2]));
        i += 2;
      }
    else
      out[n++] = text[i];
  out[n] = '\0';
}

int
grpc_status_read (const char *headers, struct grpc_status *status)
{
  size_t length = 0;
  const char *value = header (headers, "grpc-status", &length);
  status->message[0] = '\0';
  if (!value || !length || *value < '0' || *value > '9')
    return -1;
  status->code = (int)strtol (value, NULL, 10);
  value = header (headers, "grpc-message", &length);
  if (value)
    decode (value, length, status->message, sizeof status->message);
  return 0;
}

static int
not_grpc (struct kbsh_ctx *ctx, const struct grpc_call *call, const char *why)
{
  return kbsh_fail (
      ctx, why, "Give the socket of a container runtime with --cri-socket.",
      "%s is not the socket of a container runtime", call->socket);
}

/* A server answers a call of a method that it does not know before it has the
 * whole request, and libcurl 7.88 then reports a stream error in place of that
 * answer. Nothing else was seen to end a stream in this way. */
static int
stream_lost (const struct kbsh_response *response)
{
  return !response->status && strstr (response->reason, "HTTP/2") != NULL;
}

static int
understand (struct kbsh_ctx *ctx, const struct grpc_call *call,
            const struct kbsh_response *response, ProtobufCMessage **answer,
            struct grpc_status *status)
{
  kbsh_autofree char *why = NULL;
  if (stream_lost (response))
    {
      status->code = GRPC_UNIMPLEMENTED;
      snprintf (status->message, sizeof status->message, "%s",
                response->reason);
      return 1;
    }
  if (!response->status)
    return kbsh_fail (ctx, response->reason,
                      "Look whether the container runtime runs: "
                      "systemctl status containerd (or crio).",
                      "no answer from the container runtime at %s",
                      call->socket);
  if (response->status != 200)
    {
      why = kbsh_text ("it answers a gRPC call with HTTP status %d",
                       response->status);
      return not_grpc (ctx, call, why);
    }
  if (grpc_status_read (response->headers ? response->headers : "", status))
    return not_grpc (ctx, call, "its answer has no gRPC status");
  if (status->code)
    return 1;
  *answer = grpc_unframe (call->answer, response->body, response->body_length);
  if (!*answer)
    return not_grpc (ctx, call, "its answer to a gRPC call is not understood");
  return 0;
}

int
grpc_unary (struct kbsh_ctx *ctx, const struct grpc_call *call,
            ProtobufCMessage **answer, struct grpc_status *status)
{
  static const char *const headers[]
      = { "Content-Type: application/grpc", "TE: trailers", NULL };
  kbsh_autofree char *url
      = kbsh_text ("http://localhost/%s/%s", call->service, call->method);
  struct kbsh_response response = { 0 };
  size_t length = 0;
  kbsh_autofree uint8_t *frame = grpc_frame (call->request, &length);
  *answer = NULL;
  if (!url || !frame)
    return kbsh_fail_memory (ctx);
  struct kbsh_request request = {
    .size = sizeof request,
    .method = "POST",
    .url = url,
    .headers = headers,
    .body = frame,
    .body_length = length,
    .unix_socket = call->socket,
    .subject = call->subject,
    .timeout_ms = call->timeout_ms,
    .flags = KBSH_HTTP2 | call->flags,
  };
  if (ctx->host->request (ctx, &request, &response))
    return -1;
  if (ctx->dry_run && !(call->flags & KBSH_QUERY))
    return 0;
  return understand (ctx, call, &response, answer, status);
}
