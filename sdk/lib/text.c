/* SPDX-License-Identifier: Apache-2.0
 *
 * Texts that grow, the nearest of several words, and reading a whole file.
 */
#include <kbsh/cleanup.h>
#include <kbsh/text.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/stat.h>

#define FILE_MAX (16u << 20)
#define WORD_MAX 64
#define PATIENCE_MS 10000

/* Not realloc(): what the buffer held may be a secret, and realloc() leaves a
 * copy behind. */
static int
buffer_room (struct kbsh_buffer *b, size_t more)
{
  size_t capacity = b->capacity ? b->capacity : 64;
  char *data;
  if (b->failed)
    return -1;
  if (more >= SIZE_MAX / 4 - b->length)
    return b->failed = -1;
  while (capacity < b->length + more + 1)
    capacity *= 2;
  if (capacity == b->capacity)
    return 0;
  data = malloc (capacity);
  if (!data)
    return b->failed = -1;
  if (b->data)
    {
      memcpy (data, b->data, b->length);
      explicit_bzero (b->data, b->length);
      free (b->data);
    }
  b->data = data;
  b->capacity = capacity;
  return 0;
}

void
kbsh_buffer_add (struct kbsh_buffer *b, const void *data, size_t length)
{
  if (buffer_room (b, length))
    return;
  if (length)
    memcpy (b->data + b->length, data, length);
  b->length += length;
  b->data[b->length] = '\0';
}

void
kbsh_buffer_puts (struct kbsh_buffer *b, const char *text)
{
  kbsh_buffer_add (b, text, strlen (text));
}

static void
buffer_format (struct kbsh_buffer *b, const char *format, va_list args)
{
  va_list again;
  int length;
  va_copy (again, args);
  length = vsnprintf (NULL, 0, format, args);
  if (length < 0 || buffer_room (b, (size_t)length))
    b->failed = -1;
  else
    {
      vsnprintf (b->data + b->length, (size_t)length + 1, format, again);
      b->length += (size_t)length;
    }
  va_end (again);
}

void
kbsh_buffer_printf (struct kbsh_buffer *b, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  buffer_format (b, format, args);
  va_end (args);
}

char *
kbsh_buffer_take (struct kbsh_buffer *b)
{
  char *text = NULL;
  if (!b->data)
    kbsh_buffer_add (b, "", 0);
  if (!b->failed)
    text = kbsh_steal (&b->data);
  kbsh_buffer_free (b);
  return text;
}

void
kbsh_buffer_free (struct kbsh_buffer *b)
{
  if (b->data)
    explicit_bzero (b->data, b->length);
  free (b->data);
  *b = (struct kbsh_buffer){ 0 };
}

char *
kbsh_text (const char *format, ...)
{
  struct kbsh_buffer b = { 0 };
  va_list args;
  va_start (args, format);
  buffer_format (&b, format, args);
  va_end (args);
  return kbsh_buffer_take (&b);
}

static size_t
least (size_t a, size_t b)
{
  return a < b ? a : b;
}

/* Edit distance in which two neighbours that changed places count once
 * (optimal string alignment). */
static size_t
distance (const char *a, size_t an, const char *b, size_t bn)
{
  size_t row[3][WORD_MAX + 1];
  for (size_t j = 0; j <= bn; j++)
    row[0][j] = j;
  for (size_t i = 1; i <= an; i++)
    {
      size_t *now = row[i % 3], *last = row[(i + 2) % 3];
      now[0] = i;
      for (size_t j = 1; j <= bn; j++)
        {
          now[j] = least (last[j], now[j - 1]) + 1;
          now[j] = least (now[j], last[j - 1] + (a[i - 1] != b[j - 1]));
          if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
            now[j] = least (now[j], row[(i + 1) % 3][j - 2] + 1);
        }
    }
  return row[an % 3][bn];
}

const char *
kbsh_nearest (const char *word, const char *const *candidates)
{
  const char *nearest = NULL;
  size_t length = strlen (word);
  size_t best = length / 3 > 1 ? length / 3 : 1;
  if (length > WORD_MAX)
    return NULL;
  for (; *candidates; candidates++)
    {
      size_t other = strlen (*candidates), far;
      if (other > WORD_MAX)
        continue;
      far = distance (word, length, *candidates, other);
      if (far > best || (nearest && far == best))
        continue;
      best = far;
      nearest = *candidates;
    }
  return nearest;
}

/* A pipe that nobody writes into must not hang who reads it. */
static int
wait_for_data (int fd)
{
  struct pollfd waiting = { .fd = fd, .events = POLLIN };
  int ready;
  do
    ready = poll (&waiting, 1, PATIENCE_MS);
  while (ready < 0 && errno == EINTR);
  if (ready > 0)
    return 0;
  if (!ready)
    errno = ETIMEDOUT;
  return -1;
}

static int
is_pipe (int fd)
{
  struct stat st;
  return !fstat (fd, &st) && S_ISFIFO (st.st_mode);
}

static int
read_all (int fd, struct kbsh_buffer *b)
{
  char block[16384];
  ssize_t got = is_pipe (fd) && wait_for_data (fd) ? -1 : 1;
  while (got > 0)
    {
      got = read (fd, block, sizeof block);
      if (got < 0
          && (errno == EINTR || (errno == EAGAIN && !wait_for_data (fd))))
        {
          got = 1;
          continue;
        }
      if (got < 0)
        break;
      kbsh_buffer_add (b, block, (size_t)got);
      if (!b->failed && b->length <= FILE_MAX)
        continue;
      errno = b->failed ? ENOMEM : EFBIG;
      got = -1;
      break;
    }
  explicit_bzero (block, sizeof block);
  return got < 0 ? -1 : 0;
}

static int
say_unread (const char *path, int number, struct kbsh_error *err)
{
  static const struct
  {
    int number;
    const char *why; /* NULL: the system's words */
    const char *remedy;
  } known[] = {
    { EFBIG, "it is larger than 16 MiB", "give a smaller one" },
    { ETIMEDOUT, "nothing came out of it for 10 seconds",
      "give a file, or a pipe that somebody writes into" },
    { EISDIR, "it is a folder",
      "correct the path, or move the folder away: a file belongs there" },
    { EACCES, NULL, "see who may read it and open its folders (namei -l)" },
    { ELOOP, NULL, "see where its symbolic links lead (namei -l)" },
    { ENXIO, "it is a socket, or a device that is not there",
      "move it away: a file belongs there" },
    { EIO, NULL, "see what the kernel says about its disk (dmesg)" },
  };
  kbsh_error_set (err, "can't read %s", path);
  kbsh_error_why (err, "%s", strerror (number));
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (known[i].number == number)
      {
        if (known[i].why)
          kbsh_error_why (err, "%s", known[i].why);
        kbsh_error_remedy (err, "%s", known[i].remedy);
      }
  errno = number;
  return -1;
}

char *
kbsh_file_read (const char *path, size_t *length, struct kbsh_error *err)
{
  KBSH_CLEANUP (kbsh_buffer_free) struct kbsh_buffer b = { 0 };
  kbsh_autofd int fd
      = open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  size_t read_length;
  char *text;
  if (fd < 0 || read_all (fd, &b))
    {
      say_unread (path, errno, err);
      return NULL;
    }
  read_length = b.length;
  text = kbsh_buffer_take (&b);
  if (!text)
    kbsh_error_memory (err);
  else if (length)
    *length = read_length;
  return text;
}
