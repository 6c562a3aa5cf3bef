/* SPDX-License-Identifier: Apache-2.0
 *
 * The addon CoreDNS: its objects are objects.yaml, what differs between
 * releases is in their table.
 */
#include <kbsh/addon.h>
#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/plugin.h>
#include <kbsh/service.h>

/* The configuration, with the release's part about CoreDNS filled in. */
static json_object *
values (struct kbsh_ctx *ctx)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *config = kbsh_input (ctx, "config:");
  json_object *filled = kbsh_template_values (
      kbsh_json_at (config, "/release/coredns"), config, &err);
  if (!filled)
    {
      kbsh_error_wrap (&err, "the release's facts about CoreDNS");
      kbsh_fail_error (ctx, &err);
      return NULL;
    }
  if (kbsh_json_set (&config, "/coredns", filled, &err))
    {
      kbsh_fail_error (ctx, &err);
      return NULL;
    }
  return kbsh_steal (&config);
}

KBSH_ADDON_OPS (ops, "coredns", "objects.yaml", "CoreDNS", values);

static const struct kbsh_service addon = {
  .size = sizeof addon,
  .role = "addon",
  .name = "coredns.addon",
  .summary = "CoreDNS, the DNS server of the cluster",
  .accepts = KBSH_ADDON_ACCEPTS,
  .touches = "{\"hosts\": [\"*\"]}",
  .ops = &ops,
};

static const struct kbsh_service *const services[] = { &addon, NULL };

KBSH_MODULE (.name = "coredns", .version = "0.1.0", .licence = "Apache-2.0",
             .vendor = "kbsh", .summary = "CoreDNS as an addon",
             .services = services);
