/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "act/http_ask.h"

#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>

#include "http/protocol.h"

/* Each with its NUL. -1: none. */
static int
add_part (json_object *list, struct iovec *parts, size_t *count,
          const void *data, size_t length)
{
  json_object *number
      = json_object_new_int64 (data ? (int64_t)length : (int64_t)-1);
  if (!number || json_object_array_add (list, number))
    {
      json_object_put (number);
      return -1;
    }
  if (!data)
    return 0;
  parts[(*count)++] = (struct iovec){ (void *)(uintptr_t)data, length };
  parts[(*count)++] = (struct iovec){ (void *)(uintptr_t) "", 1 };
  return 0;
}

static int
add_text_part (json_object *list, struct iovec *parts, size_t *count,
               const char *text)
{
  return add_part (list, parts, count, text, text ? strlen (text) : 0);
}

static int
add_parts (json_object *list, struct iovec *parts, size_t *count,
           const struct http_request *request, const char *headers)
{
  return !list
         || add_part (list, parts, count, request->body, request->body_length)
         || add_text_part (list, parts, count, headers)
         || add_text_part (list, parts, count, request->ca)
         || add_text_part (list, parts, count, request->certificate)
         || add_text_part (list, parts, count, request->key);
}

/* As lines. */
static char *
headers_of (const struct http_request *request)
{
  struct kbsh_buffer lines = { .data = NULL };
  json_object *list = request->headers;
  for (size_t i = 0; list && i < json_object_array_length (list); i++)
    {
      kbsh_buffer_puts (
          &lines, json_object_get_string (json_object_array_get_idx (list, i)));
      kbsh_buffer_puts (&lines, "\n");
    }
  return kbsh_buffer_take (&lines);
}

static int
describe (json_object *json, uint64_t id, const struct http_request *request,
          json_object *list)
{
  struct kbsh_error err;
  int bad = kbsh_json_set_string (&json, "/method", request->method, &err)
            || kbsh_json_set_string (&json, "/url", request->url, &err);
  if (request->unix_socket)
    bad |= kbsh_json_set_string (&json, "/socket", request->unix_socket, &err);
  bad |= json_object_object_add (json, "id", json_object_new_int64 ((int64_t)id))
         | json_object_object_add (json, "timeout",
                                   json_object_new_int64 (request->timeout_ms))
         | json_object_object_add (json, "http2",
                                   json_object_new_boolean (request->http2))
         | json_object_object_add (json, "insecure",
                                   json_object_new_boolean (request->insecure))
         | json_object_object_add (json, "parts", json_object_get (list));
  return bad ? -1 : 0;
}

int
http_ask (struct wire *wire, uint64_t id, const struct http_request *request,
          struct kbsh_error *err)
{
  kbsh_autojson json_object *json = json_object_new_object ();
  kbsh_autojson json_object *list = json_object_new_array ();
  kbsh_autowipe char *headers = headers_of (request);
  struct iovec parts[2 * HTTP_PARTS];
  size_t count = 0;
  if (!json || !list || !headers
      || add_parts (list, parts, &count, request, headers)
      || describe (json, id, request, list))
    return kbsh_error_memory (err);
  return wire_put_parts (wire, json, parts, count, err);
}
