/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages: two lengths (32 bits each, in the machine's own order, for both
 * ends are on it), the JSON text, the bytes.
 */
#include "config.h"

#include "act/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <kbsh/cleanup.h>

#define WIRE_DEPTH 128

/* A message on its way in: filled in the order of its members. */
struct incoming
{
  uint32_t head[2];
  size_t head_got;
  char *text;
  size_t text_got;
  char *blob;
  size_t blob_got;
};

/* One on its way out. */
struct outgoing
{
  char *data;
  size_t length, sent;
  struct outgoing *next;
};

struct wire
{
  int fd;
  struct incoming in;
  struct outgoing *out;
};

static void
wipe_free (void *data, size_t length)
{
  if (data)
    explicit_bzero (data, length);
  free (data);
}

void
message_free (struct message *message)
{
  json_object_put (message->json);
  wipe_free (message->blob, message->blob_length);
  memset (message, 0, sizeof *message);
}

static void
incoming_free (struct incoming *in)
{
  if (in->head_got == sizeof in->head)
    {
      wipe_free (in->text, in->head[0]);
      wipe_free (in->blob, in->head[1]);
    }
  memset (in, 0, sizeof *in);
}

static int
broken (struct kbsh_error *err, const char *why)
{
  kbsh_error_set (err, "a message can't be understood");
  return kbsh_error_why (err, "%s", why);
}

static int
io_error (struct kbsh_error *err, const char *what)
{
  int number = errno;
  kbsh_error_set (err, "%s", what);
  return kbsh_error_why (err, "%s", strerror (number));
}

/* Once the head is there: room for the rest. */
static int
incoming_room (struct incoming *in, struct kbsh_error *err)
{
  if (in->text)
    return 0;
  if (in->head[0] == 0 || in->head[0] > WIRE_MAX_JSON
      || in->head[1] > WIRE_MAX_BLOB)
    {
      in->head_got = 0;
      return broken (err, "its length is not possible");
    }
  in->text = malloc ((size_t)in->head[0] + 1);
  in->blob = malloc ((size_t)in->head[1] + 1);
  if (in->text && in->blob)
    return 0;
  free (in->text);
  free (in->blob);
  in->text = in->blob = NULL;
  in->head_got = 0;
  return kbsh_error_memory (err);
}

/* Where the next bytes go; 0 when the message is whole. */
static size_t
incoming_next (struct incoming *in, char **to)
{
  if (in->head_got < sizeof in->head)
    {
      *to = (char *)in->head + in->head_got;
      return sizeof in->head - in->head_got;
    }
  if (in->text_got < in->head[0])
    {
      *to = in->text + in->text_got;
      return in->head[0] - in->text_got;
    }
  *to = in->blob + in->blob_got;
  return in->head[1] - in->blob_got;
}

static int
incoming_took (struct incoming *in, size_t length, struct kbsh_error *err)
{
  if (in->head_got < sizeof in->head)
    {
      in->head_got += length;
      return in->head_got == sizeof in->head ? incoming_room (in, err) : 0;
    }
  if (in->text_got < in->head[0])
    in->text_got += length;
  else
    in->blob_got += length;
  return 0;
}

static json_object *
decode (const char *text, size_t length, struct kbsh_error *err)
{
  json_tokener *tokener = json_tokener_new_ex (WIRE_DEPTH);
  json_object *tree;
  enum json_tokener_error error;
  if (!tokener)
    {
      kbsh_error_memory (err);
      return NULL;
    }
  json_tokener_set_flags (tokener, JSON_TOKENER_STRICT);
  /* The NUL behind the text ends a number; the text is counted with it. */
  tree = json_tokener_parse_ex (tokener, text, (int)length + 1);
  error = json_tokener_get_error (tokener);
  if (error == json_tokener_success
      && json_tokener_get_parse_end (tokener) >= length
      && json_object_is_type (tree, json_type_object))
    {
      json_tokener_free (tokener);
      return tree;
    }
  broken (err, error == json_tokener_success ? "it is no JSON object"
                                             : json_tokener_error_desc (error));
  json_object_put (tree);
  json_tokener_free (tokener);
  return NULL;
}

