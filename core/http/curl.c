/* SPDX-License-Identifier: Apache-2.0
 *
 * libcurl's multi interface on the event loop: the library that act/http.c
 * opens. The loop is the program's, and reached through what it passed.
 */
#include "config.h"

#include <curl/curl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "act/http.h"
#include "http/identity.h"

struct http
{
  const struct http_loop *at;
  struct loop *loop;
  CURLM *multi;
  uint64_t timer;
  struct identity *identities;
  struct http_call *calls;
};

struct http_call
{
  struct http *http;
  CURL *easy;
  struct curl_slist *headers;
  struct http_response response;
  char error[CURL_ERROR_SIZE];
  int too_much;
  http_done *done;
  void *data;
  struct http_call *next;
};

/* ---------------------------------------------------------------- */
/* What arrives                                                      */

static size_t
take (struct http_call *call, struct kbsh_buffer *to, const char *data,
      size_t length, size_t most)
{
  if (to->length + length > most)
    {
      call->too_much = 1;
      return 0;
    }
  kbsh_buffer_add (to, data, length);
  return to->failed ? 0 : length;
}

static size_t
take_body (char *data, size_t size, size_t count, void *user)
{
  struct http_call *call = user;
  return take (call, &call->response.body, data, size * count, HTTP_MOST_BODY);
}

/* Headers and, behind the body, trailers. Each status line begins anew: what
 * came before it was no answer yet (100 Continue). */
static size_t
take_header (char *data, size_t size, size_t count, void *user)
{
  struct http_call *call = user;
  struct kbsh_buffer *headers = &call->response.headers;
  size_t length = size * count, text = length;
  if (length > 5 && !strncasecmp (data, "HTTP/", 5))
    {
      headers->length = 0;
      return length;
    }
  while (text && strchr ("\r\n", data[text - 1]))
    text--;
  if (!text)
    return length;
  if (!take (call, headers, data, text, HTTP_MOST_HEADERS)
      || !take (call, headers, "\n", 1, HTTP_MOST_HEADERS))
    return 0;
  return length;
}

/* ---------------------------------------------------------------- */
/* The loop                                                          */

static void
call_free (struct http_call *call)
{
  struct http_call **place = &call->http->calls;
  while (*place && *place != call)
    place = &(*place)->next;
  if (*place)
    *place = call->next;
  if (call->easy)
    {
      curl_multi_remove_handle (call->http->multi, call->easy);
      curl_easy_cleanup (call->easy);
    }
  curl_slist_free_all (call->headers);
  kbsh_buffer_free (&call->response.headers);
  kbsh_buffer_free (&call->response.body);
  free (call);
}

static void
call_over (struct http_call *call, CURLcode code)
{
  struct http_response *response = &call->response;
  long status = 0;
  const char *why = call->error[0] ? call->error : curl_easy_strerror (code);
  if (!code)
    curl_easy_getinfo (call->easy, CURLINFO_RESPONSE_CODE, &status);
  else if (call->too_much)
    why = "the answer is larger than 32 MiB";
  response->status = (int)status;
  if (!status)
    {
      /* Half an answer is none. */
      kbsh_buffer_free (&response->headers);
      kbsh_buffer_free (&response->body);
      strncpy (response->reason, why, sizeof response->reason - 1);
    }
  /* `done` may look at nothing but the response, and may start another. */
  curl_multi_remove_handle (call->http->multi, call->easy);
  call->done (response, call->data);
  call_free (call);
}

static void
look_for_ends (struct http *http)
{
  CURLMsg *message;
  int left;
  while ((message = curl_multi_info_read (http->multi, &left)))
    {
      struct http_call *call = NULL;
      CURLcode code = message->data.result;
      if (message->msg != CURLMSG_DONE)
        continue;
      curl_easy_getinfo (message->easy_handle, CURLINFO_PRIVATE, &call);
      call_over (call, code);
    }
}

static void
socket_ready (int fd, int events, void *data)
{
  struct http *http = data;
  int running, mask = 0;
  if (events & POLLIN)
    mask |= CURL_CSELECT_IN;
  if (events & POLLOUT)
    mask |= CURL_CSELECT_OUT;
  curl_multi_socket_action (http->multi, fd, mask, &running);
  look_for_ends (http);
}

