/* SPDX-License-Identifier: Apache-2.0
 *
 * reset.cgroups: the control groups that the kubelet keeps its pods in. They
 * are empty by now; those that are not stay.
 */
#include "reset.h"

#include <fcntl.h>
#include <ftw.h>
#include <glob.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>

/* nftw has no argument for these. */
static json_object *found;
static int populated;

static int
has_processes (const char *group)
{
  kbsh_autofree char *path = kbsh_text ("%s/cgroup.procs", group);
  kbsh_autofd int fd = path ? open (path, O_RDONLY | O_CLOEXEC) : -1;
  char c;
  return fd < 0 || read (fd, &c, 1) != 0;
}

/* The innermost come first. */
static int
note (const char *path, const struct stat *st, int type, struct FTW *ftw)
{
  (void)st;
  (void)ftw;
  if (type != FTW_DP)
    return 0;
  populated |= has_processes (path);
  return json_object_array_add (found, json_object_new_string (path));
}

/* One kubepods with all that is in it; one that is in use is somebody's. */
static void
remove_group (struct kbsh_ctx *ctx, const char *group)
{
  kbsh_autojson json_object *list = found = json_object_new_array ();
  populated = !list || nftw (group, note, 16, FTW_PHYS | FTW_DEPTH);
  if (populated)
    {
      kbsh_say (ctx, "The control group %s is in use, and stays", group);
      return;
    }
  for (size_t i = 0; i < json_object_array_length (list); i++)
    if (ctx->host->remove_file (
            ctx, json_object_get_string (json_object_array_get_idx (list, i))))
      {
        kbsh_debug (ctx, "%s stays: %s", group, ctx->host->forgive (ctx));
        return;
      }
}

/* systemd would make its slices again. */
static int
stop_slice (struct kbsh_ctx *ctx)
{
  struct kbsh_unit_state state = { .size = sizeof state };
  if (ctx->host->unit (ctx, "kubepods.slice", KBSH_UNIT_STATE, &state)
      || !state.active)
    {
      if (ctx->host->failed (ctx))
        ctx->host->forgive (ctx);
      return 0;
    }
  return ctx->host->unit (ctx, "kubepods.slice", KBSH_UNIT_STOP, NULL);
}

/* With cgroup v1 there is one for each controller. */
int
cgroups_run (struct kbsh_ctx *ctx)
{
  glob_t all = { 0 };
  if (stop_slice (ctx))
    return -1;
  glob ("/sys/fs/cgroup/kubepods*", 0, NULL, &all);
  glob ("/sys/fs/cgroup/*/kubepods*", GLOB_APPEND, NULL, &all);
  for (size_t i = 0; i < all.gl_pathc; i++)
    remove_group (ctx, all.gl_pathv[i]);
  globfree (&all);
  return 0;
}
