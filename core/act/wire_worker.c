/* SPDX-License-Identifier: Apache-2.0
 *
 * The worker's side: messages, waited for.
 */
#include "config.h"

#include "act/wire_form.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

static int
wait_for (int fd, short events)
{
  struct pollfd poll_fd = { .fd = fd, .events = events };
  return poll (&poll_fd, 1, -1) < 0 && errno != EINTR ? -1 : 0;
}

int
wire_send (int fd, json_object *json, const void *blob, size_t length,
           struct kbsh_error *err)
{
  uint32_t head[2];
  const char *text;
  struct iovec parts[3];
  struct msghdr message = { .msg_iov = parts, .msg_iovlen = 3 };
  if (form_pack (json, length, head, &text, err))
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
        return form_io_error (err, "cannot send a message");
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
          return got < 0 ? form_io_error (err, "cannot receive a message") : 1;
        }
      if (incoming_took (&in, (size_t)got, err))
        return -1;
    }
  return incoming_take (&in, out, err);
}