/* A whole message becomes `out`. */
static int
incoming_take (struct incoming *in, struct message *out, struct kbsh_error *err)
{
  json_object *json;
  in->text[in->head[0]] = '\0';
  in->blob[in->head[1]] = '\0';
  json = decode (in->text, in->head[0], err);
  if (json)
    {
      out->json = json;
      out->blob = kbsh_steal (&in->blob);
      out->blob_length = in->head[1];
    }
  incoming_free (in);
  return json ? 0 : -1;
}

static int
wait_for (int fd, short events)
{
  struct pollfd poll_fd = { .fd = fd, .events = events };
  return poll (&poll_fd, 1, -1) < 0 && errno != EINTR ? -1 : 0;
}

/* What an outgoing message looks like: head, text, bytes. */
static int
pack (json_object *json, size_t length, uint32_t head[2], const char **text,
      struct kbsh_error *err)
{
  size_t text_length = 0;
  *text = json_object_to_json_string_length (json, JSON_C_TO_STRING_PLAIN,
                                             &text_length);
  if (!*text)
    return kbsh_error_memory (err);
  if (text_length > WIRE_MAX_JSON || length > WIRE_MAX_BLOB)
    {
      kbsh_error_set (err, "cannot pass on what was given");
      return kbsh_error_why (err, "%zu bytes are too many",
                             text_length + length);
    }
  head[0] = (uint32_t)text_length;
  head[1] = (uint32_t)length;
  return 0;
}

int
wire_send (int fd, json_object *json, const void *blob, size_t length,
           struct kbsh_error *err)
{
  uint32_t head[2];
  const char *text;
  struct iovec parts[3];
  struct msghdr message = { .msg_iov = parts, .msg_iovlen = 3 };
  if (pack (json, length, head, &text, err))
    return -1;
  parts[0] = (struct iovec){ head, sizeof head };
  parts[1] = (struct iovec){ (void *)(uintptr_t)text, head[0] };
  parts[2] = (struct iovec){ (void *)(uintptr_t)blob, length };
  while (message.msg_iovlen)
    {
      ssize_t sent = sendmsg (fd, &message, MSG_NOSIGNAL);
      if (sent < 0 && errno == EAGAIN && !wait_for (fd, POLLOUT))
        continue;
      if (sent < 0 && errno != EINTR)
        return io_error (err, "cannot send a message");
      for (; sent >= 0 && message.msg_iovlen; message.msg_iovlen--)
        {
          struct iovec *part = message.msg_iov;
          if ((size_t)sent < part->iov_len)
            {
              part->iov_base = (char *)part->iov_base + sent;
              part->iov_len -= (size_t)sent;
              break;
            }
          sent -= (ssize_t)part->iov_len;
          message.msg_iov++;
        }
    }
  return 0;
}

int
wire_receive (int fd, struct message *out, struct kbsh_error *err)
{
  struct incoming in = { .text = NULL };
  char *to;
  size_t wanted;
  while ((wanted = incoming_next (&in, &to)))
    {
      ssize_t got = recv (fd, to, wanted, 0);
      if (got < 0
          && (errno == EINTR || (errno == EAGAIN && !wait_for (fd, POLLIN))))
        continue;
      if (got <= 0)
        {
          incoming_free (&in);
          return got < 0 ? io_error (err, "cannot receive a message") : 1;
        }
      if (incoming_took (&in, (size_t)got, err))
        return -1;
    }
  return incoming_take (&in, out, err);
}

int
wire_new (int fd, struct wire **out, struct kbsh_error *err)
{
  struct wire *wire = calloc (1, sizeof *wire);
  int flags = fcntl (fd, F_GETFL);
  if (!wire)
    return kbsh_error_memory (err);
  if (flags < 0 || fcntl (fd, F_SETFL, flags | O_NONBLOCK))
    {
      free (wire);
      return io_error (err, "cannot use a socket");
    }
  wire->fd = fd;
  *out = wire;
  return 0;
}