static int
socket_wanted (CURL *easy, curl_socket_t fd, int what, void *user, void *socket)
{
  struct http *http = user;
  int events = 0;
  (void)easy;
  (void)socket;
  if (what & CURL_POLL_IN && what != CURL_POLL_REMOVE)
    events |= POLLIN;
  if (what & CURL_POLL_OUT && what != CURL_POLL_REMOVE)
    events |= POLLOUT;
  return http->at->fd (http->loop, fd, events, socket_ready, http, NULL);
}

static void
timer_over (void *data)
{
  struct http *http = data;
  int running;
  http->timer = 0;
  curl_multi_socket_action (http->multi, CURL_SOCKET_TIMEOUT, 0, &running);
  look_for_ends (http);
}

static int
timer_wanted (CURLM *multi, long ms, void *user)
{
  struct http *http = user;
  (void)multi;
  http->at->cancel (http->loop, http->timer);
  http->timer = 0;
  if (ms < 0)
    return 0;
  http->timer = http->at->timer (http->loop, ms, timer_over, http, NULL);
  return http->timer ? 0 : -1;
}

static int
curl_new (const struct http_loop *at, struct loop *loop, struct http **out,
          struct kbsh_error *err)
{
  struct http *http = calloc (1, sizeof *http);
  if (!http)
    return kbsh_error_memory (err);
  http->at = at;
  http->loop = loop;
  if (!curl_global_init (CURL_GLOBAL_DEFAULT))
    http->multi = curl_multi_init ();
  if (!http->multi)
    {
      free (http);
      return kbsh_error_set (err, "cannot set up HTTP (libcurl)");
    }
  curl_multi_setopt (http->multi, CURLMOPT_SOCKETFUNCTION, socket_wanted);
  curl_multi_setopt (http->multi, CURLMOPT_SOCKETDATA, http);
  curl_multi_setopt (http->multi, CURLMOPT_TIMERFUNCTION, timer_wanted);
  curl_multi_setopt (http->multi, CURLMOPT_TIMERDATA, http);
  curl_multi_setopt (http->multi, CURLMOPT_MAXCONNECTS, 16L);
  *out = http;
  return 0;
}

static void
curl_free_all (struct http *http)
{
  if (!http)
    return;
  while (http->calls)
    call_free (http->calls);
  curl_multi_cleanup (http->multi);
  http->at->cancel (http->loop, http->timer);
  identity_free (http->identities);
  curl_global_cleanup ();
  free (http);
}

/* ---------------------------------------------------------------- */
/* What is sent                                                      */

static int
add_header (struct http_call *call, const char *line)
{
  struct curl_slist *more = curl_slist_append (call->headers, line);
  if (!more)
    return -1;
  call->headers = more;
  return 0;
}

static int
has_header (json_object *list, const char *name)
{
  size_t length = strlen (name);
  for (size_t i = 0; list && i < json_object_array_length (list); i++)
    if (!strncasecmp (
            json_object_get_string (json_object_array_get_idx (list, i)), name,
            length))
      return 1;
  return 0;
}

static int
set_headers (struct http_call *call, const struct http_request *request)
{
  size_t count
      = request->headers ? json_object_array_length (request->headers) : 0;
  for (size_t i = 0; i < count; i++)
    if (add_header (call, json_object_get_string (
                              json_object_array_get_idx (request->headers, i))))
      return -1;
  /* libcurl adds headers of its own for a body; these are not wanted. */
  if (request->body
      && (add_header (call, "Expect:")
          || (!has_header (request->headers, "Content-Type:")
              && add_header (call, "Content-Type:"))))
    return -1;
  return curl_easy_setopt (call->easy, CURLOPT_HTTPHEADER, call->headers);
}

