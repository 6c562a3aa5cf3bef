/* SPDX-License-Identifier: Apache-2.0
 *
 * Problems of a configuration: each with its file, line, column and field, or
 * with the flag that brought it. They are gathered and told together.
 */
#include "config.h"

#include <stdio.h>

enum
{
  MOST_IN_ERROR = 1400 /* bytes */
};

char *
config_pointer (const char *parent, const char *key)
{
  struct kbsh_buffer b = { 0 };
  kbsh_buffer_puts (&b, parent);
  kbsh_buffer_puts (&b, "/");
  for (; *key; key++)
    if (*key == '~')
      kbsh_buffer_puts (&b, "~0");
    else if (*key == '/')
      kbsh_buffer_puts (&b, "~1");
    else
      kbsh_buffer_add (&b, key, 1);
  return kbsh_buffer_take (&b);
}

/* "/a/0/b" -> "a[0].b" */
static void
put_field (struct kbsh_buffer *b, const char *pointer)
{
  const char *start = pointer;
  while (*pointer == '/')
    {
      size_t length = strcspn (++pointer, "/");
      if (length && strspn (pointer, "0123456789") >= length)
        kbsh_buffer_printf (b, "[%.*s]", (int)length, pointer);
      else
        kbsh_buffer_printf (b, "%s%.*s", pointer - 1 == start ? "" : ".",
                            (int)length, pointer);
      pointer += length;
    }
}

/* The flag that set what stands at the pointer or around it, or NULL. */
static const char *
flag_of (struct config *config, const char *kind, const char *pointer)
{
  kbsh_autofree char *at = kbsh_text ("/%s%s", kind, pointer);
  while (at && *at)
    {
      const char *flag = config_flag_of (config, at);
      char *slash;
      if (flag)
        return flag;
      slash = strrchr (at, '/');
      if (!slash)
        break;
      *slash = '\0';
    }
  return NULL;
}

static const struct document *
document_of (struct config *config, const char *kind)
{
  for (size_t i = 0; i < config->count; i++)
    if (config->documents[i].kind && !strcmp (config->documents[i].kind, kind))
      return &config->documents[i];
  return NULL;
}

/* Put where it is: "--flag: ", "file:line:column: field: " or "Kind.field: ".
 */
static void
put_place (struct config *config, struct kbsh_buffer *b, const char *kind,
           const char *pointer, int name)
{
  const struct document *d = document_of (config, kind);
  const char *flag = flag_of (config, kind, pointer);
  int line = 0, column = 0;
  if (flag)
    {
      kbsh_buffer_printf (b, "%s: ", flag);
      return;
    }
  if (d)
    {
      kbsh_autofree char *key
          = kbsh_text ("%s%s", pointer, name ? "\tkey" : "");
      if (key) /* of what is around it, when it is not in the file */
        kbsh_yaml_place (d->yaml, key, &line, &column);
      kbsh_buffer_printf (b, "%s:%d:%d: ", config->file,
                          line ? line : d->yaml->line, column ? column : 1);
    }
  else
    kbsh_buffer_printf (b, "%s%s", kind, *pointer ? "." : ": ");
  put_field (b, pointer);
  if (*pointer)
    kbsh_buffer_puts (b, ": ");
}

static void
add (struct config *config, const char *kind, const char *pointer, int name,
     const char *format, va_list args)
{
  char text[1024];
  if (config->problem_count++)
    kbsh_buffer_puts (&config->problems, "\n");
  put_place (config, &config->problems, kind, pointer, name);
  vsnprintf (text, sizeof text, format, args);
  kbsh_buffer_puts (&config->problems, text);
}

void
config_problem (struct config *config, const char *kind, const char *pointer,
                const char *format, ...)
{
  va_list args;
  va_start (args, format);
  add (config, kind, pointer, 0, format, args);
  va_end (args);
}

void
config_problem_name (struct config *config, const char *kind,
                     const char *pointer, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  add (config, kind, pointer, 1, format, args);
  va_end (args);
}

void
config_warn (struct config *config, const char *kind, const char *pointer,
             const char *format, ...)
{
  struct kbsh_buffer b = { 0 };
  char text[1024];
  va_list args;
  va_start (args, format);
  vsnprintf (text, sizeof text, format, args);
  va_end (args);
  put_place (config, &b, kind, pointer, 0);
  kbsh_buffer_puts (&b, text);
  if (!b.failed && b.data && config->lenient)
    kbsh_debug (config->ctx, "%s", b.data);
  else if (!b.failed && b.data)
    kbsh_warn (config->ctx, "%s", b.data);
  kbsh_buffer_free (&b);
}

/* An error has little room: what is too much for it is told line by line. */
static void
tell_lines (struct config *config, char *lines)
{
  for (char *line; (line = strsep (&lines, "\n"));)
    kbsh_warn (config->ctx, "%s", line);
}

int
config_settle (struct config *config)
{
  kbsh_autofree char *lines = NULL, *gathered = NULL;
  int count = config->problem_count;
  if (!count)
    return config->problems.failed ? kbsh_fail_memory (config->ctx) : 0;
  gathered = kbsh_buffer_take (&config->problems);
  config->problem_count = 0;
  if (gathered) /* several: each on a line of its own */
    lines = kbsh_text ("%s%s", count > 1 ? "\n" : "", gathered);
  if (!lines)
    return kbsh_fail_memory (config->ctx);
  if (strlen (lines) < MOST_IN_ERROR)
    return kbsh_fail (config->ctx, lines, NULL,
                      count == 1 ? "the %sconfiguration is not valid"
                                 : "the %sconfiguration has %d problems",
                      config->lenient ? "cluster's " : "", count);
  tell_lines (config, gathered);
  return kbsh_fail (config->ctx, "they are listed above", NULL,
                    "the configuration has %d problems", count);
}
