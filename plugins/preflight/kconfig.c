/* SPDX-License-Identifier: Apache-2.0
 *
 * The configuration that the running kernel was built with.
 */
#include "preflight.h"

#include <string.h>
#include <zlib.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>

enum
{
  MOST = 16 << 20,
  STEP = 256 << 10,
  GZIP_OR_ZLIB = 32 + MAX_WBITS
};

/* Inflate all that is there into a buffer of what grows. */
static int
inflate_all (z_stream *stream, struct kbsh_buffer *out)
{
  kbsh_autofree char *room = malloc (STEP);
  int r = room ? Z_OK : Z_MEM_ERROR;
  while (r == Z_OK && out->length < MOST)
    {
      stream->next_out = (Bytef *)room;
      stream->avail_out = STEP;
      r = inflate (stream, Z_NO_FLUSH);
      kbsh_buffer_add (out, room, STEP - stream->avail_out);
    }
  return r == Z_STREAM_END ? 0 : -1;
}

/* gunzip; the caller frees, NULL when it is no gzip file. */
static char *
gunzip (const void *data, size_t length)
{
  KBSH_CLEANUP (kbsh_buffer_free) struct kbsh_buffer out = { 0 };
  z_stream stream = { 0 };
  int r;
  if (inflateInit2 (&stream, GZIP_OR_ZLIB) != Z_OK)
    return NULL;
  stream.next_in = (Bytef *)data;
  stream.avail_in = (uInt)length;
  r = inflate_all (&stream, &out);
  inflateEnd (&stream);
  return r ? NULL : kbsh_buffer_take (&out);
}

int
kconfig_load (struct kbsh_ctx *ctx, json_object *paths, struct kconfig *out)
{
  memset (out, 0, sizeof *out);
  for (size_t i = 0; !out->text && i < kbsh_json_length (paths, ""); i++)
    {
      const char *path
          = json_object_get_string (json_object_array_get_idx (paths, i));
      kbsh_autofree char *full = root_path (ctx, path);
      size_t length = 0;
      const char *data
          = full ? ctx->host->read_file (ctx, full, &length) : NULL;
      if (!data)
        {
          ctx->host->forgive (ctx);
          continue;
        }
      if (length > 2 && (unsigned char)data[0] == 0x1f
          && (unsigned char)data[1] == 0x8b)
        out->text = gunzip (data, length);
      else
        out->text = strdup (data);
      snprintf (out->source, sizeof out->source, "%s", path);
    }
  return out->text ? 0 : -1;
}

char
kconfig_get (const char *text, const char *option)
{
  size_t length = strlen (option);
  while (*text)
    {
      if (!strncmp (text, "CONFIG_", 7) && !strncmp (text + 7, option, length)
          && text[7 + length] == '=')
        {
          char value = text[8 + length];
          return value == 'y' || value == 'm' ? value : 'n';
        }
      text += strcspn (text, "\n");
      text += *text == '\n';
    }
  return 'n';
}
