/* SPDX-License-Identifier: Apache-2.0
 *
 * kbsh etcd member list|remove: what an operator needs when a machine is lost.
 */
#include "etcd.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <string.h>

enum
{
  PATIENCE_MS = 2000
};

static json_object *
open_members (struct kbsh_ctx *ctx, struct etcd *etcd)
{
  if (etcd_open (ctx, ETCD_LOCAL | ETCD_PODS, etcd))
    return NULL;
  return etcd_members (ctx, etcd);
}

static const char *
kind (json_object *member)
{
  if (!*etcd_name (member))
    return etcd_is_learner (member) ? "new learner" : "new";
  return etcd_is_learner (member) ? "learner" : "voter";
}

/* One member as people and programs see it. */
static json_object *
describe (struct kbsh_ctx *ctx, struct etcd *etcd, json_object *member)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *one = NULL;
  char hex[ETCD_HEX], why[ETCD_LAST];
  int serves = etcd_serves (ctx, etcd, member, PATIENCE_MS, why);
  etcd_hex (etcd_id (member), hex);
  if (serves < 0)
    return NULL;
  if (kbsh_json_set_string (&one, "/id", hex, &err)
      || kbsh_json_set_string (&one, "/name", etcd_name (member), &err)
      || kbsh_json_set_string (&one, "/kind", kind (member), &err)
      || kbsh_json_set_string (&one, "/peer", etcd_peer (member), &err)
      || kbsh_json_set_string (&one, "/client", etcd_client (member), &err)
      || kbsh_json_set (&one, "/healthy", json_object_new_boolean (serves > 0),
                        &err)
      || kbsh_json_set_string (&one, "/reason", why, &err))
    {
      kbsh_fail_error (ctx, &err);
      return NULL;
    }
  return kbsh_steal (&one);
}

static json_object *
describe_all (struct kbsh_ctx *ctx, struct etcd *etcd, json_object *members)
{
  kbsh_autojson json_object *all = json_object_new_array ();
  for (size_t i = 0; all && i < json_object_array_length (members); i++)
    {
      json_object *one
          = describe (ctx, etcd, json_object_array_get_idx (members, i));
      if (!one)
        return NULL;
      if (json_object_array_add (all, one))
        {
          json_object_put (one);
          kbsh_fail_memory (ctx);
          return NULL;
        }
    }
  if (!all)
    kbsh_fail_memory (ctx);
  return kbsh_steal (&all);
}

static int
print_table (struct kbsh_ctx *ctx, json_object *all)
{
  int status = kbsh_print (ctx, "%-18s%-24s%-13s%-32s%s\n", "ID", "NAME",
                           "KIND", "PEER", "HEALTH");
  for (size_t i = 0; !status && i < json_object_array_length (all); i++)
    {
      json_object *one = json_object_array_get_idx (all, i);
      const char *name = kbsh_json_string (one, "/name", "");
      status = kbsh_print (
          ctx, "%-18s%-24s%-13s%-32s%s\n", kbsh_json_string (one, "/id", ""),
          *name ? name : "-", kbsh_json_string (one, "/kind", ""),
          kbsh_json_string (one, "/peer", ""),
          kbsh_json_bool (one, "/healthy", 0)
              ? "healthy"
              : kbsh_json_string (one, "/reason", ""));
    }
  return status;
}

int
member_list_run (struct kbsh_ctx *ctx)
{
  KBSH_CLEANUP (etcd_close) struct etcd etcd = { 0 };
  kbsh_autojson json_object *members = open_members (ctx, &etcd);
  kbsh_autojson json_object *all
      = members ? describe_all (ctx, &etcd, members) : NULL;
  if (!all)
    return -1;
  if (strcmp (ctx->host->get_string (ctx, "output", "text"), "json"))
    return print_table (ctx, all);
  return kbsh_print (ctx, "%s\n",
                     json_object_to_json_string_ext (
                         all, JSON_C_TO_STRING_PRETTY
                                  | JSON_C_TO_STRING_NOSLASHESCAPE));
}

/* ---------------------------------------------------------------- */

static int
is_meant (json_object *member, const char *word)
{
  char hex[ETCD_HEX];
  etcd_hex (etcd_id (member), hex);
  return !strcmp (hex, word) || !strcmp (etcd_name (member), word)
         || !strcmp (etcd_peer (member), word);
}

/* The one that is meant; borrowed. */
static json_object *
choose (struct kbsh_ctx *ctx, json_object *members, const char *word)
{
  json_object *found = NULL;
  for (size_t i = 0; i < json_object_array_length (members); i++)
    {
      json_object *one = json_object_array_get_idx (members, i);
      if (!is_meant (one, word))
        continue;
      if (found)
        {
          kbsh_fail (ctx, "several members have that name",
                     "Give its ID: kbsh etcd member list",
                     "which member is \"%s\"?", word);
          return NULL;
        }
      found = one;
    }
  if (!found)
    kbsh_fail (ctx, "no member has this ID, name or peer URL",
               "See which there are: kbsh etcd member list",
               "etcd has no member \"%s\"", word);
  return found;
}

static int
is_own (struct kbsh_ctx *ctx, json_object *member)
{
  KBSH_CLEANUP (etcd_local_close) struct etcd_local local = { 0 };
  if (etcd_local_open (ctx, &local))
    return -1;
  return local.pod && !strcmp (local.peer, etcd_peer (member));
}

static int
may_remove (struct kbsh_ctx *ctx, struct etcd *etcd, json_object *members,
            json_object *member)
{
  char reason[ETCD_LAST] = "";
  int own, spares;
  if (ctx->host->get_bool (ctx, "force", 0))
    return 0;
  own = is_own (ctx, member);
  if (own > 0)
    return kbsh_fail (ctx, "it is this machine's own member",
                      "kbsh reset removes it, and what belongs to it.",
                      "the member is not removed");
  spares = own ? -1 : etcd_spares (ctx, etcd, members, member, reason);
  if (spares)
    return spares < 0 ? -1 : 0;
  return kbsh_fail (ctx, reason,
                    "Bring the others back first. --force removes it in any "
                    "case, if etcd still takes that.",
                    "without this member etcd would not work");
}

int
member_remove_run (struct kbsh_ctx *ctx)
{
  KBSH_CLEANUP (etcd_close) struct etcd etcd = { 0 };
  kbsh_autojson json_object *members = open_members (ctx, &etcd);
  json_object *member
      = members ? choose (ctx, members,
                          ctx->host->get_string (ctx, "member", ""))
                : NULL;
  char hex[ETCD_HEX];
  int status;
  if (!member || may_remove (ctx, &etcd, members, member))
    return -1;
  etcd_hex (etcd_id (member), hex);
  status = etcd_remove (ctx, &etcd, etcd_id (member));
  if (status > 0)
    return kbsh_fail (ctx, etcd.last,
                      "See how the members are: kbsh etcd member list",
                      "member %s could not be removed", hex);
  return status ? status
                : kbsh_print (ctx, "Removed member %s (%s, %s)\n", hex,
                              *etcd_name (member) ? etcd_name (member)
                                                  : "unnamed",
                              etcd_peer (member));
}
