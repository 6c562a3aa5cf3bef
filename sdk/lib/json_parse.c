/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads JSON (RFC 8259) into json-c trees. Not json-c's own reader: that one
 * takes what is no JSON (NaN, names with a NUL in them), knows no lines, and
 * cuts texts short when memory is out.
 */
#include <kbsh/cleanup.h>

#include "json_reader.h"
#include "tree.h"

static int read_value (struct reader *r, json_object **out);

int
json_refuse (struct reader *r, const char *why)
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

int
json_next_is (struct reader *r, char c)
{
  if (r->at == r->end || *r->at != c)
    return 0;
  r->at++;
  return 1;
}

static void
skip_space (struct reader *r)
{
  while (r->at < r->end && *r->at && strchr (" \t\r\n", *r->at))
    r->at++;
}

static int
read_string (struct reader *r, json_object **out)
{
  KBSH_CLEANUP (kbsh_buffer_free) struct kbsh_buffer b = { 0 };
  if (json_read_text (r, &b))
    return -1;
  *out = tree_string (b.data ? b.data : "", b.length, r->err);
  return *out ? 0 : -1;
}

static int
read_member (struct reader *r, json_object *object)
{
  KBSH_CLEANUP (kbsh_buffer_free) struct kbsh_buffer key = { 0 };
  json_object *value = NULL;
  skip_space (r);
  if (!json_next_is (r, '"'))
    return json_refuse (r, "expected a member's name in quotes");
  if (json_read_text (r, &key))
    return -1;
  if (key.data && strlen (key.data) != key.length)
    return json_refuse (r, "a member's name with a NUL in it");
  skip_space (r);
  if (!json_next_is (r, ':'))
    return json_refuse (r, "expected ':' after a member's name");
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
    return json_refuse (r, "more levels than this reader takes");
  *out = end == '}' ? json_object_new_object () : json_object_new_array ();
  if (!*out)
    return kbsh_error_memory (r->err);
  skip_space (r);
  if (!json_next_is (r, end))
    do
      {
        if (read_one (r, *out))
          return -1;
        skip_space (r);
        if (json_next_is (r, end))
          break;
        if (!json_next_is (r, ','))
          return json_refuse (r, end == '}' ? "expected ',' or '}'"
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
    return json_refuse (r, "it ends where a value should be");
  if (json_next_is (r, '{'))
    return read_many (r, out, '}');
  if (json_next_is (r, '['))
    return read_many (r, out, ']');
  if (json_next_is (r, '"'))
    return read_string (r, out);
  if (word (r, "null"))
    return 0;
  if (word (r, "true"))
    *out = json_object_new_boolean (1);
  else if (word (r, "false"))
    *out = json_object_new_boolean (0);
  else
    return json_read_number (r, out);
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
        failed = json_refuse (&r, "text after the end of the value");
    }
  if (!failed)
    return tree;
  json_object_put (tree);
  return NULL;
}
