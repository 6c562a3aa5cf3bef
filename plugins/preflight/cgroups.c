/* SPDX-License-Identifier: Apache-2.0
 *
 * SystemVerification: the controllers of control groups, version 1 and 2.
 */
#include "system.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>

#define ROOT "/sys/fs/cgroup"

/* Version 2 is what is mounted at the root itself; below it, beside version 1,
 * it has none of the controllers. */
static int
unified (struct kbsh_ctx *ctx)
{
  const char *line = root_read (ctx, "/proc/mounts");
  int is = 0;
  while (line && *line)
    {
      char where[256], type[64];
      if (sscanf (line, "%*s %255s %63s", where, type) == 2
          && !strcmp (where, ROOT))
        is = !strcmp (type, "cgroup2");
      line += strcspn (line, "\n");
      line += *line == '\n';
    }
  return is;
}

/* /proc/cgroups: "name hierarchy groups enabled", and a comment first. */
static int
has_v1 (const char *table, const char *controller)
{
  while (table && *table)
    {
      char name[64];
      int enabled = 0;
      if (sscanf (table, "%63s %*d %*d %d", name, &enabled) == 2
          && !strcmp (name, controller))
        return enabled;
      table += strcspn (table, "\n");
      table += *table == '\n';
    }
  return 0;
}

/* Any group but the root has cgroup.freeze, where the kernel knows it. */
static int
has_freezer (struct kbsh_ctx *ctx)
{
  kbsh_autofree char *root = root_path (ctx, ROOT);
  kbsh_autodir DIR *dir = root ? opendir (root) : NULL;
  struct dirent *entry;
  while (dir && (entry = readdir (dir)))
    {
      kbsh_autofree char *path
          = kbsh_text ("%s/%s/cgroup.freeze", root, entry->d_name);
      if (entry->d_name[0] != '.' && path && !access (path, F_OK))
        return 1;
    }
  return 0;
}

static int
has_v2 (struct kbsh_ctx *ctx, const char *table, const char *controller)
{
  size_t length = strlen (controller);
  /* Devices are a matter of BPF programs, and always there. */
  if (!strcmp (controller, "devices"))
    return 1;
  if (!strcmp (controller, "freezer"))
    return has_freezer (ctx);
  while (table && *table)
    {
      size_t word = strcspn (table, " \n");
      if (word == length && !strncmp (table, controller, length))
        return 1;
      table += word + (table[word] != '\0');
    }
  return 0;
}

/* Those of a list that are not there; NULL: none. The caller frees. */
static char *
lacking (struct system_check *check, const char *table, json_object *list)
{
  KBSH_CLEANUP (kbsh_buffer_free) struct kbsh_buffer out = { 0 };
  for (size_t i = 0; i < kbsh_json_length (list, ""); i++)
    {
      const char *name
          = json_object_get_string (json_object_array_get_idx (list, i));
      if (!(check->unified ? has_v2 (check->ctx, table, name)
                           : has_v1 (table, name)))
        kbsh_buffer_printf (&out, "%s%s", out.length ? " " : "", name);
    }
  return out.length ? kbsh_buffer_take (&out) : NULL;
}

static int
controllers (struct system_check *check)
{
  json_object *wanted = kbsh_json_at (
      check->spec, check->unified ? "/cgroups-v2" : "/cgroups-v1");
  const char *table
      = root_read (check->ctx, check->unified ? ROOT "/cgroup.controllers"
                                              : "/proc/cgroups");
  kbsh_autofree char *required
      = lacking (check, table, kbsh_json_at (wanted, "/required"));
  kbsh_autofree char *optional
      = lacking (check, table, kbsh_json_at (wanted, "/optional"));
  if (required
      && system_found (check, check->severity, "these controllers, enabled",
                       "enable them on the kernel's command line (such as "
                       "cgroup_enable=memory), and restart the machine",
                       "required cgroup controllers are missing: %s", required))
    return -1;
  return optional ? system_found (check, KBSH_WARN, NULL, NULL,
                                  "optional cgroup controllers are missing: "
                                  "%s",
                                  optional)
                  : 0;
}

/* What a release thinks of version 1 is in its spec. A kubelet that was told
 * not to mind is taken at its word. */
static int
version_one (struct system_check *check)
{
  const char *opinion
      = kbsh_json_string (check->spec, "/cgroups-v1/severity", "passed");
  enum kbsh_severity severity = KBSH_WARN;
  if (check->unified || !strcmp (opinion, "passed"))
    return 0;
  if (!strcmp (opinion, "error")
      && check->ctx->host->get_bool (check->ctx, "config:/kubelet/failCgroupV1",
                                     1))
    severity = check->severity;
  return system_found (check, severity, "cgroup v2",
                       "start the machine with systemd.unified_cgroup_"
                       "hierarchy=1, or set failCgroupV1: false in the "
                       "KubeletConfiguration",
                       "this machine uses cgroup v1, which is deprecated");
}

int
system_cgroups (struct system_check *check)
{
  check->unified = unified (check->ctx);
  return version_one (check) || controllers (check) ? -1 : 0;
}
