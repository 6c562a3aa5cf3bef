/* SPDX-License-Identifier: Apache-2.0
 *
 * upload.download-certs: the CAs and keys that control planes share, from the
 * Secret that upload.certs made. All are decrypted and compared with what is
 * there before the first is written.
 */
#include "upload.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/pki.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <string.h>

#define UPLOAD_AGAIN                                                           \
  "On a control plane of the cluster, run kbsh init phase upload-certs "       \
  "--upload-certs, and give the key that it prints to --certificate-key "      \
  "here. Or copy the files here by hand, and give no --certificate-key."

enum
{
  MOST = 16
};

struct file
{
  const char *name, *path; /* borrowed */
  char *text;              /* wiped */
  int there;               /* with this content */
};

struct download
{
  json_object *paths;
  struct file files[MOST];
  size_t count;
};

static void
download_close (struct download *download)
{
  for (size_t i = 0; i < download->count; i++)
    kbsh_cleanup_wipe (&download->files[i].text);
  json_object_put (download->paths);
}

static json_object *
fetch (struct kbsh_ctx *ctx)
{
  KBSH_CLEANUP (kbsh_kube_close) struct kbsh_kube kube = { 0 };
  kbsh_autojson json_object *secret = NULL;
  int status;
  if (kbsh_kube_connect (ctx, &kube))
    return NULL;
  status
      = kbsh_kube_request (ctx, &kube, "GET", UPLOAD_SECRET, NULL, NULL, &secret);
  if (status == 200)
    return kbsh_steal (&secret);
  if (status >= 0)
    kbsh_fail (ctx,
               "the cluster has no Secret kube-system/kubeadm-certs: it goes "
               "two hours after the certificates were uploaded",
               UPLOAD_AGAIN,
               "the certificates that control planes share can't be fetched");
  return NULL;
}

/* An empty one was not there when they were uploaded (an external CA). */
static int
decrypt (struct kbsh_ctx *ctx, const uint8_t key[32], json_object *sealed,
         struct file *file)
{
  size_t length = 0, opened = 0;
  const char *text = json_object_get_string (sealed);
  kbsh_autofree uint8_t *data
      = kbsh_base64_decode (text ? text : "", &length, NULL);
  if (data && !length)
    return 0;
  if (data)
    file->text = kbsh_pki_decrypt (key, data, length, &opened, NULL);
  return file->text ? 0
                    : kbsh_fail (ctx, "it was encrypted with another key",
                                 UPLOAD_AGAIN,
                                 "the certificate key does not open %s of "
                                 "Secret kube-system/kubeadm-certs",
                                 file->name);
}

static int
decrypt_all (struct kbsh_ctx *ctx, const uint8_t key[32], json_object *secret,
             struct download *download)
{
  json_object *data = kbsh_json_at (secret, "/data");
  json_object_object_foreach (download->paths, name, path)
  {
    struct file *file = &download->files[download->count];
    json_object *sealed = NULL;
    if (download->count == MOST)
      break;
    if (!json_object_object_get_ex (data, name, &sealed))
      return kbsh_fail (ctx, "it was uploaded for another kind of cluster",
                        UPLOAD_AGAIN,
                        "Secret kube-system/kubeadm-certs has no %s", name);
    *file = (struct file){ .name = name, .path = json_object_get_string (path) };
    download->count++;
    if (decrypt (ctx, key, sealed, file))
      return -1;
  }
  return 0;
}

static int
compare (struct kbsh_ctx *ctx, struct download *download)
{
  for (size_t i = 0; i < download->count; i++)
    {
      struct file *file = &download->files[i];
      const char *have = file->text
                             ? ctx->host->read_file (ctx, file->path, NULL)
                             : NULL;
      file->there = have && !strcmp (have, file->text);
      if (have && strstr (file->name, ".key"))
        explicit_bzero ((void *)have, strlen (have));
      if (ctx->host->failed (ctx))
        return -1;
      if (have && !file->there)
        return kbsh_fail (ctx, "it is not the one of the cluster",
                          "Move it away when it is of no use any more (kbsh "
                          "reset removes what an earlier cluster left), or "
                          "leave --certificate-key out to use the files that "
                          "are here. Nothing was written.",
                          "%s is there with another content", file->path);
    }
  return 0;
}

static int
write_all (struct kbsh_ctx *ctx, struct download *download)
{
  size_t written = 0;
  for (size_t i = 0; i < download->count; i++)
    {
      struct file *file = &download->files[i];
      if (!file->text || file->there)
        continue;
      if (kbsh_make_folder_of (ctx, file->path, 0755)
          || (strstr (file->name, ".key")
                  ? kbsh_write_secret (ctx, file->path, file->text)
                  : kbsh_write (ctx, file->path, file->text, 0644)))
        return -1;
      written++;
    }
  if (written)
    kbsh_say (ctx, "Fetched the certificates and keys that control planes "
                   "share (%zu files)",
              written);
  return 0;
}

int
upload_download (struct kbsh_ctx *ctx)
{
  KBSH_CLEANUP (download_close) struct download download = { 0 };
  kbsh_autojson json_object *secret = NULL;
  uint8_t key[32] = { 0 };
  int status = upload_parse_key (
      ctx, ctx->host->get_string (ctx, "certificate-key", ""), key);
  download.paths = status ? NULL : upload_shared (ctx);
  secret = download.paths ? fetch (ctx) : NULL;
  status = !secret || decrypt_all (ctx, key, secret, &download)
                   || compare (ctx, &download) || write_all (ctx, &download)
               ? -1
               : 0;
  explicit_bzero (key, sizeof key);
  return status;
}
