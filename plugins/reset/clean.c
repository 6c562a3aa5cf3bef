/* SPDX-License-Identifier: Apache-2.0
 *
 * What runs is ended, what is mounted is unmounted, and the folders are
 * emptied. Each step looks at what is there: one that was killed, or found
 * nothing to do, is run again.
 */
#include "reset.h"

#include <string.h>
#include <unistd.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>

int
stop_run (struct kbsh_ctx *ctx)
{
  struct kbsh_unit_state state = { .size = sizeof state };
  if (!ctx->host->unit (ctx, "kubelet", KBSH_UNIT_STATE, &state)
      && !state.known)
    {
      kbsh_say (ctx, "There is no service kubelet to stop");
      return 0;
    }
  if (ctx->host->failed (ctx))
    {
      kbsh_warn (ctx, "the kubelet can't be stopped, make sure that it does "
                      "not run: %s",
                 ctx->host->forgive (ctx));
      return 0;
    }
  return ctx->host->unit (ctx, "kubelet", KBSH_UNIT_STOP, NULL);
}

int
pods_run (struct kbsh_ctx *ctx)
{
  const char *service = kbsh_input_string (ctx, "service", NULL);
  const char *socket = kbsh_input_string (ctx, "socket", NULL);
  kbsh_autojson json_object *args = json_object_new_object ();
  kbsh_autojson json_object *result = NULL;
  if (!service || !socket || !args)
    {
      kbsh_warn (ctx, "no container runtime answers: containers that are left "
                      "have to be removed by hand");
      return 0;
    }
  json_object_object_add (args, "socket", json_object_new_string (socket));
  result = kbsh_call_one (ctx, "runtime", service, "clear",
                          kbsh_steal (&args));
  /* A runtime that is broken is no reason to leave the rest. */
  if (!result)
    {
      kbsh_warn (ctx, "containers are left, which have to be removed by hand: "
                      "%s",
                 ctx->host->forgive (ctx));
      return 0;
    }
  if (!ctx->dry_run)
    kbsh_say (ctx, "Removed %d pods or containers",
            (int)kbsh_json_int (result, "/removed", 0));
  return 0;
}

/* ---------------------------------------------------------------- */

static int
flags_of (struct kbsh_ctx *ctx, uint32_t *flags)
{
  static const struct
  {
    const char *name;
    uint32_t flag;
  } known[] = { { "MNT_FORCE", KBSH_MNT_FORCE },
                { "MNT_DETACH", KBSH_MNT_DETACH },
                { "MNT_EXPIRE", KBSH_MNT_EXPIRE },
                { "UMOUNT_NOFOLLOW", KBSH_UMOUNT_NOFOLLOW } };
  kbsh_autojson json_object *list = kbsh_input (ctx, "flags");
  for (size_t i = 0; i < kbsh_json_length (list, ""); i++)
    {
      const char *name
          = json_object_get_string (json_object_array_get_idx (list, i));
      size_t k = 0;
      while (k < sizeof known / sizeof *known && strcmp (known[k].name, name))
        k++;
      if (k == sizeof known / sizeof *known)
        return kbsh_fail (ctx, NULL,
                          "Known are MNT_FORCE, MNT_DETACH, MNT_EXPIRE and "
                          "UMOUNT_NOFOLLOW.",
                          "%s is no flag of an unmount", name);
      *flags |= known[k].flag;
    }
  return 0;
}

int
unmount_run (struct kbsh_ctx *ctx)
{
  uint32_t flags = 0;
  return flags_of (ctx, &flags)
         || ctx->host->unmount (ctx, kbsh_input_string (ctx, "folder", ""),
                                flags);
}

int
empty_run (struct kbsh_ctx *ctx)
{
  const char *folder = kbsh_input_string (ctx, "folder", "");
  return guard_folder (ctx, folder, "the folder")
         || ctx->host->remove_tree (ctx, folder, KBSH_KEEP_FOLDER);
}

/* Only etcd has a folder `member` in it. */
int
etcd_data_run (struct kbsh_ctx *ctx)
{
  const char *folder = kbsh_input_string (ctx, "folder", "");
  kbsh_autofree char *member = kbsh_text ("%s/member", folder);
  if (!member)
    return kbsh_fail_memory (ctx);
  if (guard_folder (ctx, folder, "etcd's folder"))
    return -1;
  if (access (member, F_OK) && strcmp (folder, "/var/lib/etcd"))
    {
      kbsh_say (ctx, "%s has no data of etcd", folder);
      return 0;
    }
  return ctx->host->remove_tree (ctx, folder, KBSH_KEEP_FOLDER);
}

/* ---------------------------------------------------------------- */

static int
each (struct kbsh_ctx *ctx, const char *list, const char *folder,
      const char *end, uint32_t flags)
{
  kbsh_autojson json_object *names = kbsh_input (ctx, list);
  for (size_t i = 0; i < kbsh_json_length (names, ""); i++)
    {
      const char *name
          = json_object_get_string (json_object_array_get_idx (names, i));
      kbsh_autofree char *path
          = kbsh_text ("%s%s%s", folder ? folder : "", name, end);
      if (!path)
        return kbsh_fail_memory (ctx);
      if (ctx->host->remove_tree (ctx, path, flags))
        return -1;
    }
  return 0;
}

/* No copies of them are kept: they are secrets. */
int
files_run (struct kbsh_ctx *ctx)
{
  return each (ctx, "names", "/etc/kubernetes/", ".conf", 0);
}

int
leftovers_run (struct kbsh_ctx *ctx)
{
  return each (ctx, "folders", NULL, "", KBSH_KEEP_FOLDER);
}