static void
outgoing_drop (struct wire *wire)
{
  struct outgoing *first = wire->out;
  wire->out = first->next;
  wipe_free (first->data, first->length);
  free (first);
}

void
wire_free (struct wire *wire)
{
  if (!wire)
    return;
  incoming_free (&wire->in);
  while (wire->out)
    outgoing_drop (wire);
  free (wire);
}

int
wire_fill (struct wire *wire, struct kbsh_error *err)
{
  char *to;
  size_t wanted;
  /* One whole message at a time: what is more waits in the socket. */
  while ((wanted = incoming_next (&wire->in, &to)))
    {
      ssize_t got = recv (wire->fd, to, wanted, 0);
      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0 && errno == EAGAIN)
        return 0;
      if (got == 0 || (got < 0 && errno == ECONNRESET))
        return 1;
      if (got < 0)
        return io_error (err, "cannot receive a message");
      if (incoming_took (&wire->in, (size_t)got, err))
        return -1;
    }
  return 0;
}

int
wire_next (struct wire *wire, struct message *out, struct kbsh_error *err)
{
  char *to;
  if (incoming_next (&wire->in, &to))
    return 0;
  return incoming_take (&wire->in, out, err) ? -1 : 1;
}

static size_t
length_of (const struct iovec *parts, size_t count)
{
  size_t length = 0;
  for (size_t i = 0; i < count; i++)
    length += parts[i].iov_len;
  return length;
}

/* Whole, in one piece: what waits is sent as the socket takes it. */
static struct outgoing *
outgoing_new (const struct iovec *parts, size_t count)
{
  struct outgoing *message = calloc (1, sizeof *message);
  char *to;
  if (!message)
    return NULL;
  message->length = length_of (parts, count);
  to = message->data = malloc (message->length);
  if (!to)
    {
      free (message);
      return NULL;
    }
  for (size_t i = 0; i < count; i++)
    if (parts[i].iov_len)
      to = mempcpy (to, parts[i].iov_base, parts[i].iov_len);
  return message;
}

int
wire_put_parts (struct wire *wire, json_object *json, const struct iovec *blob,
                size_t count, struct kbsh_error *err)
{
  struct outgoing **last = &wire->out;
  struct iovec parts[2 + WIRE_MAX_PARTS];
  uint32_t head[2];
  const char *text;
  if (count > WIRE_MAX_PARTS)
    return kbsh_error_set (err, "a message has too many parts");
  if (pack (json, length_of (blob, count), head, &text, err))
    return -1;
  parts[0] = (struct iovec){ head, sizeof head };
  parts[1] = (struct iovec){ (void *)(uintptr_t)text, head[0] };
  for (size_t i = 0; i < count; i++)
    parts[2 + i] = blob[i];
  while (*last)
    last = &(*last)->next;
  *last = outgoing_new (parts, 2 + count);
  return *last ? 0 : kbsh_error_memory (err);
}

int
wire_put (struct wire *wire, json_object *json, const void *blob, size_t length,
          struct kbsh_error *err)
{
  const struct iovec part = { (void *)(uintptr_t)blob, length };
  return wire_put_parts (wire, json, &part, 1, err);
}

int
wire_flush (struct wire *wire, struct kbsh_error *err)
{
  while (wire->out)
    {
      struct outgoing *first = wire->out;
      ssize_t sent = send (wire->fd, first->data + first->sent,
                           first->length - first->sent, MSG_NOSIGNAL);
      if (sent < 0 && errno == EINTR)
        continue;
      if (sent < 0 && errno == EAGAIN)
        return 1;
      if (sent < 0)
        return io_error (err, "cannot send a message");
      first->sent += (size_t)sent;
      if (first->sent == first->length)
        outgoing_drop (wire);
    }
  return 0;
}
