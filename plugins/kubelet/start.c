/* SPDX-License-Identifier: Apache-2.0
 *
 * kubelet.start: write what the kubelet reads, then start it. It is stopped
 * before its files change: one that is waiting for them would otherwise be
 * caught between old and new, and a run that is killed in between goes on.
 */
#include "kubelet.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>
#include <kbsh/yaml.h>

#include <string.h>

#define UNIT "kubelet"

/* One of the kubelet's files: what it is called and what it shall hold. */
struct file
{
  const char *name;
  char *path;
  char *text; /* NULL: not in this release */
};

enum
{
  FLAGS,
  INSTANCE,
  CONFIG,
  FILES
};

static void free_files (struct file (*files)[FILES])
{
  for (size_t i = 0; i < FILES; i++)
    {
      free ((*files)[i].path);
      free ((*files)[i].text);
    }
}

static char *
yaml (struct kbsh_ctx *ctx, json_object *tree)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  char *text = kbsh_yaml_text (tree, &err);
  if (!text)
    kbsh_fail_error (ctx, &err);
  return text;
}

static int
prepare (struct kbsh_ctx *ctx, const char *folder, struct file files[FILES])
{
  kbsh_autojson json_object *rules = kubelet_rules (ctx), *config = NULL;
  json_object *instance;
  if (!rules)
    return -1;
  config = kubelet_configuration (ctx, rules);
  files[FLAGS].text = config ? kubelet_flags_text (ctx, rules) : NULL;
  files[CONFIG].text = files[FLAGS].text ? yaml (ctx, config) : NULL;
  if (!files[CONFIG].text)
    return -1;
  instance = kbsh_json_at (rules, "/instance-config");
  if (instance && !(files[INSTANCE].text = yaml (ctx, instance)))
    return -1;
  for (size_t i = 0; i < FILES; i++)
    if (!(files[i].path = kbsh_text ("%s/%s", folder, files[i].name)))
      return kbsh_fail_memory (ctx);
  return 0;
}

/* 1 when a file does not hold yet what it shall. */
static int
any_differs (struct kbsh_ctx *ctx, const struct file files[FILES])
{
  for (size_t i = 0; i < FILES; i++)
    {
      const char *have = files[i].text
                             ? ctx->host->read_file (ctx, files[i].path, NULL)
                             : NULL;
      if (ctx->host->failed (ctx))
        return -1;
      if (files[i].text && (!have || strcmp (have, files[i].text) != 0))
        return 1;
    }
  return 0;
}

static int
write_files (struct kbsh_ctx *ctx, const struct file files[FILES])
{
  for (size_t i = 0; i < FILES; i++)
    if (files[i].text && kbsh_write (ctx, files[i].path, files[i].text, 0644))
      return -1;
  return 0;
}

static int
no_unit (struct kbsh_ctx *ctx)
{
  return kbsh_fail (
      ctx, "systemd knows no unit of this name",
      "install the kubelet with its unit, then run the same command again",
      "the service kubelet can't be started");
}

/* 0, or -1, or 1: nobody answers. A dry run shows the files there as well. */
static int
ask_unit (struct kbsh_ctx *ctx, struct kbsh_unit_state *state)
{
  if (!ctx->host->unit (ctx, UNIT, KBSH_UNIT_STATE, state))
    return state->known || ctx->dry_run ? 0 : no_unit (ctx);
  if (!ctx->dry_run)
    return -1;
  kbsh_warn (ctx, "the kubelet would not be started: %s",
             ctx->host->forgive (ctx));
  return 1;
}

static int
restart (struct kbsh_ctx *ctx, const char *folder,
         const struct file files[FILES], const struct kbsh_unit_state *state)
{
  int differs = any_differs (ctx, files);
  if (differs < 0
      || (differs && ctx->host->unit (ctx, UNIT, KBSH_UNIT_STOP, NULL))
      || ctx->host->make_dir (ctx, folder, 0700) || write_files (ctx, files))
    return -1;
  if (!differs && state->active)
    return 0;
  kbsh_say (ctx, "Starting the kubelet");
  return ctx->host->unit (ctx, UNIT, KBSH_UNIT_START, NULL);
}

int
kubelet_start (struct kbsh_ctx *ctx)
{
  KBSH_CLEANUP (free_files)
  struct file files[FILES] = { { "kubeadm-flags.env", NULL, NULL },
                               { "instance-config.yaml", NULL, NULL },
                               { "config.yaml", NULL, NULL } };
  struct kbsh_unit_state state = { 0 };
  const char *folder = ctx->host->get_string (ctx, "config:/paths/kubelet",
                                              "/var/lib/kubelet");
  int answer = prepare (ctx, folder, files) ? -1 : ask_unit (ctx, &state);
  if (answer > 0)
    return ctx->host->make_dir (ctx, folder, 0700) || write_files (ctx, files)
               ? -1
               : 0;
  return answer ? -1 : restart (ctx, folder, files, &state);
}
