/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages without blocking, of which many may be on their way.
 */
#include "config.h"

#include "act/wire_form.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

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
      return form_io_error (err, "cannot use a socket");
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
  form_wipe (first->data, first->length);
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
        return form_io_error (err, "cannot receive a message");
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
  if (form_pack (json, length_of (blob, count), head, &text, err))
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
        return form_io_error (err, "cannot send a message");
      first->sent += (size_t)sent;
      if (first->sent == first->length)
        outgoing_drop (wire);
    }
  return 0;
}
