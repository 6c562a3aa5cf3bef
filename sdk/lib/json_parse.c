/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads JSON (RFC 8259) into json-c trees. Not json-c's own reader: that one
 * takes what is no JSON (NaN, names with a NUL in them), knows no lines, and
 * cuts texts short when memory is out.
 */
#include <kbsh/cleanup.h>
#include <kbsh/json.h>

#include <errno.h>
#include <math.h>

#include "tree.h"

#define NUMBER_MAX 400

struct reader
{
  const char *start, *at, *end;
  int depth;
  struct kbsh_error *err;
};

static int read_value (struct reader *r, json_object **out);

static int
refuse (struct reader *r, const char *why)
{
  int line = 1, column = 1;
  for (const char *c = r->start; c < r->at; c++)
    if (*c == '\n')
      {
        line++;
        column = 1;
      }
    else if (((unsigned char)*c & 0xc0) != 0x80)
      column++;
  kbsh_error_set (r->err, "not valid JSON");
  kbsh_error_why (r->err, "%s", why);
  return kbsh_error_at (r->err, NULL, line, column);
}

static void
skip_space (struct reader *r)
{
  while (r->at < r->end && *r->at && strchr (" \t\r\n", *r->at))
    r->at++;
}

static int
next_is (struct reader *r, char c)
{
  if (r->at == r->end || *r->at != c)
    return 0;
  r->at++;
  return 1;
}

size_t
tree_utf8 (const char *s, size_t left)
{
  const unsigned char *u = (const unsigned char *)s;
  size_t n = u[0] < 0x80   ? 1
             : u[0] < 0xc2 ? 0
             : u[0] < 0xe0 ? 2
             : u[0] < 0xf0 ? 3
             : u[0] < 0xf5 ? 4
                           : 0;
  if (!n || n > left)
    return 0;
  for (size_t i = 1; i < n; i++)
    if ((u[i] & 0xc0) != 0x80)
      return 0;
  if ((u[0] == 0xe0 && u[1] < 0xa0) || (u[0] == 0xed && u[1] > 0x9f)
      || (u[0] == 0xf0 && u[1] < 0x90) || (u[0] == 0xf4 && u[1] > 0x8f))
    return 0;
  return n;
}

static void
add_utf8 (struct kbsh_buffer *b, uint32_t c)
{
  char out[4];
  size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  static const unsigned char lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
  for (size_t i = n; i-- > 1; c >>= 6)
    out[i] = (char)(0x80 | (c & 0x3f));
  out[0] = (char)(lead[n] | c);
  kbsh_buffer_add (b, out, n);
}

static int
read_hex (struct reader *r, uint32_t *out)
{
  *out = 0;
  for (int i = 0; i < 4; i++, r->at++)
    {
      const char *digits = "0123456789abcdef";
      const char *found;
      if (r->at == r->end || !*r->at
          || !(found = strchr (digits, *r->at | 0x20)))
        return refuse (r, "\\u needs four hexadecimal digits");
      *out = *out << 4 | (uint32_t)(found - digits);
    }
  return 0;
}

static int
read_unicode (struct reader *r, struct kbsh_buffer *b)
{
  uint32_t c, low;
  if (read_hex (r, &c))
    return -1;
  if (c >= 0xd800 && c < 0xdc00)
    {
      if (!next_is (r, '\\') || !next_is (r, 'u'))
        return refuse (r, "half of a surrogate pair");
      if (read_hex (r, &low))
        return -1;
      if (low < 0xdc00 || low > 0xdfff)
        return refuse (r, "half of a surrogate pair");
      c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
    }
  else if (c >= 0xdc00 && c < 0xe000)
    return refuse (r, "half of a surrogate pair");
  add_utf8 (b, c);
  return 0;
}

static int
read_escape (struct reader *r, struct kbsh_buffer *b)
{
  static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
  const char *found;
  if (next_is (r, 'u'))
    return read_unicode (r, b);
  if (r->at == r->end || !*r->at || !(found = strchr (from, *r->at)))
    return refuse (r, "an escape that JSON does not know");
  kbsh_buffer_add (b, to + (found - from), 1);
  r->at++;
  return 0;
}

static int
read_text (struct reader *r, struct kbsh_buffer *b)
{
  while (r->at < r->end && *r->at != '"')
    {
      size_t n = tree_utf8 (r->at, (size_t)(r->end - r->at));
      if (!n)
        return refuse (r, "bytes that are not UTF-8");
      if ((unsigned char)*r->at < 0x20)
        return refuse (r, "a control character inside of a string");
      if (next_is (r, '\\'))
        {
          if (read_escape (r, b))
            return -1;
          continue;
        }
      kbsh_buffer_add (b, r->at, n);
      r->at += n;
    }
  if (!next_is (r, '"'))
    return refuse (r, "a string that does not end");
  return b->failed ? kbsh_error_memory (r->err) : 0;
}

