/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads the ConfigMap cluster-info, again and again until there is in it what
 * is needed: the cluster may be on its way up, and its controller signs a new
 * token a moment after it was made.
 */
#include "discovery.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

#define PATH "/api/v1/namespaces/kube-public/configmaps/cluster-info"

enum
{
  FIRST_PAUSE_MS = 100,
  LAST_PAUSE_MS = 1000,
  TRY_MS = 10000,
  TELL_MS = 5000, /* so long it is not worth a word */
  SKEW_SECONDS = 60
};

/* What the server's clock says (RFC 9110, Date), against ours. */
static void
compare_clocks (struct source *source, const char *headers)
{
  struct tm tm = { 0 };
  const char *end;
  for (const char *line = headers; line && *line; line = end ? end + 1 : NULL)
    {
      end = strchr (line, '\n');
      if (strncasecmp (line, "date:", 5) != 0)
        continue;
      line += 5 + strspn (line + 5, " ");
      if (strptime (line, "%a, %d %b %Y %T GMT", &tm))
        source->clock_ahead = (int64_t)timegm (&tm) - (int64_t)time (NULL);
      return;
    }
}

static int
ask (struct source *source, struct kbsh_response *response)
{
  int64_t left = source->deadline - kbsh_now_ms ();
  kbsh_autofree char *url = kbsh_text ("%s" PATH, source->server);
  kbsh_autowipe char *bearer = kbsh_text ("Authorization: Bearer %s",
                                          source->token ? source->token : "");
  const char *headers[]
      = { "Accept: application/json", source->token ? bearer : NULL, NULL };
  struct kbsh_request request
      = { .size = sizeof request,
          .method = "GET",
          .url = url,
          .headers = headers,
          .ca = source->ca,
          .certificate = source->certificate,
          .key = source->key,
          .timeout_ms = left < 1000     ? 1000
                        : left < TRY_MS ? (uint32_t)left
                                        : TRY_MS,
          .flags = KBSH_QUERY | (source->unverified ? KBSH_INSECURE : 0) };
  *response = (struct kbsh_response){ .size = sizeof *response };
  if (!url || !bearer)
    return kbsh_fail_memory (source->ctx);
  if (source->ctx->host->request (source->ctx, &request, response))
    return -1;
  source->status = response->status;
  if (response->status)
    compare_clocks (source, response->headers);
  return 0;
}

/* In a diagnosis alone: whoever answers is asked for the time. */
static void
ask_the_time (struct source *source)
{
  struct source anybody = { .ctx = source->ctx,
                            .server = source->server,
                            .unverified = 1,
                            .deadline = kbsh_now_ms () + 2000 };
  struct kbsh_response response;
  if (ask (&anybody, &response))
    source->ctx->host->forgive (source->ctx);
  source->clock_ahead = anybody.clock_ahead;
}

/* How far the clocks are apart, to stand behind a cause; NULL: they are not,
 * or there is no memory to say it. The caller frees. */
static char *
clocks_apart (const struct source *source, const char *why)
{
  int64_t skew = source->clock_ahead;
  if (skew >= -SKEW_SECONDS && skew <= SKEW_SECONDS)
    return NULL;
  return kbsh_text ("%s; its clock is %lld seconds %s this machine's", why,
                    (long long)(skew < 0 ? -skew : skew),
                    skew < 0 ? "behind" : "ahead of");
}

#define SET_CLOCKS                                                             \
  "set the clocks of both machines (timedatectl), and try again"

/* Why a connection is not trusted, with what clocks may have to do with it. */
static int
fail_untrusted (struct source *source, const char *reason)
{
  kbsh_autofree char *why = NULL;
  ask_the_time (source);
  why = clocks_apart (source, reason);
  if (!why)
    return kbsh_fail (
        source->ctx, reason,
        "use a name or address that is in the API server's certificate, look "
        "on a control plane whether it has expired (kbsh certs "
        "check-expiration), and whether this is the right cluster",
        "the API server at %s can't be verified", source->server);
  return kbsh_fail (source->ctx, why, SET_CLOCKS,
                    "the API server at %s can't be verified", source->server);
}

