/* SPDX-License-Identifier: Apache-2.0
 *
 * The members of a cluster: who they are, whether they serve, and whether one
 * of them can be spared.
 */
#include "etcd.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <string.h>

enum
{
  PATIENCE_MS = 15000 /* etcd itself looks back five seconds */
};

const char *
etcd_id (json_object *member)
{
  return kbsh_json_string (member, "/ID", "0");
}

const char *
etcd_name (json_object *member)
{
  return kbsh_json_string (member, "/name", "");
}

const char *
etcd_peer (json_object *member)
{
  return kbsh_json_string (member, "/peerURLs/0", "");
}

const char *
etcd_client (json_object *member)
{
  return kbsh_json_string (member, "/clientURLs/0", "");
}

int
etcd_is_learner (json_object *member)
{
  return kbsh_json_bool (member, "/isLearner", 0);
}

void
etcd_hex (const char *id, char out[ETCD_HEX])
{
  snprintf (out, ETCD_HEX, "%llx", strtoull (id, NULL, 10));
}

static json_object *
find (json_object *members, const char *wanted,
      const char *(*of) (json_object *member))
{
  for (size_t i = 0; i < kbsh_json_length (members, ""); i++)
    {
      json_object *one = json_object_array_get_idx (members, i);
      if (*wanted && !strcmp (of (one), wanted))
        return one;
    }
  return NULL;
}

json_object *
etcd_find_peer (json_object *members, const char *url)
{
  return find (members, url, etcd_peer);
}

json_object *
etcd_find_name (json_object *members, const char *name)
{
  return find (members, name, etcd_name);
}

/* ---------------------------------------------------------------- */

static int
fail_list (struct kbsh_ctx *ctx, int status, json_object *answer)
{
  const char *message = etcd_message (answer);
  kbsh_autofree char *why = kbsh_text ("it answered %d%s%s", status,
                                       *message ? ": " : "", message);
  return kbsh_fail (ctx, why,
                    status == 404
                        ? "kbsh talks to etcd's JSON gateway: take the argument "
                          "enable-grpc-gateway=false away from etcd."
                        : NULL,
                    "the members of etcd can't be listed");
}

int
etcd_list (struct kbsh_ctx *ctx, struct etcd *etcd, json_object **members)
{
  kbsh_autojson json_object *answer = NULL;
  int status = etcd_call (ctx, etcd, "/v3/cluster/member/list", NULL,
                          KBSH_QUERY, &answer);
  *members = NULL;
  if (status <= 0)
    return status;
  if (status != 200 || !kbsh_json_length (answer, "/members"))
    return fail_list (ctx, status, answer);
  *members = json_object_get (kbsh_json_at (answer, "/members"));
  for (size_t i = 0; i < json_object_array_length (*members); i++)
    if (etcd_add_endpoint (
            ctx, etcd, etcd_client (json_object_array_get_idx (*members, i))))
      {
        json_object_put (kbsh_steal (members));
        return -1;
      }
  return status;
}

json_object *
etcd_members (struct kbsh_ctx *ctx, struct etcd *etcd)
{
  json_object *members = NULL;
  if (!etcd_list (ctx, etcd, &members))
    etcd_fail_silence (ctx, etcd);
  return members;
}

int
etcd_serves (struct kbsh_ctx *ctx, struct etcd *etcd, json_object *member,
             uint32_t timeout_ms, char reason[ETCD_LAST])
{
  kbsh_autojson json_object *answer = NULL;
  const char *url = etcd_client (member), *leader;
  int status;
  reason[0] = '\0';
  if (!*url)
    {
      snprintf (reason, ETCD_LAST, "it has not started yet");
      return 0;
    }
  status = etcd_ask (ctx, etcd, url, "/v3/maintenance/status", NULL,
                     KBSH_QUERY | KBSH_WAIT, timeout_ms, &answer);
  if (status < 0)
    {
      snprintf (reason, ETCD_LAST, "%s", ctx->host->forgive (ctx));
      return 0;
    }
  leader = kbsh_json_string (answer, "/leader", "0");
  if (status == 200 && strcmp (leader, "0"))
    return 1;
  snprintf (reason, ETCD_LAST, "it knows no leader%s%s",
            kbsh_json_length (answer, "/errors") ? ": " : "",
            kbsh_json_string (answer, "/errors/0", ""));
  return 0;
}

static int
remove_once (struct kbsh_ctx *ctx, struct etcd *etcd, json_object *body)
{
  kbsh_autojson json_object *answer = NULL;
  int status
      = etcd_call (ctx, etcd, "/v3/cluster/member/remove", body, 0, &answer);
  if (status < 0)
    return -1;
  if ((status >= 200 && status < 300)
      || strstr (etcd_message (answer), "member not found"))
    return 0;
  if (status)
    snprintf (etcd->last, sizeof etcd->last, "it answered %d: %s", status,
              etcd_message (answer));
  return 1;
}

int
etcd_remove (struct kbsh_ctx *ctx, struct etcd *etcd, const char *id)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *body = NULL;
  int64_t begin = kbsh_now_ms ();
  int status;
  if (kbsh_json_set_string (&body, "/ID", id, &err))
    return kbsh_fail_error (ctx, &err);
  for (;;)
    {
      status = remove_once (ctx, etcd, body);
      if (status <= 0 || !etcd_passes (etcd->last)
          || kbsh_now_ms () - begin > PATIENCE_MS)
        return status;
      etcd_pause ();
    }
}

int
etcd_spares (struct kbsh_ctx *ctx, struct etcd *etcd, json_object *members,
             json_object *member, char reason[ETCD_LAST])
{
  size_t voters = 0, good = 0;
  char why[ETCD_LAST], missing[ETCD_LAST / 2] = "";
  if (etcd_is_learner (member))
    return 1;
  for (size_t i = 0; i < json_object_array_length (members); i++)
    {
      json_object *one = json_object_array_get_idx (members, i);
      int serves;
      if (one == member || etcd_is_learner (one))
        continue;
      voters++;
      serves = etcd_serves (ctx, etcd, one, 2000, why);
      good += serves > 0;
      if (!serves)
        snprintf (missing, sizeof missing, "%s (%.200s)",
                  *etcd_name (one) ? etcd_name (one) : etcd_peer (one), why);
    }
  if (voters && good > voters / 2)
    return 1;
  if (!voters)
    snprintf (reason, ETCD_LAST, "it is the last member");
  else
    snprintf (reason, ETCD_LAST,
              "of the %zu that would be left %zu work%s, which is not more "
              "than half: %s",
              voters, good, good == 1 ? "s" : "", missing);
  return 0;
}
