/* SPDX-License-Identifier: Apache-2.0
 *
 * Questions to etcd's JSON gateway, which takes every call as a POST.
 */
#include "etcd.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <string.h>
#include <time.h>

enum
{
  TIMEOUT_MS = 5000 /* of one member: the next one may know */
};

void
etcd_pause (void)
{
  struct timespec t = { .tv_nsec = ETCD_POLL_MS * 1000000L };
  nanosleep (&t, NULL);
}

const char *
etcd_message (json_object *answer)
{
  const char *message = kbsh_json_string (answer, "/message", NULL);
  return message ? message : kbsh_json_string (answer, "/error", "");
}

int
etcd_ask (struct kbsh_ctx *ctx, struct etcd *etcd, const char *url,
          const char *path, json_object *body, uint32_t flags,
          uint32_t timeout_ms, json_object **answer)
{
  kbsh_autofree char *whole = kbsh_text ("%s%s", url, path);
  const char *headers[] = { "Content-Type: application/json", NULL };
  const char *text = body ? kbsh_json_text (body, 1) : "{}";
  struct kbsh_response response = { 0 };
  struct kbsh_request request = {
    .size = sizeof request,
    .method = "POST",
    .url = whole,
    .headers = headers,
    .body = text,
    .body_length = text ? strlen (text) : 0,
    .ca = etcd->ca,
    .certificate = etcd->certificate,
    .key = etcd->key,
    .subject = "etcd",
    .timeout_ms = timeout_ms ? timeout_ms : TIMEOUT_MS,
    .expect = flags & KBSH_WAIT ? 200 : 0,
    .flags = flags,
  };
  *answer = NULL;
  if (!whole || !text)
    return kbsh_fail_memory (ctx);
  if (ctx->host->request (ctx, &request, &response))
    return -1;
  if (!response.status)
    snprintf (etcd->last, sizeof etcd->last, "%s: %s", url,
              response.reason ? response.reason : "");
  else if (response.body_length)
    *answer = kbsh_json_parse (response.body, response.body_length, NULL);
  return response.status;
}

static int
is_among (const char *message, const char *const *texts)
{
  while (*texts && !strstr (message, *texts))
    texts++;
  return *texts != NULL;
}

int
etcd_passes (const char *message)
{
  static const char *const texts[]
      = { "too many learner", "unhealthy cluster", "not enough started",
          "timed out",        "no leader",         "leader changed",
          "already exist",    NULL };
  return is_among (message, texts);
}

/* Is it this member's own trouble, so that another one may know better? */
static int
is_its_own (const char *message)
{
  static const char *const texts[]
      = { "rpc not supported for learner", "no leader", "server stopped",
          "leader changed", "request timed out", NULL };
  return is_among (message, texts);
}

/* Put in front of what was said of the members before. */
static void
remember (struct etcd *etcd, const char *before, const char *url,
          const char *message)
{
  char now[ETCD_LAST];
  if (*message)
    snprintf (etcd->last, sizeof etcd->last, "%s: %s", url, message);
  if (!*before)
    return;
  snprintf (now, sizeof now, "%s", etcd->last);
  if (snprintf (etcd->last, sizeof etcd->last, "%.290s; %.290s", before, now)
      < 0)
    etcd->last[0] = '\0';
}

int
etcd_call (struct kbsh_ctx *ctx, struct etcd *etcd, const char *path,
           json_object *body, uint32_t flags, json_object **answer)
{
  size_t count = json_object_array_length (etcd->endpoints);
  size_t first = etcd->current;
  char before[ETCD_LAST] = "";
  for (size_t i = 0; i < count; i++)
    {
      size_t at = (first + i) % count;
      const char *url = json_object_get_string (
          json_object_array_get_idx (etcd->endpoints, at));
      int status = etcd_ask (ctx, etcd, url, path, body, flags, 0, answer);
      const char *message = status < 300 ? "" : etcd_message (*answer);
      if (status < 0 || (status && !is_its_own (message)))
        {
          etcd->current = at;
          return status;
        }
      remember (etcd, before, url, message);
      snprintf (before, sizeof before, "%s", etcd->last);
      json_object_put (kbsh_steal (answer));
    }
  return 0;
}

int
etcd_fail_silence (struct kbsh_ctx *ctx, const struct etcd *etcd)
{
  return kbsh_fail (ctx, etcd->last,
                    "Look whether etcd runs on those hosts (its static Pod in "
                    "kube-system), whether port 2379 there can be reached from "
                    "here, and whether more than half of its members are up.",
                    "etcd does not answer");
}
