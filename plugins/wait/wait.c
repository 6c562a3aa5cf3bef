/* SPDX-License-Identifier: Apache-2.0
 *
 * Waits until the components of the control plane are healthy, and says early
 * and with the component's own words when they won't be.
 */
#include "wait.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

enum
{
  SLICE_MS = 2000,  /* how long to poll before looking at what goes wrong */
  SHORTEST_MS = 200 /* less would say nothing, and replace what was said */
};

/* Poll for a while: 1 healthy, 0 not yet. */
static int
poll_once (struct kbsh_ctx *ctx, const struct wait_for *target,
           uint32_t timeout_ms)
{
  struct kbsh_response response = { .size = sizeof response };
  struct kbsh_request request = {
    .size = sizeof request,
    .method = "GET",
    .url = target->url,
    .subject = target->subject,
    .timeout_ms = timeout_ms,
    .expect = 200,
    .flags = KBSH_WAIT | KBSH_INSECURE,
  };
  const char *failure;
  if (ctx->host->request (ctx, &request, &response) == 0)
    return 1;
  /* What the host says of it names the time of this slice alone. */
  failure = ctx->host->forgive (ctx);
  if (response.status)
    snprintf (target->last, WAIT_LAST, "the last answer was %d: %.*s",
              response.status, (int)strcspn (response.body, "\r\n"),
              response.body);
  else
    snprintf (target->last, WAIT_LAST, "%s",
              *response.reason ? response.reason : failure);
  return 0;
}

static void
add_time (const struct wait_for *target, int64_t waited_ms)
{
  char text[40], last[WAIT_LAST];
  kbsh_duration_text ((waited_ms + 500) / 1000 * 1000, text);
  snprintf (last, sizeof last, "%s", target->last);
  snprintf (target->last, WAIT_LAST, "%s was not healthy within %s: %.*s",
            target->subject, text, WAIT_LAST / 2, last);
}

/* 1 healthy, 0 the time is over, -1 hopeless. */
static int
wait_until (struct kbsh_ctx *ctx, const struct wait_for *target)
{
  int64_t begin = kbsh_now_ms ();
  for (;;)
    {
      int64_t waited = kbsh_now_ms () - begin;
      int64_t left = target->timeout_ms - waited;
      if (left < SHORTEST_MS)
        {
          add_time (target, waited);
          return 0;
        }
      kbsh_progress (ctx, "waiting for %s at %s", target->subject, target->url);
      if (poll_once (ctx, target, left < SLICE_MS ? (uint32_t)left : SLICE_MS))
        return 1;
      if (target->hopeless && target->hopeless (ctx, target->subject))
        {
          add_time (target, kbsh_now_ms () - begin);
          return -1;
        }
    }
}

/* The kubelet first: without it nothing else starts. */
static int
wait_kubelet (struct kbsh_ctx *ctx)
{
  char last[WAIT_LAST] = "";
  struct wait_for target = {
    .subject = "the kubelet",
    .url = ctx->host->get_string (ctx, "kubelet-url",
                                  "http://127.0.0.1:10248/healthz"),
    .timeout_ms = ctx->host->get_int (ctx, "config:/timeouts/kubelet", 240000),
    .last = last,
  };
  int result = wait_until (ctx, &target);
  return result == 1 ? 0 : wait_explain_kubelet (ctx, last);
}

static int
wait_component (struct kbsh_ctx *ctx, const char *name)
{
  char last[WAIT_LAST] = "";
  kbsh_autofree char *url = wait_probe_url (ctx, name);
  struct wait_for target = {
    .subject = name,
    .url = url,
    .timeout_ms
    = ctx->host->get_int (ctx, "config:/timeouts/control-plane", 240000),
    .hopeless = wait_is_hopeless,
    .last = last,
  };
  int64_t begin = kbsh_now_ms ();
  if (!url)
    return -1;
  if (wait_until (ctx, &target) != 1)
    return wait_explain_component (ctx, name, last);
  kbsh_say (ctx, "%s is healthy after %.1f s", name,
            (double)(kbsh_now_ms () - begin) / 1000);
  return 0;
}

static int
wait_run (struct kbsh_ctx *ctx)
{
  kbsh_autojson json_object *names = kbsh_input (ctx, "components");
  size_t count = kbsh_json_length (names, "");
  int status = wait_kubelet (ctx);
  for (size_t i = 0; !status && i < count; i++)
    status = wait_component (
        ctx, json_object_get_string (json_object_array_get_idx (names, i)));
  return status;
}

KBSH_STEP (step, wait_run, .name = "wait.control-plane",
           .summary = "wait until the kubelet and the components are healthy",
           .accepts = "[{\"name\": \"components\", \"type\": \"list\","
                      "  \"required\": true,"
                      "  \"help\": \"names of static Pods to wait for\"},"
                      " {\"name\": \"kubelet-url\", \"type\": \"string\","
                      "  \"help\": \"where the kubelet tells its health\"}]",
           .touches = "{\"hosts\": [\"*\"], \"programs\": [\"journalctl\"],"
                      " \"calls\": [\"runtime\"]}");

static const struct kbsh_service *const services[] = { &step, NULL };

KBSH_MODULE (.name = "wait", .version = "0.1.0", .licence = "Apache-2.0",
             .vendor = "kbsh",
             .summary = "waiting for a control plane, and why it does not come",
             .services = services);