static int
set_what (struct http_call *call, const struct http_request *request)
{
  CURL *easy = call->easy;
  int bad = curl_easy_setopt (easy, CURLOPT_URL, request->url);
  if (request->body)
    {
      bad |= curl_easy_setopt (easy, CURLOPT_POSTFIELDSIZE_LARGE,
                               (curl_off_t)request->body_length);
      bad |= curl_easy_setopt (easy, CURLOPT_POSTFIELDS, request->body);
    }
  if (!strcmp (request->method, "HEAD"))
    bad |= curl_easy_setopt (easy, CURLOPT_NOBODY, 1L);
  else
    bad |= curl_easy_setopt (easy, CURLOPT_CUSTOMREQUEST, request->method);
  bad |= curl_easy_setopt (easy, CURLOPT_PROTOCOLS_STR, "http,https");
  bad |= curl_easy_setopt (easy, CURLOPT_HTTP_VERSION,
                           (long)(request->http2
                                      ? CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE
                                      : CURL_HTTP_VERSION_2TLS));
  /* libcurl 7.88 cannot use such a connection for a second request. */
  if (request->http2)
    bad |= curl_easy_setopt (easy, CURLOPT_FORBID_REUSE, 1L)
           | curl_easy_setopt (easy, CURLOPT_FRESH_CONNECT, 1L);
  bad |= curl_easy_setopt (easy, CURLOPT_TIMEOUT_MS, (long)request->timeout_ms);
  bad |= curl_easy_setopt (easy, CURLOPT_NOSIGNAL, 1L);
  bad |= curl_easy_setopt (easy, CURLOPT_USERAGENT,
                           PACKAGE_NAME "/" PACKAGE_VERSION);
  if (request->unix_socket)
    {
      bad |= curl_easy_setopt (easy, CURLOPT_UNIX_SOCKET_PATH,
                               request->unix_socket);
      bad |= curl_easy_setopt (easy, CURLOPT_PROXY, "");
    }
  return bad || set_headers (call, request) ? -1 : 0;
}

static int
set_file (struct http_call *call, CURLoption option, const char *pem,
          struct kbsh_error *err)
{
  const char *path;
  if (!pem)
    return 0;
  path = identity_path (&call->http->identities, pem, err);
  if (!path)
    return -1;
  if (curl_easy_setopt (call->easy, option, path))
    return kbsh_error_memory (err);
  return 0;
}

static int
set_who (struct http_call *call, const struct http_request *request,
         struct kbsh_error *err)
{
  if (request->insecure)
    {
      /* libcurl would read all that the machine trusts all the same. */
      curl_easy_setopt (call->easy, CURLOPT_CAINFO, NULL);
      curl_easy_setopt (call->easy, CURLOPT_CAPATH, NULL);
      curl_easy_setopt (call->easy, CURLOPT_SSL_VERIFYPEER, 0L);
      curl_easy_setopt (call->easy, CURLOPT_SSL_VERIFYHOST, 0L);
    }
  if (set_file (call, CURLOPT_CAINFO, request->ca, err)
      || set_file (call, CURLOPT_SSLCERT, request->certificate, err)
      || set_file (call, CURLOPT_SSLKEY, request->key, err))
    return -1;
  /* The given authority alone, not the machine's list beside it. */
  if (request->ca)
    curl_easy_setopt (call->easy, CURLOPT_CAPATH, NULL);
  return 0;
}

static int
set_taking (struct http_call *call)
{
  CURL *easy = call->easy;
  int bad = curl_easy_setopt (easy, CURLOPT_WRITEFUNCTION, take_body);
  bad |= curl_easy_setopt (easy, CURLOPT_WRITEDATA, call);
  bad |= curl_easy_setopt (easy, CURLOPT_HEADERFUNCTION, take_header);
  bad |= curl_easy_setopt (easy, CURLOPT_HEADERDATA, call);
  bad |= curl_easy_setopt (easy, CURLOPT_ERRORBUFFER, call->error);
  bad |= curl_easy_setopt (easy, CURLOPT_PRIVATE, call);
  return bad ? -1 : 0;
}

static int
curl_start (struct http *http, const struct http_request *request,
            http_done *done, void *data, struct http_call **out,
            struct kbsh_error *err)
{
  struct http_call *call = calloc (1, sizeof *call);
  int bad;
  if (!call)
    return kbsh_error_memory (err);
  call->http = http;
  call->done = done;
  call->data = data;
  call->next = http->calls;
  http->calls = call;
  call->easy = curl_easy_init ();
  bad = !call->easy || set_what (call, request) || set_taking (call)
            ? kbsh_error_memory (err)
            : set_who (call, request, err);
  if (!bad && curl_multi_add_handle (http->multi, call->easy))
    bad = kbsh_error_memory (err);
  if (bad)
    {
      call_free (call);
      return -1;
    }
  *out = call;
  return 0;
}

const struct http_library http_library = {
  .version = PACKAGE_VERSION,
  .open = curl_new,
  .close = curl_free_all,
  .start = curl_start,
  .cancel = call_free,
};
