/* SPDX-License-Identifier: Apache-2.0 */
#include <kbsh/error.h>

#include <stdio.h>
#include <string.h>

int
kbsh_error_set (struct kbsh_error *err, const char *what, ...)
{
  va_list args;
  if (!err)
    return -1;
  err->why[0] = err->remedy[0] = err->where[0] = '\0';
  err->line = err->column = 0;
  va_start (args, what);
  vsnprintf (err->what, sizeof err->what, what, args);
  va_end (args);
  return -1;
}

int
kbsh_error_why (struct kbsh_error *err, const char *why, ...)
{
  va_list args;
  if (!err)
    return -1;
  va_start (args, why);
  vsnprintf (err->why, sizeof err->why, why, args);
  va_end (args);
  return -1;
}

int
kbsh_error_remedy (struct kbsh_error *err, const char *remedy, ...)
{
  va_list args;
  if (!err)
    return -1;
  va_start (args, remedy);
  vsnprintf (err->remedy, sizeof err->remedy, remedy, args);
  va_end (args);
  return -1;
}

int
kbsh_error_at (struct kbsh_error *err, const char *file, int line, int column)
{
  if (!err)
    return -1;
  snprintf (err->where, sizeof err->where, "%s", file ? file : "");
  err->line = line;
  err->column = column;
  return -1;
}

int
kbsh_error_wrap (struct kbsh_error *err, const char *context, ...)
{
  char text[sizeof err->what];
  size_t length;
  va_list args;
  if (!err)
    return -1;
  va_start (args, context);
  vsnprintf (text, sizeof text, context, args);
  va_end (args);
  length = strlen (text);
  snprintf (text + length, sizeof text - length, ": %s", err->what);
  memcpy (err->what, text, sizeof text);
  return -1;
}

int
kbsh_error_memory (struct kbsh_error *err)
{
  return kbsh_error_set (err, "out of memory");
}

char *
kbsh_error_text (const struct kbsh_error *err, char *buffer, unsigned long size)
{
  char place[560] = "";
  if (err->where[0] && err->line)
    snprintf (place, sizeof place, "%s:%d:%d: ", err->where, err->line,
              err->column);
  else if (err->line)
    snprintf (place, sizeof place, "line %d, column %d: ", err->line,
              err->column);
  else if (err->where[0])
    snprintf (place, sizeof place, "%s: ", err->where);
  /* (Several reasons begin a line each.) */
  snprintf (buffer, size, "%s%s%s%s%s%s", place, err->what,
            !err->why[0]          ? ""
            : err->why[0] == '\n' ? ":"
                                  : ": ",
            err->why, err->remedy[0] ? "\n" : "",
            err->remedy);
  return buffer;
}
