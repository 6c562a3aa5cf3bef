/* SPDX-License-Identifier: Apache-2.0
 *
 * What a plain YAML 1.1 scalar means, as Kubernetes' own reader resolves it:
 * y, yes and on are true, 0644 is octal, 1_000 is a thousand, 2020-1-2 is a
 * time. https://yaml.org/type/
 */
#include "yaml_scalar.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_MAX 400

static const struct word
{
  const char *text;
  enum scalar_kind kind;
  int boolean;
} words[] = {
  { "", SCALAR_NULL, 0 },           { "~", SCALAR_NULL, 0 },
  { "null", SCALAR_NULL, 0 },       { "Null", SCALAR_NULL, 0 },
  { "NULL", SCALAR_NULL, 0 },       { "true", SCALAR_BOOL, 1 },
  { "True", SCALAR_BOOL, 1 },       { "TRUE", SCALAR_BOOL, 1 },
  { "y", SCALAR_BOOL, 1 },          { "Y", SCALAR_BOOL, 1 },
  { "yes", SCALAR_BOOL, 1 },        { "Yes", SCALAR_BOOL, 1 },
  { "YES", SCALAR_BOOL, 1 },        { "on", SCALAR_BOOL, 1 },
  { "On", SCALAR_BOOL, 1 },         { "ON", SCALAR_BOOL, 1 },
  { "false", SCALAR_BOOL, 0 },      { "False", SCALAR_BOOL, 0 },
  { "FALSE", SCALAR_BOOL, 0 },      { "n", SCALAR_BOOL, 0 },
  { "N", SCALAR_BOOL, 0 },          { "no", SCALAR_BOOL, 0 },
  { "No", SCALAR_BOOL, 0 },         { "NO", SCALAR_BOOL, 0 },
  { "off", SCALAR_BOOL, 0 },        { "Off", SCALAR_BOOL, 0 },
  { "OFF", SCALAR_BOOL, 0 },        { ".nan", SCALAR_NO_NUMBER, 0 },
  { ".NaN", SCALAR_NO_NUMBER, 0 },  { ".NAN", SCALAR_NO_NUMBER, 0 },
  { ".inf", SCALAR_NO_NUMBER, 0 },  { ".Inf", SCALAR_NO_NUMBER, 0 },
  { ".INF", SCALAR_NO_NUMBER, 0 },  { "+.inf", SCALAR_NO_NUMBER, 0 },
  { "+.Inf", SCALAR_NO_NUMBER, 0 }, { "+.INF", SCALAR_NO_NUMBER, 0 },
  { "-.inf", SCALAR_NO_NUMBER, 0 }, { "-.Inf", SCALAR_NO_NUMBER, 0 },
  { "-.INF", SCALAR_NO_NUMBER, 0 }, { "<<", SCALAR_MERGE, 0 },
  { NULL, SCALAR_STRING, 0 },
};

static int
is_digit (char c)
{
  return c >= '0' && c <= '9';
}

static size_t
digits (const char *text)
{
  return strspn (text, "0123456789");
}

