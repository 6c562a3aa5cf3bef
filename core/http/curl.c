/* SPDX-License-Identifier: Apache-2.0
 *
 * libcurl's multi interface on the event loop.
 */
#include "config.h"

#include <curl/curl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "http/curl.h"
#include "http/identity.h"
#include "http/memory.h"
#include "http/protocol.h"

#define CONNECTIONS 16L /* kept for further requests */

struct curl
{
  struct loop *loop;
  CURLM *multi;
  uint64_t timer;
  struct identity *identities;
  struct call *calls;
};

struct call
{
  struct curl *curl;
  CURL *easy;
  struct curl_slist *headers;
  struct answer answer;
  char error[CURL_ERROR_SIZE];
  int too_much;
  call_done *done;
  void *data;
  struct call *next;
};

/* ---------------------------------------------------------------- */
/* What arrives                                                      */

static size_t
take (struct call *call, struct kbsh_buffer *to, const char *data,
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
  struct call *call = user;
  return take (call, &call->answer.body, data, size * count, HTTP_MOST_BODY);
}

/* Headers and, behind the body, trailers. Each status line begins anew: what
 * came before it was no answer yet (100 Continue). */
static size_t
take_header (char *data, size_t size, size_t count, void *user)
{
  struct call *call = user;
  struct kbsh_buffer *headers = &call->answer.headers;
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

void
call_cancel (struct call *call)
{
  struct call **place = &call->curl->calls;
  while (*place && *place != call)
    place = &(*place)->next;
  if (*place)
    *place = call->next;
  if (call->easy)
    {
      curl_multi_remove_handle (call->curl->multi, call->easy);
      curl_easy_cleanup (call->easy);
    }
  curl_slist_free_all (call->headers);
  kbsh_buffer_free (&call->answer.headers);
  kbsh_buffer_free (&call->answer.body);
  free (call);
}

static void
call_over (struct call *call, CURLcode code)
{
  struct answer *answer = &call->answer;
  long status = 0;
  const char *why = call->error[0] ? call->error : curl_easy_strerror (code);
  if (!code)
    curl_easy_getinfo (call->easy, CURLINFO_RESPONSE_CODE, &status);
  else if (call->too_much)
    why = "the answer is larger than 32 MiB";
  answer->status = (int)status;
  if (!status)
    {
      /* Half an answer is none. */
      kbsh_buffer_free (&answer->headers);
      kbsh_buffer_free (&answer->body);
      strncpy (answer->reason, why, sizeof answer->reason - 1);
      answer->untrusted = code == CURLE_PEER_FAILED_VERIFICATION
                          || code == CURLE_SSL_ISSUER_ERROR;
    }
  /* `done` may look at nothing but the answer, and may start another. */
  curl_multi_remove_handle (call->curl->multi, call->easy);
  call->done (answer, call->data);
  call_cancel (call);
}

static void
look_for_ends (struct curl *curl)
{
  CURLMsg *message;
  int left;
  while ((message = curl_multi_info_read (curl->multi, &left)))
    {
      struct call *call = NULL;
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
  struct curl *curl = data;
  int running, mask = 0;
  if (events & POLLIN)
    mask |= CURL_CSELECT_IN;
  if (events & POLLOUT)
    mask |= CURL_CSELECT_OUT;
  curl_multi_socket_action (curl->multi, fd, mask, &running);
  look_for_ends (curl);
}

static int
socket_wanted (CURL *easy, curl_socket_t fd, int what, void *user, void *socket)
{
  struct curl *curl = user;
  int events = 0;
  (void)easy;
  (void)socket;
  if (what & CURL_POLL_IN && what != CURL_POLL_REMOVE)
    events |= POLLIN;
  if (what & CURL_POLL_OUT && what != CURL_POLL_REMOVE)
    events |= POLLOUT;
  return loop_fd (curl->loop, fd, events, socket_ready, curl, NULL);
}

static void
timer_over (void *data)
{
  struct curl *curl = data;
  int running;
  curl->timer = 0;
  curl_multi_socket_action (curl->multi, CURL_SOCKET_TIMEOUT, 0, &running);
  look_for_ends (curl);
}

static int
timer_wanted (CURLM *multi, long ms, void *user)
{
  struct curl *curl = user;
  (void)multi;
  loop_timer_cancel (curl->loop, curl->timer);
  curl->timer = 0;
  if (ms < 0)
    return 0;
  curl->timer = loop_timer (curl->loop, ms, timer_over, curl, NULL);
  return curl->timer ? 0 : -1;
}

int
curl_open (struct loop *loop, struct curl **out)
{
  struct curl *curl = calloc (1, sizeof *curl);
  if (!curl)
    return -1;
  curl->loop = loop;
  if (!curl_global_init_mem (CURL_GLOBAL_DEFAULT, memory_get, memory_free,
                             memory_resize, memory_text, memory_array))
    curl->multi = curl_multi_init ();
  if (!curl->multi)
    {
      free (curl);
      return -1;
    }
  curl_multi_setopt (curl->multi, CURLMOPT_SOCKETFUNCTION, socket_wanted);
  curl_multi_setopt (curl->multi, CURLMOPT_SOCKETDATA, curl);
  curl_multi_setopt (curl->multi, CURLMOPT_TIMERFUNCTION, timer_wanted);
  curl_multi_setopt (curl->multi, CURLMOPT_TIMERDATA, curl);
  curl_multi_setopt (curl->multi, CURLMOPT_MAXCONNECTS, CONNECTIONS);
  *out = curl;
  return 0;
}

void
curl_close (struct curl *curl)
{
  while (curl->calls)
    call_cancel (curl->calls);
  curl_multi_cleanup (curl->multi);
  loop_timer_cancel (curl->loop, curl->timer);
  identity_free (curl->identities);
  curl_global_cleanup ();
  free (curl);
}

/* ---------------------------------------------------------------- */
/* What is sent                                                      */

static int
add_header (struct call *call, const char *line)
{
  struct curl_slist *more = curl_slist_append (call->headers, line);
  if (!more)
    return -1;
  call->headers = more;
  return 0;
}

/* Each line of `lines` as a header; `typed` when one is the body's type. */
static int
add_lines (struct call *call, const char *lines, int *typed)
{
  while (lines && *lines)
    {
      size_t length = strcspn (lines, "\n");
      char *line = strndup (lines, length);
      int bad = !line || add_header (call, line);
      if (line)
        explicit_bzero (line, length);
      free (line);
      if (bad)
        return -1;
      if (!strncasecmp (lines, "Content-Type:", 13))
        *typed = 1;
      lines += length + (lines[length] == '\n');
    }
  return 0;
}

static int
set_headers (struct call *call, const struct ask *ask)
{
  int typed = 0;
  if (add_lines (call, ask->headers, &typed))
    return -1;
  /* libcurl adds headers of its own for a body; these are not wanted. */
  if (ask->body
      && (add_header (call, "Expect:")
          || (!typed && add_header (call, "Content-Type:"))))
    return -1;
  return curl_easy_setopt (call->easy, CURLOPT_HTTPHEADER, call->headers);
}

static int
set_what (struct call *call, const struct ask *ask)
{
  CURL *easy = call->easy;
  int bad = curl_easy_setopt (easy, CURLOPT_URL, ask->url);
  if (ask->body)
    {
      bad |= curl_easy_setopt (easy, CURLOPT_POSTFIELDSIZE_LARGE,
                               (curl_off_t)ask->body_length);
      bad |= curl_easy_setopt (easy, CURLOPT_POSTFIELDS, ask->body);
    }
  if (!strcmp (ask->method, "HEAD"))
    bad |= curl_easy_setopt (easy, CURLOPT_NOBODY, 1L);
  else
    bad |= curl_easy_setopt (easy, CURLOPT_CUSTOMREQUEST, ask->method);
  bad |= curl_easy_setopt (easy, CURLOPT_PROTOCOLS_STR, "http,https");
  bad |= curl_easy_setopt (easy, CURLOPT_HTTP_VERSION,
                           (long)(ask->http2
                                      ? CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE
                                      : CURL_HTTP_VERSION_2TLS));
  /* libcurl 7.88 cannot use such a connection for a second request. */
  if (ask->http2)
    bad |= curl_easy_setopt (easy, CURLOPT_FORBID_REUSE, 1L)
           | curl_easy_setopt (easy, CURLOPT_FRESH_CONNECT, 1L);
  bad |= curl_easy_setopt (easy, CURLOPT_TIMEOUT_MS, ask->timeout_ms);
  bad |= curl_easy_setopt (easy, CURLOPT_NOSIGNAL, 1L);
  /* A look-up of a name that hangs holds nothing up but its own request. */
  bad |= curl_easy_setopt (easy, CURLOPT_QUICK_EXIT, 1L);
  bad |= curl_easy_setopt (easy, CURLOPT_USERAGENT,
                           PACKAGE_NAME "/" PACKAGE_VERSION);
  if (ask->unix_socket)
    {
      bad |= curl_easy_setopt (easy, CURLOPT_UNIX_SOCKET_PATH,
                               ask->unix_socket);
      bad |= curl_easy_setopt (easy, CURLOPT_PROXY, "");
    }
  return bad || set_headers (call, ask) ? -1 : 0;
}

static int
set_file (struct call *call, CURLoption option, const char *pem)
{
  const char *path;
  if (!pem)
    return 0;
  path = identity_path (&call->curl->identities, pem);
  return path && !curl_easy_setopt (call->easy, option, path) ? 0 : -1;
}

static int
set_who (struct call *call, const struct ask *ask)
{
  if (ask->insecure)
    {
      /* libcurl would read all that the machine trusts all the same. */
      curl_easy_setopt (call->easy, CURLOPT_CAINFO, NULL);
      curl_easy_setopt (call->easy, CURLOPT_CAPATH, NULL);
      curl_easy_setopt (call->easy, CURLOPT_SSL_VERIFYPEER, 0L);
      curl_easy_setopt (call->easy, CURLOPT_SSL_VERIFYHOST, 0L);
    }
  if (set_file (call, CURLOPT_CAINFO, ask->ca)
      || set_file (call, CURLOPT_SSLCERT, ask->certificate)
      || set_file (call, CURLOPT_SSLKEY, ask->key))
    return -1;
  /* The given authority alone, not the machine's list beside it. */
  if (ask->ca)
    curl_easy_setopt (call->easy, CURLOPT_CAPATH, NULL);
  return 0;
}

static int
set_taking (struct call *call)
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

int
call_start (struct curl *curl, const struct ask *ask, call_done *done,
            void *data, struct call **out)
{
  struct call *call = calloc (1, sizeof *call);
  if (!call)
    return -1;
  call->curl = curl;
  call->done = done;
  call->data = data;
  call->next = curl->calls;
  curl->calls = call;
  call->easy = curl_easy_init ();
  if (!call->easy || set_what (call, ask) || set_taking (call)
      || set_who (call, ask) || curl_multi_add_handle (curl->multi, call->easy))
    {
      call_cancel (call);
      return -1;
    }
  *out = call;
  return 0;
}
