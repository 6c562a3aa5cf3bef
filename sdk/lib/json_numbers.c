/* SPDX-License-Identifier: Apache-2.0
 *
 * Numbers of JSON, whole where they have a place in 64 bits.
 */
#include "json_reader.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_MAX 400

static int
digits (struct reader *r)
{
  const char *start = r->at;
  while (r->at < r->end && *r->at >= '0' && *r->at <= '9')
    r->at++;
  return r->at > start;
}

/* Pass over a number: 0 an integer, 1 a fraction, -1 neither. */
static int
number_form (struct reader *r)
{
  int form = 0;
  json_next_is (r, '-');
  if (!json_next_is (r, '0') && !digits (r))
    return -1;
  if (json_next_is (r, '.'))
    {
      form = 1;
      if (!digits (r))
        return -1;
    }
  if (json_next_is (r, 'e') || json_next_is (r, 'E'))
    {
      form = 1;
      if (!json_next_is (r, '+'))
        json_next_is (r, '-');
      if (!digits (r))
        return -1;
    }
  return form;
}

/* An integer that has a place in 64 bits; 1 when it has none. */
static int
read_integer (const char *text, json_object **out)
{
  errno = 0;
  long long number = strtoll (text, NULL, 10);
  if (!errno)
    {
      *out = json_object_new_int64 (number);
      return 0;
    }
  errno = 0;
  unsigned long long big = strtoull (text, NULL, 10);
  if (errno || *text == '-')
    return 1;
  *out = json_object_new_uint64 (big);
  return 0;
}

int
json_read_number (struct reader *r, json_object **out)
{
  char text[NUMBER_MAX];
  const char *start = r->at;
  int form = number_form (r);
  size_t length = (size_t)(r->at - start);
  if (form < 0 || length >= sizeof text)
    return json_refuse (r, form < 0 ? "neither a value nor a number"
                                    : "a number of too many digits");
  memcpy (text, start, length);
  text[length] = '\0';
  if (form || read_integer (text, out))
    {
      double number = strtod (text, NULL);
      if (isinf (number))
        return json_refuse (r, "a number that is too large");
      *out = json_object_new_double (number);
    }
  return *out ? 0 : kbsh_error_memory (r->err);
}
