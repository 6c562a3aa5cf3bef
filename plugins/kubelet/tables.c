/* SPDX-License-Identifier: Apache-2.0
 *
 * What the kubelet's files say: the release's table, the configuration, and
 * the user's patches and arguments.
 */
#include "kubelet.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/patch.h>
#include <kbsh/rules.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <ctype.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

static const struct kbsh_value inputs[] = {
  { "/cluster", "config:/cluster" },
  { "/node", "config:/node" },
  { "/images", "config:/images" },
  { "/paths", "config:/paths" },
  { "/runtime", "runtime:" },
  { "/rules", "config:/release/kubelet" },
  { NULL, NULL },
};

json_object *
kubelet_rules (struct kbsh_ctx *ctx)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *values = kbsh_values (ctx, inputs);
  json_object *filled;
  if (!values)
    return NULL;
  filled = kbsh_rules_fill (kbsh_json_at (values, "/rules"), values, &err);
  if (!filled)
    {
      kbsh_error_wrap (&err, "the release's table of the kubelet");
      kbsh_fail_error (ctx, &err);
    }
  return filled;
}

/* The kubelet is told the node's name when it is not the machine's. */
static int
add_name (struct kbsh_ctx *ctx, json_object *flags)
{
  char host[HOST_NAME_MAX + 1] = "";
  const char *name = ctx->host->get_string (ctx, "config:/node/name", "");
  gethostname (host, sizeof host - 1);
  for (char *p = host; *p; p++)
    *p = (char)tolower ((unsigned char)*p);
  if (!*name || strcmp (host, name) == 0)
    return 0;
  return json_object_object_add (flags, "hostname-override",
                                 json_object_new_string (name));
}

/* "key=value:effect", as far as there is one of each. */
static void
add_taint (struct kbsh_buffer *out, json_object *taint)
{
  const char *value = kbsh_json_string (taint, "/value", "");
  const char *effect = kbsh_json_string (taint, "/effect", "");
  kbsh_buffer_printf (out, "%s%s%s%s%s%s", out->length ? "," : "",
                      kbsh_json_string (taint, "/key", ""), *value ? "=" : "",
                      value, *effect ? ":" : "", effect);
}

/* The node has them from its beginning. That is for nodes that no later step
 * gives any, and in the releases where such a step's taints may be lost. */
static int
add_taints (struct kbsh_ctx *ctx, json_object *flags)
{
  KBSH_CLEANUP (kbsh_buffer_free) struct kbsh_buffer out = { 0 };
  kbsh_autojson json_object *taints
      = kbsh_input (ctx, "config:/init/nodeRegistration/taints");
  kbsh_autofree char *text = NULL;
  for (size_t i = 0; i < kbsh_json_length (taints, ""); i++)
    add_taint (&out, json_object_array_get_idx (taints, i));
  text = kbsh_buffer_take (&out);
  if (!text || !*text)
    return text ? 0 : -1;
  return json_object_object_add (flags, "register-with-taints",
                                 json_object_new_string (text));
}

/* In double quotes, as the unit's environment file wants it. */
static char *
quoted (const char *name, json_object *arguments)
{
  struct kbsh_buffer out = { 0 };
  kbsh_buffer_printf (&out, "%s=\"", name);
  for (size_t i = 0; i < kbsh_json_length (arguments, ""); i++)
    {
      const char *p
          = json_object_get_string (json_object_array_get_idx (arguments, i));
      kbsh_buffer_puts (&out, i ? " " : "");
      for (; *p; p++)
        kbsh_buffer_printf (&out, *p == '"' || *p == '\\' ? "\\%c" : "%c", *p);
    }
  kbsh_buffer_puts (&out, "\"\n");
  return kbsh_buffer_take (&out);
}

char *
kubelet_flags_text (struct kbsh_ctx *ctx, json_object *rules, int registers)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *given
      = kbsh_input (ctx, "config:/init/nodeRegistration/kubeletExtraArgs");
  kbsh_autojson json_object *flags
      = kbsh_json_copy (kbsh_json_at (rules, "/flags"));
  kbsh_autojson json_object *arguments = NULL;
  char *text;
  registers
      = registers
        || ctx->host->get_bool (ctx, "config:/release/node/register-taints", 0);
  if (!flags)
    flags = json_object_new_object ();
  if (!flags || add_name (ctx, flags) || (registers && add_taints (ctx, flags)))
    {
      kbsh_fail_memory (ctx);
      return NULL;
    }
  arguments = kbsh_arguments (flags, given, &err);
  if (!arguments)
    {
      kbsh_fail_error (ctx, &err);
      return NULL;
    }
  text = quoted ("KUBELET_KUBEADM_ARGS", arguments);
  if (!text)
    kbsh_fail_memory (ctx);
  return text;
}

/* What the user gave goes before what the release lays over. */
static json_object *
combine (struct kbsh_ctx *ctx, json_object *config, json_object *rules)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  json_object *over = kbsh_json_at (rules, "/config");
  json_object *instance = kbsh_json_at (rules, "/instance-config");
  kbsh_autojson json_object *base
      = over ? kbsh_json_merge (over, config, &err) : json_object_get (config);
  json_object *all = base && instance ? kbsh_json_merge (base, instance, &err)
                                      : json_object_get (base);
  if (!all)
    kbsh_fail_error (ctx, &err);
  return all;
}

json_object *
kubelet_configuration (struct kbsh_ctx *ctx, json_object *rules)
{
  kbsh_autojson json_object *config = kbsh_input (ctx, "config:/kubelet");
  kbsh_autojson json_object *all = combine (ctx, config, rules);
  const char *folder
      = kbsh_input_string (ctx, "config:/init/patches/directory", NULL);
  if (!all || !folder)
    return kbsh_steal (&all);
  return kbsh_patch_folder (ctx, folder, kbsh_patch_targets (),
                            "kubeletconfiguration", NULL, all);
}