static int
leap (int year)
{
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int
is_date (int year, int month, int day)
{
  static const int days[]
      = { 0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
  if (month < 1 || month > 12 || day < 1)
    return 0;
  return day <= days[month] + (month == 2 && leap (year));
}

/* One or two digits, moving on; -1 when there are none. */
static int
short_number (const char **text)
{
  size_t n = digits (*text);
  int value = 0;
  if (n > 2)
    n = 2;
  for (size_t i = 0; i < n; i++)
    value = value * 10 + *(*text)++ - '0';
  return n ? value : -1;
}

/* What may follow the seconds: a fraction, and (after a "T") a zone. */
static int
is_time_end (const char *at, int zone)
{
  if (*at == '.' || *at == ',')
    {
      size_t n = digits (at + 1);
      if (!n)
        return 0;
      at += 1 + n;
    }
  if (!zone)
    return !*at;
  if (*at == 'Z')
    return !at[1];
  if (*at != '+' && *at != '-')
    return 0;
  return is_digit (at[1]) && is_digit (at[2]) && at[3] == ':'
         && is_digit (at[4]) && is_digit (at[5]) && !at[6]
         && atoi (at + 1) <= 24 && atoi (at + 4) < 60;
}

static int
is_time (const char *text)
{
  const char *at = text + 4;
  int month, day, hour, minute, second;
  char separator;
  if (digits (text) != 4 || *at++ != '-')
    return 0;
  if ((month = short_number (&at)) < 0 || *at++ != '-'
      || (day = short_number (&at)) < 0 || !is_date (atoi (text), month, day))
    return 0;
  if (!*at)
    return 1;
  separator = *at++;
  if (separator != 'T' && separator != 't' && separator != ' ')
    return 0;
  /* an hour has two digits or one, but Go takes 24 for none */
  hour = short_number (&at);
  if (hour < 0 || hour > 23 || *at++ != ':')
    return 0;
  minute = short_number (&at);
  if (minute < 0 || minute > 59 || *at++ != ':')
    return 0;
  second = short_number (&at);
  if (second < 0 || second > 59)
    return 0;
  return is_time_end (at, separator != ' ');
}

/* [-+]? with base prefixes 0x, 0o, 0b, 0. */
static int
as_integer (const char *text, struct scalar *out)
{
  int negative = *text == '-', base = 10;
  unsigned long long value;
  char *end;
  int sign = negative || *text == '+';
  text += sign;
  if (*text == '0' && text[1])
    {
      char c = (char)(text[1] | 0x20);
      base = c == 'x' ? 16 : c == 'b' ? 2 : 8;
      text += c == 'x' || c == 'b' || c == 'o' ? 2 : 1;
    }
  if (!*text || text[strspn (text, "0123456789abcdefABCDEF")])
    return 0;
  errno = 0;
  value = strtoull (text, &end, base);
  if (errno || *end || end == text)
    return 0;
  if (negative ? value > (uint64_t)INT64_MAX + 1 : sign && value > INT64_MAX)
    return 0;
  out->kind = value <= INT64_MAX || negative ? SCALAR_INT : SCALAR_BIG;
  out->big = value;
  out->integer = negative ? (int64_t)-value : (int64_t)value;
  return 1;
}

/* [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)? */
static int
as_float (const char *text, struct scalar *out)
{
  const char *at = text + (*text == '-' || *text == '+');
  size_t whole = digits (at), fraction = 0;
  at += whole;
  if (*at == '.')
    {
      fraction = digits (at + 1);
      at += 1 + fraction;
    }
  if (!whole && !fraction)
    return 0;
  if (*at == 'e' || *at == 'E')
    {
      at += 1 + (at[1] == '-' || at[1] == '+');
      if (!digits (at))
        return 0;
      at += digits (at);
    }
  if (*at)
    return 0;
  out->real = strtod (text, NULL);
  out->kind = isinf (out->real) ? SCALAR_STRING : SCALAR_FLOAT;
  return 1;
}

static void
as_number (const char *text, struct scalar *out)
{
  char plain[NUMBER_MAX];
  size_t n = 0;
  if (*text == '.')
    {
      as_float (text, out);
      return;
    }
  if (is_time (text))
    {
      out->kind = SCALAR_TIME;
      return;
    }
  for (; *text && n + 1 < sizeof plain; text++)
    if (*text != '_')
      plain[n++] = *text;
  plain[n] = '\0';
  if (!*text && !as_integer (plain, out))
    as_float (plain, out);
}

void
scalar_resolve (const char *text, size_t length, struct scalar *out)
{
  *out = (struct scalar){ .kind = SCALAR_STRING };
  if (strlen (text) != length)
    return;
  for (const struct word *w = words; w->text; w++)
    {
      if (strcmp (w->text, text))
        continue;
      out->kind = w->kind;
      out->boolean = w->boolean;
      return;
    }
  if (is_digit (*text) || strchr ("+-.", *text))
    as_number (text, out);
}

/* [-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)? */
int
scalar_base60 (const char *text)
{
  text += *text == '-' || *text == '+';
  if (!is_digit (*text))
    return 0;
  text += strspn (text, "0123456789_");
  if (*text != ':')
    return 0;
  while (*text == ':')
    {
      text++;
      if (!is_digit (*text))
        return 0;
      text += *text <= '5' && is_digit (text[1]) ? 2 : 1;
    }
  if (*text == '.')
    text += 1 + strspn (text + 1, "0123456789_");
  return !*text;
}
