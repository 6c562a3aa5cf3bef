/* SPDX-License-Identifier: Apache-2.0
 *
 * reset.look: what there is on this machine, before anything goes; and what
 * stands in the way.
 */
#include "reset.h"

#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>

static int
is_empty (const char *folder)
{
  DIR *dir = opendir (folder);
  struct dirent *entry;
  int found = 0;
  while (dir && !found && (entry = readdir (dir)))
    found = strcmp (entry->d_name, ".") && strcmp (entry->d_name, "..");
  if (dir)
    closedir (dir);
  return !found;
}

static int
has_file (const char *folder, const char *name)
{
  kbsh_autofree char *path = kbsh_text ("%s/%s", folder, name);
  return path && !access (path, F_OK);
}

/* A folder that was given is that of certificates, or it is not touched. */
static int
check_pki (struct kbsh_ctx *ctx, const char *pki)
{
  static const char *const names[] = { "ca.crt", "apiserver.crt", "sa.pub",
                                       "front-proxy-ca.crt", "etcd", NULL };
  if (guard_folder (ctx, pki, "the folder of the certificates"))
    return -1;
  if (!strcmp (pki, "/etc/kubernetes/pki") || is_empty (pki))
    return 0;
  for (const char *const *name = names; *name; name++)
    if (has_file (pki, *name))
      return 0;
  return kbsh_fail (ctx, "it has no ca.crt, apiserver.crt or sa.pub",
                    "Look at --cert-dir, or certificatesDir.",
                    "%s is no folder of certificates, and is not emptied", pki);
}

/* The kubelet's folder is often a link to a larger disk. */
static int
put_kubelet (struct kbsh_ctx *ctx)
{
  const char *kubelet
      = kbsh_input_string (ctx, "config:/paths/kubelet", "/var/lib/kubelet");
  char real[PATH_MAX];
  if (realpath (kubelet, real))
    kubelet = real;
  return guard_folder (ctx, kubelet, "the kubelet's folder")
         || ctx->host->put_string (ctx, "/kubelet", kubelet);
}

static int
put_final (struct kbsh_ctx *ctx, const char *path, const char *end)
{
  kbsh_autofree char *text = kbsh_text ("%s%s", path, end);
  return text ? ctx->host->put_string (ctx, "/final/-", text)
              : kbsh_fail_memory (ctx);
}

/* The folder of etcd's data, as the manifest of this machine's etcd says; none:
 * etcd runs elsewhere. */
static int
put_etcd (struct kbsh_ctx *ctx)
{
  kbsh_autojson json_object *pod = manifest_read (ctx, "etcd");
  json_object *volumes = kbsh_json_at (pod, "/spec/volumes");
  if (ctx->host->failed (ctx))
    return -1;
  for (size_t i = 0; i < kbsh_json_length (pod, "/spec/volumes"); i++)
    {
      json_object *one = json_object_array_get_idx (volumes, i);
      const char *folder = kbsh_json_string (one, "/hostPath/path", NULL);
      if (folder && !strcmp (kbsh_json_string (one, "/name", ""), "etcd-data"))
        return guard_folder (ctx, folder, "the folder of etcd's data")
               || ctx->host->put_string (ctx, "/etcd", folder)
               || put_final (ctx, folder, "/");
    }
  return 0;
}

/* What was a cluster's before is no use any more: it does not come back. */
static int
put_finals (struct kbsh_ctx *ctx, const char *pki)
{
  static const char *const names[]
      = { "admin",     "super-admin", "kubelet", "bootstrap-kubelet",
          "controller-manager", "scheduler", NULL };
  if (ctx->host->put (ctx, "/final", "[]") || put_final (ctx, pki, "/")
      || put_final (ctx, manifest_folder (ctx), "/"))
    return -1;
  for (const char *const *name = names; *name; name++)
    {
      kbsh_autofree char *path = kbsh_text (
          "%s/%s.conf",
          kbsh_input_string (ctx, "config:/paths/kubernetes",
                             "/etc/kubernetes"),
          *name);
      if (!path || put_final (ctx, path, ""))
        return path ? -1 : kbsh_fail_memory (ctx);
    }
  return 0;
}

int
look_run (struct kbsh_ctx *ctx)
{
  const char *pki
      = kbsh_input_string (ctx, "config:/paths/pki", "/etc/kubernetes/pki");
  const char *cni = access (CNI_FILE, F_OK) ? "false" : "true";
  if (check_pki (ctx, pki) || ctx->host->put_string (ctx, "/pki", pki)
      || put_kubelet (ctx) || put_finals (ctx, pki) || put_etcd (ctx)
      || ctx->host->put (ctx, "/cni-bridge", cni))
    return -1;
  return 0;
}