static void
say_why (struct source *source, const char *text, const char *more)
{
  snprintf (source->why, sizeof source->why, "%s%.400s", text, more);
}

/* 0 *map is the ConfigMap, 1 ask again, 2 refused, -1 failed. */
static int
take (struct source *source, const struct kbsh_response *response,
      json_object **map)
{
  const char *reason = response->reason ? response->reason : "";
  const char *body = response->body ? response->body : "";
  char number[40];
  if (!source->status && !source->unverified && response->untrusted)
    return fail_untrusted (source, reason);
  if (source->status == 200)
    {
      *map = kbsh_json_parse (body, response->body_length, NULL);
      if (strcmp (kbsh_json_string (*map, "/kind", ""), "ConfigMap") == 0)
        return 0;
      return kbsh_fail (source->ctx, "what it sent is no ConfigMap",
                        "look whether address and port are those of the API "
                        "server",
                        "what answers at %s is no API server of Kubernetes",
                        source->server);
    }
  snprintf (number, sizeof number, "it answered %d", source->status);
  if (!source->status)
    say_why (source, "", reason);
  else if (source->status == 404)
    say_why (source, "it has no ConfigMap kube-public/cluster-info", "");
  else if (source->status == 401 || source->status == 403)
    say_why (source, number, ": strangers may not read cluster-info");
  else
    say_why (source, number, "");
  return source->status == 401 || source->status == 403 ? 2 : 1;
}

static const char *
remedy (const struct source *source)
{
  switch (source->status)
    {
    case 0:
      return "look whether the API server runs, whether address and port are "
             "right, and whether a firewall is between";
    case 200:
      return "make a new token on a control plane: kbsh token create "
             "--print-join-command";
    case 401:
    case 403:
      return "join with a file (--discovery-file), or let strangers read it: "
             "kbsh init phase bootstrap-token on a control plane";
    case 404:
      return "make it on a control plane: kbsh init phase bootstrap-token";
    default:
      return "look at the API server's log";
    }
}

static int
too_late (struct source *source)
{
  /* a token ends by the cluster's clock */
  kbsh_autofree char *apart
      = source->status == 200 ? clocks_apart (source, source->why) : NULL;
  return kbsh_fail (source->ctx, apart ? apart : source->why,
                    apart ? SET_CLOCKS "; or make a new token on a control "
                                       "plane: kbsh token create "
                                       "--print-join-command"
                          : remedy (source),
                    "cluster-info can't be had from %s within %s",
                    source->server, source->timeout);
}

static void
pause_for (int64_t ms)
{
  struct timespec t = { ms / 1000, ms % 1000 * 1000000 };
  nanosleep (&t, NULL);
}

/* One try: as take(). */
static int
try_once (struct source *source, discovery_judge *judge, void *data,
          int refusal, json_object **map)
{
  struct kbsh_response response;
  int again;
  json_object_put (*map);
  *map = NULL;
  if (ask (source, &response))
    return -1;
  again = take (source, &response, map);
  if (!again)
    again = judge (source, *map, data);
  else if (again == 2)
    again = !refusal;
  return again;
}

int
discovery_read (struct source *source, discovery_judge *judge, void *data,
                int refusal, json_object **map)
{
  int64_t begin = kbsh_now_ms (), pause = FIRST_PAUSE_MS;
  int told = 0, again;
  *map = NULL;
  while ((again = try_once (source, judge, data, refusal, map)) > 0)
    {
      int64_t now = kbsh_now_ms ();
      if (now >= source->deadline)
        {
          again = too_late (source);
          break;
        }
      kbsh_progress (source->ctx, "waiting for cluster-info at %s: %s",
                     source->server, source->why);
      if (!told && now - begin > TELL_MS)
        kbsh_say (source->ctx, "Still waiting for cluster-info at %s: %s",
                  source->server, source->why);
      told |= now - begin > TELL_MS;
      pause_for (pause < source->deadline - now ? pause
                                                : source->deadline - now);
      pause = 2 * pause < LAST_PAUSE_MS ? 2 * pause : LAST_PAUSE_MS;
    }
  source->ctx->host->progress (source->ctx, NULL);
  if (!again)
    return 0;
  json_object_put (*map);
  *map = NULL;
  return -1;
}
