/* SPDX-License-Identifier: Apache-2.0
 *
 * FileExisting-PROGRAM: what the kubelet and the components call is installed.
 */
#include "preflight.h"

#include <string.h>
#include <unistd.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>

static int
in_path (struct kbsh_ctx *ctx, const char *program)
{
  static const char *const folders[]
      = { "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin",
          "/sbin",           "/bin",           NULL };
  for (size_t i = 0; folders[i]; i++)
    {
      kbsh_autofree char *path = kbsh_text ("%s/%s", folders[i], program);
      kbsh_autofree char *full = path ? root_path (ctx, path) : NULL;
      if (full && !access (full, X_OK))
        return 1;
    }
  return 0;
}

/* The first name of the data that a line of os-release has in it. */
static const char *
named_in (json_object *packages, const char *line, size_t length)
{
  json_object_object_foreach (packages, name, value)
  {
    (void)value;
    if (memmem (line, length, name, strlen (name)))
      return name;
  }
  return NULL;
}

/* The family of systems that this one is of: a name in the data. */
static const char *
family (struct kbsh_ctx *ctx, json_object *packages)
{
  const char *line = root_read (ctx, "/etc/os-release"), *found = NULL;
  while (line && *line && !found)
    {
      size_t length = strcspn (line, "\n");
      if (!strncmp (line, "ID=", 3) || !strncmp (line, "ID_LIKE=", 8))
        found = named_in (packages, line, length);
      line += length + (line[length] == '\n');
    }
  return found;
}

static char *
remedy (struct kbsh_ctx *ctx, json_object *data, const char *program)
{
  json_object *packages = kbsh_json_at (data, "/packages");
  const char *system = packages ? family (ctx, packages) : NULL;
  kbsh_autofree char *at
      = kbsh_text ("/packages/%s/%s", system ? system : "", program);
  kbsh_autofree char *how = kbsh_text ("/install/%s", system ? system : "");
  const char *package = at ? kbsh_json_string (data, at, NULL) : NULL;
  const char *install = how ? kbsh_json_string (data, how, NULL) : NULL;
  return package && install ? kbsh_text ("%s %s", install, package)
                            : kbsh_text ("install %s", program);
}

static int
not_needed (json_object *data, const char *program)
{
  json_object *list = kbsh_json_at (data, "/not-needed");
  for (size_t i = 0; i < kbsh_json_length (data, "/not-needed"); i++)
    if (!strcmp (json_object_get_string (json_object_array_get_idx (list, i)),
                 program))
      return 1;
  return 0;
}

static int
visit (struct kbsh_ctx *ctx, const char *name, const char *rest,
       enum kbsh_severity severity)
{
  kbsh_autojson json_object *data
      = kbsh_data (ctx, "preflight", "programs.yaml", NULL);
  if (!data)
    return -1;
  if (*rest == '-' || not_needed (data, rest)) /* a path, or not ours */
    return 0;
  if (in_path (ctx, rest))
    return kbsh_passed (ctx, name);
  kbsh_autofree char *mend = remedy (ctx, data, rest);
  return kbsh_found (ctx, name, severity, "the program, in the system's path",
                     mend, "%s was not found in the system's path", rest);
}

int
check_programs (struct kbsh_ctx *ctx)
{
  return severity_each (ctx, "FileExisting-", visit);
}
