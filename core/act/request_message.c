/* SPDX-License-Identifier: Apache-2.0
 *
 * What a worker sent for a request: read strictly, for nobody has looked at it
 * before.
 */
#include "config.h"

#include "act/request.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kbsh/json.h>
#include <kbsh/plugin.h>
#include <kbsh/text.h>

#define PARTS 4 /* body, ca, certificate, key */

/* A part of the bytes as a text of its own. */
static int
take_part (const struct message *message, int64_t length, size_t *at,
           char **out)
{
  if (length < 0)
    return 0;
  if ((uint64_t)length > message->blob_length - *at)
    return -1;
  *out = malloc ((size_t)length + 1);
  if (!*out)
    return -1;
  memcpy (*out, (char *)message->blob + *at, (size_t)length);
  (*out)[length] = '\0';
  *at += (size_t)length;
  return 0;
}

static int
take_parts (struct request *request)
{
  struct message *message = &request->order->message;
  json_object *list = kbsh_json_at (message->json, "/parts");
  int64_t lengths[PARTS];
  size_t at = 0;
  if (!json_object_is_type (list, json_type_array)
      || json_object_array_length (list) != PARTS)
    return -1;
  for (size_t i = 0; i < PARTS; i++)
    lengths[i] = json_object_get_int64 (json_object_array_get_idx (list, i));
  if (lengths[0] > 0 && (uint64_t)lengths[0] > message->blob_length)
    return -1;
  /* The body stays where it is: it may be large. */
  request->http.body = lengths[0] >= 0 ? message->blob : NULL;
  request->http.body_length = lengths[0] >= 0 ? (size_t)lengths[0] : 0;
  at = request->http.body_length;
  if (take_part (message, lengths[1], &at, &request->ca)
      || take_part (message, lengths[2], &at, &request->certificate)
      || take_part (message, lengths[3], &at, &request->key))
    return -1;
  request->http.ca = request->ca;
  request->http.certificate = request->certificate;
  request->http.key = request->key;
  return 0;
}

static int
good_headers (json_object *list)
{
  if (!list)
    return 1;
  if (!json_object_is_type (list, json_type_array))
    return 0;
  for (size_t i = 0; i < json_object_array_length (list); i++)
    {
      json_object *one = json_object_array_get_idx (list, i);
      const char *text = json_object_is_type (one, json_type_string)
                             ? json_object_get_string (one)
                             : "";
      if (!strchr (text, ':') || strpbrk (text, "\r\n"))
        return 0;
    }
  return 1;
}

/* A word in capital letters. */
static int
good_method (const char *method)
{
  size_t length = method ? strspn (method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") : 0;
  return length > 0 && length < 16 && !method[length];
}

static int
good_url (const char *url)
{
  return url && (!strncmp (url, "http://", 7) || !strncmp (url, "https://", 8))
         && !url[strcspn (url, " \t\r\n\\\"<>")];
}

int
request_read (struct request *request)
{
  struct order *order = request->order;
  struct http_request *http = &request->http;
  http->method = order_string (order, "method");
  http->url = order_string (order, "url");
  http->unix_socket = order_string (order, "socket");
  http->headers = kbsh_json_at (order->message.json, "/headers");
  http->timeout_ms = order_int (order, "timeout", 0);
  http->http2 = order_has (order, KBSH_HTTP2);
  http->insecure = order_has (order, KBSH_INSECURE);
  request->subject = order_string (order, "subject");
  request->expect = (int)order_int (order, "expect", 0);
  if (http->timeout_ms <= 0)
    http->timeout_ms = TIMEOUT_MS;
  if (http->timeout_ms > INT_MAX)
    http->timeout_ms = INT_MAX;
  request->deadline = kbsh_now_ms () + http->timeout_ms;
  if (!good_method (http->method) || !good_url (http->url)
      || !good_headers (http->headers) || take_parts (request))
    return -1;
  request->looks = !strcmp (http->method, "GET")
                   || !strcmp (http->method, "HEAD")
                   || order_has (order, KBSH_QUERY);
  snprintf (request->target, sizeof request->target, "%s %s", http->method,
            http->url);
  return 0;
}
