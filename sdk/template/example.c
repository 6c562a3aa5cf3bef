/* SPDX-License-Identifier: Apache-2.0
 *
 * A plugin to begin from: one check, and one step.
 */
#include <kbsh/service.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Looks at something and says what it found; it changes nothing. */
static int
memory (struct kbsh_ctx *ctx)
{
  int64_t needed = ctx->host->get_int (ctx, "mebibytes", 512);
  int64_t pages = sysconf (_SC_PHYS_PAGES), size = sysconf (_SC_PAGESIZE);
  int64_t found = pages * size >> 20;
  char text[40];
  if (found >= needed)
    return kbsh_passed (ctx, "ExampleMemory");
  snprintf (text, sizeof text, "%" PRId64 " MiB", needed);
  return kbsh_found (ctx, "ExampleMemory", KBSH_ERROR, text,
                     "use a machine with more memory",
                     "this machine has %" PRId64 " MiB of memory", found);
}

KBSH_CHECK (memory_service, memory, .name = "example.memory",
            .summary = "the machine has enough memory",
            .accepts = "[{\"name\": \"mebibytes\", \"type\": \"int\","
                       "  \"default\": 512, \"help\": \"what is needed\"}]");

/* Asks for a file to be written, and tells where it is as its fact /path. */
static int
note (struct kbsh_ctx *ctx)
{
  const char *path = kbsh_input_string (ctx, "path", NULL);
  const char *text = kbsh_input_string (ctx, "text", "");
  if (!path)
    return kbsh_fail (ctx, "the parameter 'path' is empty",
                      "give it a path, such as /etc/motd.d/note",
                      "there is no file to write to");
  kbsh_progress (ctx, "writing %s", path);
  if (kbsh_write (ctx, path, text, 0644))
    return -1;
  return ctx->host->put_string (ctx, "/path", path);
}

KBSH_STEP (note_service, note, .name = "example.note",
           .summary = "writes a text to a file",
           .accepts = "[{\"name\": \"path\", \"type\": \"path\","
                      "  \"required\": true, \"help\": \"the file\"},"
                      " {\"name\": \"text\", \"type\": \"string\","
                      "  \"help\": \"what to write\"}]",
           /* the one file that it may write is the one it is told to */
           .touches = "{\"paths\": [\"${path}\"]}");

static const struct kbsh_service *const services[]
    = { &memory_service, &note_service, NULL };

KBSH_MODULE (.name = "example", .version = "1.0", .licence = "Apache-2.0",
             .vendor = "Example Ltd", .summary = "an example to begin from",
             .services = services);
