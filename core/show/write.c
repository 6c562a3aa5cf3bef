/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing to whoever reads, and reading members of events.
 */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "show/show.h"

/* How long a reader that takes nothing is waited for. */
#define PATIENCE_MS 10000

static int
write_all (int fd, const char *data, size_t length)
{
  while (length)
    {
      ssize_t done = write (fd, data, length);
      struct pollfd waiting = { .fd = fd, .events = POLLOUT };
      if (done < 0 && errno == EAGAIN && poll (&waiting, 1, PATIENCE_MS) > 0)
        continue;
      if (done < 0 && errno == EINTR)
        continue;
      if (done <= 0)
        return -1;
      data += done;
      length -= (size_t)done;
    }
  return 0;
}

/* A pipe that nobody reads sends SIGPIPE: it is held back here and taken away,
 * so that the program's own signal handling need not know of sinks. */
int
show_write (int fd, const char *data, size_t length)
{
  static const struct timespec now = { 0, 0 };
  sigset_t broken, before, pending;
  int result, had;
  sigemptyset (&broken);
  sigaddset (&broken, SIGPIPE);
  sigpending (&pending);
  had = sigismember (&pending, SIGPIPE);
  sigprocmask (SIG_BLOCK, &broken, &before);
  result = write_all (fd, data, length);
  if (result && !had)
    while (sigtimedwait (&broken, NULL, &now) < 0 && errno == EINTR)
      continue;
  sigprocmask (SIG_SETMASK, &before, NULL);
  return result;
}

void
show_clean (char *text)
{
  unsigned char *c = (unsigned char *)text;
  for (; *c; c++)
    if ((*c < 0x20 && *c != '\n' && *c != '\t') || *c == 0x7f)
      *c = '?';
    else if (*c == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0)
      {
        c[0] = c[1] = '?';
        c++;
      }
}

const char *
show_text (json_object *event, const char *name)
{
  json_object *value = json_object_object_get (event, name);
  return json_object_is_type (value, json_type_string)
             ? json_object_get_string (value)
             : "";
}

double
show_number (json_object *event, const char *name)
{
  return json_object_get_double (json_object_object_get (event, name));
}

int
show_is (json_object *event, const char *kind)
{
  return !strcmp (show_text (event, "event"), kind);
}
