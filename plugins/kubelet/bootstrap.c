/* SPDX-License-Identifier: Apache-2.0
 *
 * kubelet.bootstrap: start a kubelet that asks the cluster for a certificate
 * of its own. What can be found wrong is found before anything is written.
 */
#include "kubelet.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>
#include <kbsh/yaml.h>

#include <string.h>

/* A node that was deleted is made again by a kubelet that starts. */
static int
check_registered (struct kbsh_ctx *ctx, const char *node,
                  struct kubelet_files *files)
{
  KBSH_CLEANUP (kbsh_kube_close) struct kbsh_kube own = { 0 };
  kbsh_autofree char *path = kubelet_node_path (ctx, node);
  kbsh_autofree char *file = kubelet_kubeconfig (ctx);
  int status;
  if (!path || !file || kbsh_kube_open (ctx, file, &own))
    return -1;
  status = kbsh_kube_request (ctx, &own, "GET", path, NULL, NULL, NULL);
  if (status < 0)
    return -1;
  kbsh_say (ctx, "This machine has joined the cluster already, as %s", node);
  files->restart = status == 404;
  return 0;
}

/* The credential, as a file for the kubelet. */
static int
add_bootstrap (struct kbsh_ctx *ctx, struct kubelet_file *file)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *given = kbsh_input (ctx, "kubeconfig");
  const char *text;
  file->secret = 1;
  file->path = kubelet_bootstrap_kubeconfig (ctx);
  if (!file->path)
    return kbsh_fail_memory (ctx);
  if (json_object_is_type (given, json_type_string))
    {
      text = ctx->host->read_file (ctx, json_object_get_string (given), NULL);
      file->text = text ? strdup (text) : NULL;
      return file->text ? 0 : kbsh_fail_memory (ctx);
    }
  file->text = kbsh_yaml_text (given, &err);
  return file->text ? 0 : kbsh_fail_error (ctx, &err);
}

static int
other_ca (struct kbsh_ctx *ctx, const char *path)
{
  return kbsh_fail (ctx, "its certificates are not those of this cluster's CA",
                    "when it is left from another cluster, take this machine "
                    "out of that first (kbsh reset, or kubeadm reset); "
                    "otherwise move the file away",
                    "%s is another CA's", path);
}

/* One that is there and the same stays as it is. */
static int
add_ca (struct kbsh_ctx *ctx, const char *ca, struct kubelet_file *file)
{
  const char *path = ctx->host->get_string (ctx, "config:/join/caCertPath",
                                            "/etc/kubernetes/pki/ca.crt");
  const char *have = ctx->host->read_file (ctx, path, NULL);
  if (ctx->host->failed (ctx))
    return -1;
  if (have && ca)
    return kubelet_same_certificates (have, ca) ? 0 : other_ca (ctx, path);
  if (!ca)
    return 0;
  file->path = strdup (path);
  file->text = strdup (ca);
  return file->path && file->text ? 0 : kbsh_fail_memory (ctx);
}

static int
prepare (struct kbsh_ctx *ctx, const struct kbsh_kube *kube, const char *node,
         struct kubelet_files *files)
{
  int joined = kubelet_joined (ctx, kube, node);
  int registers = !ctx->host->get_bool (ctx, "config:/control-plane", 0);
  if (joined < 0)
    return -1;
  if (joined ? check_registered (ctx, node, files)
             : kubelet_check_name (ctx, kube, node)
                   || add_bootstrap (ctx, &files->file[KUBELET_BOOTSTRAP]))
    return -1;
  return add_ca (ctx, kube->ca, &files->file[KUBELET_CA])
                 || kubelet_files_prepare (ctx, files, registers)
             ? -1
             : 0;
}

static int
make_folders (struct kbsh_ctx *ctx, const struct kubelet_files *files)
{
  static const int ours[] = { KUBELET_BOOTSTRAP, KUBELET_CA };
  for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
    {
      const char *path = files->file[ours[i]].path;
      if (path && kbsh_make_folder_of (ctx, path, 0755))
        return -1;
    }
  return 0;
}

int
kubelet_bootstrap (struct kbsh_ctx *ctx)
{
  KBSH_CLEANUP (kubelet_files_free) struct kubelet_files files = { 0 };
  KBSH_CLEANUP (kbsh_kube_close) struct kbsh_kube kube = { 0 };
  kbsh_autofree char *node = kubelet_node (ctx);
  if (!node)
    return kbsh_fail_memory (ctx);
  if (kbsh_kube_connect (ctx, &kube) || prepare (ctx, &kube, node, &files)
      || make_folders (ctx, &files))
    return -1;
  return kubelet_files_start (ctx, &files);
}
