/* SPDX-License-Identifier: Apache-2.0
 *
 * config.load: the first step of a workflow. What it puts is all that the
 * others know of the configuration.
 */
#include "config.h"

#include <errno.h>
#include <unistd.h>

/* A file of an API that this release's kubeadm gives up is still read. */
static void
say_deprecated (struct config *config)
{
  json_object *old = kbsh_json_at (config->release, "/api/deprecated");
  for (size_t i = 0; i < kbsh_json_length (old, ""); i++)
    for (size_t d = 0; d < config->count; d++)
      {
        const struct document *one = &config->documents[d];
        const char *api
            = json_object_get_string (json_object_array_get_idx (old, i));
        if (!one->schema || !api || strcmp (one->schema, api))
          continue;
        kbsh_warn (config->ctx,
                   "%s:%d: kubeadm.k8s.io/%s is deprecated; the newest form "
                   "of this file: kbsh config migrate --old-config %s",
                   config->file, one->yaml->line, api, config->file);
        return;
      }
}

/* All of it: flags, files, defaults, checks. */
static int
make_all (struct config *config)
{
  const char *file = kbsh_input_string (config->ctx, "config", NULL);
  if (file && config_read (config, file))
    return -1;
  if (file)
    {
      int known = config->problem_count > 0;
      for (size_t i = 0; i < config->count; i++)
        known |= config->documents[i].kind
                 && (!strcmp (config->documents[i].kind, "InitConfiguration")
                     || !strcmp (config->documents[i].kind,
                                 "ClusterConfiguration"));
      if (!known)
        return kbsh_fail (config->ctx, NULL,
                          "add a document of kind InitConfiguration or "
                          "ClusterConfiguration",
                          "%s has neither an InitConfiguration nor a "
                          "ClusterConfiguration",
                          file);
    }
  if (config_given (config) || config_settle (config))
    return -1;
  say_deprecated (config);
  if (config_defaults (config))
    return -1;
  config_validate (config);
  return config_settle (config);
}

/* config.read: what a file says, checked, in the newest API; nothing is added,
 * and nothing looked for. Facts: kind -> what is given. */
int
config_read_run (struct kbsh_ctx *ctx)
{
  struct config config KBSH_CLEANUP (config_free) = { .ctx = ctx };
  const char *file = ctx->host->get_string (ctx, "config", "");
  if (config_read (&config, file) || config_take (&config)
      || config_settle (&config))
    return -1;
  config.facts = json_object_get (config.given);
  return config_put_all (&config);
}

/* Documents that init has no use for are said to be ignored. */
static void
say_ignored (struct config *config)
{
  static const char *const others[]
      = { "JoinConfiguration", "ResetConfiguration", "UpgradeConfiguration",
          "ClusterStatus", NULL };
  for (int i = 0; others[i]; i++)
    if (config->given
        && json_object_object_get_ex (config->given, others[i], NULL))
      config_warn (config, others[i], "", "this %s is ignored", others[i]);
}

static int
read_own (struct config *config)
{
  const char *file = kbsh_input_string (config->ctx, "config", NULL);
  kbsh_autofree char *remedy
      = kbsh_text ("add a document of kind %s", config->kind);
  int found = 0;
  if (!file)
    return 0;
  if (config_read (config, file))
    return -1;
  for (size_t i = 0; i < config->count; i++)
    found |= config->documents[i].kind
             && !strcmp (config->documents[i].kind, config->kind);
  if (found || config->problem_count)
    return 0;
  return kbsh_fail (config->ctx, NULL, remedy, "%s has no %s", file,
                    config->kind);
}

int
config_make_own (struct config *config, int (*check) (struct config *config))
{
  if (read_own (config) || config_given (config) || config_settle (config))
    return -1;
  say_deprecated (config);
  return check (config);
}

int
config_own_kind (struct config *config)
{
  kbsh_autojson json_object *all = NULL;
  if (!config->kind)
    return 0;
  all = config->given;
  config->given = json_object_new_object ();
  if (!config->given)
    return kbsh_fail_memory (config->ctx);
  json_object_object_foreach (all, kind, tree)
  {
    if (strcmp (kind, config->kind))
      config_warn (config, kind, "", "this %s is ignored", kind);
    else if (json_object_object_add (config->given, kind,
                                     json_object_get (tree)))
      return kbsh_fail_memory (config->ctx);
  }
  return 0;
}

int
config_put_all (struct config *config)
{
  json_object_object_foreach (config->facts, name, value)
  {
    kbsh_autofree char *at = config_pointer ("", name);
    if (!at)
      return kbsh_fail_memory (config->ctx);
    if (kbsh_put (config->ctx, at, json_object_get (value)))
      return -1;
  }
  return 0;
}

int
config_check_patches (struct config *config, const char *kind)
{
  kbsh_autofree char *at = kbsh_text ("/%s/patches/directory", kind);
  const char *folder = at ? kbsh_json_string (config->tree, at, "") : "";
  if (*folder && access (folder, R_OK | X_OK))
    config_problem (config, kind, "/patches/directory",
                    "the folder %s can't be read: %s", folder,
                    strerror (errno));
  return config_settle (config);
}

/* Before anything is made. "default" is the policy that the control plane's
 * plugin has. */
static int
check_audit (struct config *config)
{
  const char *file = kbsh_json_string (config->facts, "/audit/source", "");
  if (!*file || !strcmp (file, "default") || !access (file, R_OK))
    return 0;
  return kbsh_fail (config->ctx, strerror (errno), "correct --audit-policy",
                    "the audit policy %s can't be read", file);
}

int
config_load_run (struct kbsh_ctx *ctx)
{
  struct config config KBSH_CLEANUP (config_free) = { .ctx = ctx };
  if (make_all (&config)
      || config_check_patches (&config, "InitConfiguration"))
    return -1;
  say_ignored (&config);
  return config_facts (&config) || check_audit (&config)
             ? -1
             : config_put_all (&config);
}
