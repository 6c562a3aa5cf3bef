/* SPDX-License-Identifier: Apache-2.0
 *
 * FileAvailable-PATH and DirAvailable-PATH: nobody else's files are in the way.
 */
#include "preflight.h"

#include <errno.h>
#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>

static int
available (struct kbsh_ctx *ctx, json_object *entry)
{
  const char *path = kbsh_json_string (entry, "/path", "");
  const char *source = kbsh_json_string (entry, "/made-from", NULL);
  kbsh_autofree char *name = name_of_path ("FileAvailable", path);
  enum kbsh_severity severity = name ? severity_of (ctx, name) : KBSH_PASSED;
  if (!name)
    return kbsh_fail_memory (ctx);
  if (severity == KBSH_PASSED)
    return 0;
  if (!root_exists (ctx, path) || own_file (ctx, path)
      || (source && own_made_from (ctx, path, source)))
    return kbsh_passed (ctx, name);
  return kbsh_found (ctx, name, severity,
                     "no such file: it was not made by kbsh on this machine",
                     "kbsh reset (or kubeadm reset), or move it away",
                     "%s already exists", path);
}

/* Does an entry of a folder count as nobody else's? */
static int
nobodys (struct kbsh_ctx *ctx, const char *folder, const char *name)
{
  kbsh_autofree char *path = NULL;
  if (!strcmp (name, ".") || !strcmp (name, ".."))
    return 1;
  path = kbsh_text ("%s/%s", folder, name);
  return path && own_file (ctx, path);
}

/* 1 when there is something in a folder that kbsh has not written there, 0 when
 * not, -1: errno. */
static int
filled (struct kbsh_ctx *ctx, const char *path)
{
  kbsh_autofree char *full = root_path (ctx, path);
  kbsh_autodir DIR *dir = full ? opendir (full) : NULL;
  struct dirent *entry;
  if (!dir)
    return errno == ENOENT ? 0 : -1;
  while ((entry = readdir (dir)))
    if (!nobodys (ctx, path, entry->d_name))
      return 1;
  return 0;
}

static int
empty (struct kbsh_ctx *ctx, json_object *entry)
{
  const char *path = kbsh_json_string (entry, "/path", "");
  kbsh_autofree char *name = name_of_path ("DirAvailable", path);
  enum kbsh_severity severity = name ? severity_of (ctx, name) : KBSH_PASSED;
  int is;
  if (!name)
    return kbsh_fail_memory (ctx);
  if (severity == KBSH_PASSED)
    return 0;
  is = filled (ctx, path);
  if (is < 0)
    return kbsh_found (ctx, name, severity, "a folder that can be read", NULL,
                       "%s cannot be looked into: %s", path, strerror (errno));
  if (!is || own_component (ctx, kbsh_json_string (entry, "/component", "")))
    return kbsh_passed (ctx, name);
  return kbsh_found (ctx, name, severity, "a folder that is empty, or absent",
                     "kbsh reset (or kubeadm reset), or move it away",
                     "%s is not empty", path);
}

int
check_files (struct kbsh_ctx *ctx)
{
  kbsh_autojson json_object *data = data_of (ctx, "files.yaml");
  if (!data)
    return -1;
  for (size_t i = 0; i < kbsh_json_length (data, "/available"); i++)
    if (available (ctx, json_object_array_get_idx (
                            kbsh_json_at (data, "/available"), i)))
      return -1;
  for (size_t i = 0; i < kbsh_json_length (data, "/empty"); i++)
    if (empty (ctx,
               json_object_array_get_idx (kbsh_json_at (data, "/empty"), i)))
      return -1;
  return 0;
}
