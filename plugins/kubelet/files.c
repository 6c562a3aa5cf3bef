/* SPDX-License-Identifier: Apache-2.0
 *
 * The kubelet's files, and its start. It is stopped before its files change:
 * one that is waiting for them would otherwise be caught between old and new,
 * and a run that is killed in between goes on.
 */
#include "kubelet.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>
#include <kbsh/yaml.h>

#include <string.h>

void
kubelet_files_free (struct kubelet_files *files)
{
  for (size_t i = 0; i < KUBELET_FILES; i++)
    {
      free (files->file[i].path);
      kbsh_cleanup_wipe (&files->file[i].text);
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
name_files (struct kbsh_ctx *ctx, struct kubelet_files *files)
{
  const char *folder = kubelet_folder (ctx);
  struct kubelet_file *file = files->file;
  file[KUBELET_FLAGS].path = kbsh_text ("%s/kubeadm-flags.env", folder);
  file[KUBELET_INSTANCE].path = kbsh_text ("%s/instance-config.yaml", folder);
  file[KUBELET_CONFIG].path = kbsh_text ("%s/config.yaml", folder);
  return file[KUBELET_FLAGS].path && file[KUBELET_INSTANCE].path
                 && file[KUBELET_CONFIG].path
             ? 0
             : kbsh_fail_memory (ctx);
}

int
kubelet_files_prepare (struct kbsh_ctx *ctx, struct kubelet_files *files,
                       int registers)
{
  kbsh_autojson json_object *rules = kubelet_rules (ctx), *config = NULL;
  struct kubelet_file *file = files->file;
  json_object *instance;
  if (!rules || name_files (ctx, files))
    return -1;
  config = kubelet_configuration (ctx, rules);
  file[KUBELET_FLAGS].text
      = config ? kubelet_flags_text (ctx, rules, registers) : NULL;
  file[KUBELET_CONFIG].text
      = file[KUBELET_FLAGS].text ? yaml (ctx, config) : NULL;
  if (!file[KUBELET_CONFIG].text)
    return -1;
  instance = kbsh_json_at (rules, "/instance-config");
  if (instance && !(file[KUBELET_INSTANCE].text = yaml (ctx, instance)))
    return -1;
  return 0;
}

/* 1 when a file does not hold yet what it shall. */
static int
any_differs (struct kbsh_ctx *ctx, const struct kubelet_files *files)
{
  for (const struct kubelet_file *file = files->file;
       file < files->file + KUBELET_FILES; file++)
    {
      const char *have
          = file->text ? ctx->host->read_file (ctx, file->path, NULL) : NULL;
      if (ctx->host->failed (ctx))
        return -1;
      if (file->text && (!have || strcmp (have, file->text) != 0))
        return 1;
    }
  return 0;
}

/* The one that is replaced is a credential as well, and nobody's any more. */
static int
write_secret (struct kbsh_ctx *ctx, const struct kubelet_file *file)
{
  const char *have = ctx->host->read_file (ctx, file->path, NULL);
  if (ctx->host->failed (ctx)
      || (have && strcmp (have, file->text) != 0
          && ctx->host->remove_secret (ctx, file->path)))
    return -1;
  return kbsh_write_secret (ctx, file->path, file->text);
}

static int
write_files (struct kbsh_ctx *ctx, const struct kubelet_files *files)
{
  if (ctx->host->make_dir (ctx, kubelet_folder (ctx), 0700))
    return -1;
  for (const struct kubelet_file *file = files->file;
       file < files->file + KUBELET_FILES; file++)
    if (file->text
        && (file->secret ? write_secret (ctx, file)
                         : kbsh_write (ctx, file->path, file->text, 0644)))
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
  if (!ctx->host->unit (ctx, KUBELET_UNIT, KBSH_UNIT_STATE, state))
    return state->known || ctx->dry_run ? 0 : no_unit (ctx);
  if (!ctx->dry_run)
    return -1;
  kbsh_warn (ctx, "the kubelet would not be started: %s",
             ctx->host->forgive (ctx));
  return 1;
}

static int
restart (struct kbsh_ctx *ctx, const struct kubelet_files *files,
         const struct kbsh_unit_state *state)
{
  int differs = any_differs (ctx, files);
  int stop = differs || files->restart;
  if (differs < 0
      || (stop && ctx->host->unit (ctx, KUBELET_UNIT, KBSH_UNIT_STOP, NULL))
      || write_files (ctx, files))
    return -1;
  if (!stop && state->active)
    return 0;
  kbsh_say (ctx, "Starting the kubelet");
  return ctx->host->unit (ctx, KUBELET_UNIT, KBSH_UNIT_START, NULL);
}

int
kubelet_files_start (struct kbsh_ctx *ctx, const struct kubelet_files *files)
{
  struct kbsh_unit_state state = { 0 };
  int answer = ask_unit (ctx, &state);
  if (answer > 0)
    return write_files (ctx, files);
  return answer ? -1 : restart (ctx, files, &state);
}
