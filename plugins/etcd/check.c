/* SPDX-License-Identifier: Apache-2.0
 *
 * etcd.check: is every member well, so that one more may join?
 */
#include "etcd.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <string.h>

enum
{
  PATIENCE_MS = 20000, /* of all of them: one may just be starting */
  LEAST_MS = 1000
};

/* One that has no vote is still joining, and says nothing of the others. */
static int
counts (const struct join *join, json_object *member)
{
  return !etcd_is_learner (member) && strcmp (etcd_peer (member), join->peer);
}

static void
add_bad (struct kbsh_buffer *bad, json_object *member, const char *why)
{
  char hex[ETCD_HEX];
  etcd_hex (etcd_id (member), hex);
  kbsh_buffer_printf (bad, "%s%s (member %s, %s): %s", bad->length ? "; " : "",
                      *etcd_name (member) ? etcd_name (member) : "unnamed", hex,
                      etcd_peer (member), why);
}

static int
check_members (struct kbsh_ctx *ctx, struct join *join, json_object *members,
               struct kbsh_buffer *bad)
{
  int64_t begin = kbsh_now_ms ();
  for (size_t i = 0; i < json_object_array_length (members); i++)
    {
      json_object *one = json_object_array_get_idx (members, i);
      int64_t left = PATIENCE_MS - (kbsh_now_ms () - begin);
      char why[ETCD_LAST];
      int serves;
      if (!counts (join, one))
        continue;
      serves = etcd_serves (ctx, &join->etcd, one,
                            (uint32_t)(left > LEAST_MS ? left : LEAST_MS), why);
      if (serves < 0)
        return -1;
      if (!serves)
        add_bad (bad, one, why);
    }
  return 0;
}

static int
judge (struct kbsh_ctx *ctx, json_object *members, struct kbsh_buffer *bad)
{
  kbsh_autofree char *text = kbsh_buffer_take (bad);
  if (!text)
    return kbsh_fail_memory (ctx);
  if (*text)
    return kbsh_fail (ctx, text,
                      "Bring that member back. One whose machine is gone for "
                      "good is removed on a control plane that works: "
                      "kbsh etcd member remove NAME|ID",
                      "etcd is not healthy, so that nothing may join it");
  kbsh_say (ctx, "etcd is healthy (members: %zu)",
            json_object_array_length (members));
  return 0;
}

int
check_run (struct kbsh_ctx *ctx)
{
  KBSH_CLEANUP (join_close) struct join join = { 0 };
  KBSH_CLEANUP (kbsh_buffer_free) struct kbsh_buffer bad = { 0 };
  kbsh_autojson json_object *members = NULL;
  if (join_open (ctx, &join))
    return -1;
  members = etcd_members (ctx, &join.etcd);
  if (!members || join_refuse_stale (ctx, &join, members)
      || check_members (ctx, &join, members, &bad))
    return -1;
  return judge (ctx, members, &bad);
}
