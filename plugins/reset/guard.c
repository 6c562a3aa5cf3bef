/* SPDX-License-Identifier: Apache-2.0
 *
 * Folders that are never emptied, whatever a configuration says.
 */
#include "reset.h"

#include <string.h>

#include <kbsh/service.h>

/* These, and what is around them. */
static const char *const kept[]
    = { "/bin",      "/boot",     "/dev",       "/etc",          "/home",
        "/lib",      "/lib32",    "/lib64",     "/media",        "/mnt",
        "/opt",      "/proc",     "/root",      "/run",          "/sbin",
        "/srv",      "/sys",      "/tmp",       "/usr",          "/var/lib/dpkg",
        "/var/lib/kbsh", "/var/lib/systemd", "/var/cache",  "/var/log",
        "/var/run",  "/var/spool", "/var/tmp",  "/etc/ssh",      "/etc/ssl",
        "/etc/systemd", NULL };
/* In these, nothing is a cluster's. */
static const char *const closed[]
    = { "/bin",  "/boot",    "/dev",     "/lib",      "/proc", "/sbin",
        "/sys",  "/usr/bin", "/usr/lib", "/usr/sbin", NULL };

static int
is_around (const char *folder, const char *path)
{
  size_t length = strlen (folder);
  return !strncmp (folder, path, length)
         && (!path[length] || path[length] == '/');
}

const char *
foolish (const char *folder)
{
  if (*folder != '/' || strstr (folder, "/../") || strstr (folder, "//"))
    return "it is no plain absolute path";
  if (!folder[1] || folder[strlen (folder) - 1] == '/')
    return "it is no plain absolute path";
  for (const char *const *one = kept; *one; one++)
    if (is_around (folder, *one))
      return "it belongs to the system";
  for (const char *const *one = closed; *one; one++)
    if (is_around (*one, folder))
      return "it belongs to the system";
  return NULL;
}

int
guard_folder (struct kbsh_ctx *ctx, const char *folder, const char *what)
{
  const char *why = foolish (folder);
  return why ? kbsh_fail (ctx, why,
                          "Look where that was configured, and empty the "
                          "folder by hand if it is right.",
                          "%s, %s, is not emptied", what, folder)
             : 0;
}