static int
read_string (struct reader *r, json_object **out)
{
  KBSH_CLEANUP (kbsh_buffer_free) struct kbsh_buffer b = { 0 };
  if (read_text (r, &b))
    return -1;
  *out = tree_string (b.data ? b.data : "", b.length, r->err);
  return *out ? 0 : -1;
}

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
  next_is (r, '-');
  if (!next_is (r, '0') && !digits (r))
    return -1;
  if (next_is (r, '.'))
    {
      form = 1;
      if (!digits (r))
        return -1;
    }
  if (next_is (r, 'e') || next_is (r, 'E'))
    {
      form = 1;
      if (!next_is (r, '+'))
        next_is (r, '-');
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

static int
read_number (struct reader *r, json_object **out)
{
  char text[NUMBER_MAX];
  const char *start = r->at;
  int form = number_form (r);
  size_t length = (size_t)(r->at - start);
  if (form < 0 || length >= sizeof text)
    return refuse (r, form < 0 ? "neither a value nor a number"
                               : "a number of too many digits");
  memcpy (text, start, length);
  text[length] = '\0';
  if (form || read_integer (text, out))
    {
      double number = strtod (text, NULL);
      if (isinf (number))
        return refuse (r, "a number that is too large");
      *out = json_object_new_double (number);
    }
  return *out ? 0 : kbsh_error_memory (r->err);
}

static int
read_member (struct reader *r, json_object *object)
{
  KBSH_CLEANUP (kbsh_buffer_free) struct kbsh_buffer key = { 0 };
  json_object *value = NULL;
  skip_space (r);
  if (!next_is (r, '"'))
    return refuse (r, "expected a member's name in quotes");
  if (read_text (r, &key))
    return -1;
  if (key.data && strlen (key.data) != key.length)
    return refuse (r, "a member's name with a NUL in it");
  skip_space (r);
  if (!next_is (r, ':'))
    return refuse (r, "expected ':' after a member's name");
  if (read_value (r, &value))
    {
      json_object_put (value);
      return -1;
    }
  return tree_add (object, key.data ? key.data : "", value, r->err);
}

static int
read_element (struct reader *r, json_object *list)
{
  json_object *value = NULL;
  if (read_value (r, &value))
    {
      json_object_put (value);
      return -1;
    }
  return tree_append (list, value, r->err);
}

static int
read_many (struct reader *r, json_object **out, char end)
{
  int (*read_one) (struct reader *, json_object *)
      = end == '}' ? read_member : read_element;
  if (++r->depth > JSON_DEPTH)
    return refuse (r, "more levels than this reader takes");
  *out = end == '}' ? json_object_new_object () : json_object_new_array ();
  if (!*out)
    return kbsh_error_memory (r->err);
  skip_space (r);
  if (!next_is (r, end))
    do
      {
        if (read_one (r, *out))
          return -1;
        skip_space (r);
        if (next_is (r, end))
          break;
        if (!next_is (r, ','))
          return refuse (r, end == '}' ? "expected ',' or '}'"
                                       : "expected ',' or ']'");
      }
    while (1);
  r->depth--;
  return 0;
}

static int
word (struct reader *r, const char *text)
{
  size_t length = strlen (text);
  if ((size_t)(r->end - r->at) < length || memcmp (r->at, text, length))
    return 0;
  r->at += length;
  return 1;
}

static int
read_value (struct reader *r, json_object **out)
{
  skip_space (r);
  if (r->at == r->end)
    return refuse (r, "it ends where a value should be");
  if (next_is (r, '{'))
    return read_many (r, out, '}');
  if (next_is (r, '['))
    return read_many (r, out, ']');
  if (next_is (r, '"'))
    return read_string (r, out);
  if (word (r, "null"))
    return 0;
  if (word (r, "true"))
    *out = json_object_new_boolean (1);
  else if (word (r, "false"))
    *out = json_object_new_boolean (0);
  else
    return read_number (r, out);
  return *out ? 0 : kbsh_error_memory (r->err);
}

json_object *
kbsh_json_parse (const char *text, size_t length, struct kbsh_error *err)
{
  struct reader r = { text, text, text + length, 0, err };
  json_object *tree = NULL;
  int failed = read_value (&r, &tree);
  if (!failed)
    {
      skip_space (&r);
      if (r.at != r.end)
        failed = refuse (&r, "text after the end of the value");
    }
  if (!failed)
    return tree;
  json_object_put (tree);
  return NULL;
}
