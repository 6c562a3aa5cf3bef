/* SPDX-License-Identifier: Apache-2.0
 *
 * ExternalEtcdVersion and ExternalEtcdClientCertificates.
 */
#include "preflight.h"

#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/version.h>

#define EXTERNAL "config:/cluster/etcd/external"
#define VERSION "ExternalEtcdVersion"
#define FILES "ExternalEtcdClientCertificates"

static const char *const members[]
    = { EXTERNAL "/caFile", EXTERNAL "/certFile", EXTERNAL "/keyFile", NULL };

/* The client's files, which are named but may be missing. */
static int
files (struct kbsh_ctx *ctx)
{
  enum kbsh_severity severity = severity_of (ctx, FILES);
  int missing = 0;
  for (size_t i = 0; severity != KBSH_PASSED && members[i]; i++)
    {
      const char *path = kbsh_input_string (ctx, members[i], NULL);
      if (!path || root_exists (ctx, path))
        continue;
      missing++;
      if (kbsh_found (
              ctx, FILES, severity, "the files that etcd.external names",
              "copy it there from the etcd cluster", "%s does not exist", path))
        return -1;
    }
  return severity == KBSH_PASSED || missing ? 0 : kbsh_passed (ctx, FILES);
}

static const char *
least_version (struct kbsh_ctx *ctx, json_object *limits)
{
  return kbsh_json_string (data_since (ctx, kbsh_json_at (limits, "/etcd")),
                           "/version", "0.0.0");
}

/* The content of one of the client's files, or NULL. */
static const char *
member (struct kbsh_ctx *ctx, size_t i)
{
  const char *path = kbsh_input_string (ctx, members[i], NULL);
  return path ? root_read (ctx, path) : NULL;
}

static int
ask (struct kbsh_ctx *ctx, const char *endpoint, struct kbsh_response *response)
{
  size_t length = strlen (endpoint);
  kbsh_autofree char *url = kbsh_text (
      "%.*s/version",
      (int)(length && endpoint[length - 1] == '/' ? length - 1 : length),
      endpoint);
  const char *key = member (ctx, 2);
  if (!url)
    return kbsh_fail_memory (ctx);
  if (key)
    ctx->host->secret (ctx, key);
  struct kbsh_request request = { .size = sizeof request,
                                  .method = "GET",
                                  .url = url,
                                  .ca = member (ctx, 0),
                                  .certificate = member (ctx, 1),
                                  .key = key,
                                  .subject = "the external etcd",
                                  .timeout_ms = 10000,
                                  .flags = KBSH_QUERY };
  return ctx->host->request (ctx, &request, response);
}

static int
no_answer (struct kbsh_ctx *ctx, enum kbsh_severity severity,
           const char *endpoint, const char *why)
{
  return kbsh_found (ctx, VERSION, severity, "an etcd that answers there",
                     "look at etcd.external.endpoints and its caFile, "
                     "certFile and keyFile",
                     "etcd at %s: %s", endpoint, why);
}

static int
endpoint_version (struct kbsh_ctx *ctx, enum kbsh_severity severity,
                  const char *endpoint, const char *least)
{
  struct kbsh_response response = { 0 };
  struct kbsh_version is, wanted;
  if (ask (ctx, endpoint, &response))
    return no_answer (ctx, severity, endpoint, ctx->host->forgive (ctx));
  if (!response.status)
    return no_answer (ctx, severity, endpoint, response.reason);
  kbsh_autojson json_object *tree
      = kbsh_json_parse (response.body, response.body_length, NULL);
  const char *text = kbsh_json_string (tree, "/etcdserver", "");
  if (kbsh_version_parse (text, &is, NULL)
      || kbsh_version_parse (least, &wanted, NULL))
    return no_answer (ctx, severity, endpoint,
                      "what answers there does not say etcd's version");
  if (kbsh_version_compare (&is, &wanted) >= 0)
    return 1;
  return kbsh_found (ctx, VERSION, severity, least, "upgrade etcd",
                     "etcd at %s is %s", endpoint, text);
}

int
check_etcd (struct kbsh_ctx *ctx)
{
  enum kbsh_severity severity = severity_of (ctx, VERSION);
  kbsh_autojson json_object *list = kbsh_input (ctx, EXTERNAL "/endpoints");
  kbsh_autojson json_object *limits
      = kbsh_data (ctx, "preflight", "limits.yaml", NULL);
  size_t good = 0, count = kbsh_json_length (list, "");
  if (!limits)
    return -1;
  if (!count)
    return 0;
  if (files (ctx))
    return -1;
  for (size_t i = 0; severity != KBSH_PASSED && i < count; i++)
    {
      int r = endpoint_version (
          ctx, severity,
          json_object_get_string (json_object_array_get_idx (list, i)),
          least_version (ctx, limits));
      if (r < 0)
        return -1;
      good += (size_t)r;
    }
  return good == count ? kbsh_passed (ctx, VERSION) : 0;
}
