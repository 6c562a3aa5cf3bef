/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages of a worker: whatever comes, the broker's side ends with whole
 * messages or with an error, and what it hands out can be sent on.
 */
#include "config.h"

#include <sys/socket.h>
#include <unistd.h>

#include "act/wire.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct wire *wire;
  int ends[2], got = 1, end = 0;
  /* More would fill the socket, and wait for ever. */
  if (size > 65536)
    return 0;
  MUST (!socketpair (AF_UNIX, SOCK_STREAM, 0, ends));
  MUST (!wire_new (ends[0], &wire, &err));
  MUST (write (ends[1], data, size) == (ssize_t)size);
  close (ends[1]);
  while (!end && got > 0)
    {
      struct message message = { .json = NULL };
      end = wire_fill (wire, &err);
      got = end < 0 ? -1 : wire_next (wire, &message, &err);
      if (got > 0)
        {
          MUST (json_object_is_type (message.json, json_type_object));
          MUST (((char *)message.blob)[message.blob_length] == '\0');
          MUST (!wire_put (wire, message.json, message.blob,
                           message.blob_length, &err));
        }
      MUST (got >= 0 || err.what[0]);
      message_free (&message);
    }
  wire_free (wire);
  close (ends[0]);
  return 0;
}
