/* SPDX-License-Identifier: Apache-2.0
 *
 * The files that all control planes share: their names in Secret
 * kubeadm-certs, and where they are on a machine.
 */
#include "upload.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <ctype.h>
#include <string.h>

/* `where` is a file below the folder of the certificates, or an input. */
struct name
{
  const char *name, *where;
};

static const struct name common[]
    = { { "ca.crt", "ca.crt" },
        { "ca.key", "ca.key" },
        { "front-proxy-ca.crt", "front-proxy-ca.crt" },
        { "front-proxy-ca.key", "front-proxy-ca.key" },
        { "sa.key", "sa.key" },
        { "sa.pub", "sa.pub" },
        { NULL, NULL } };
static const struct name local[] = { { "etcd-ca.crt", "etcd/ca.crt" },
                                     { "etcd-ca.key", "etcd/ca.key" },
                                     { NULL, NULL } };
static const struct name external[]
    = { { "external-etcd-ca.crt", "config:/cluster/etcd/external/caFile" },
        { "external-etcd.crt", "config:/cluster/etcd/external/certFile" },
        { "external-etcd.key", "config:/cluster/etcd/external/keyFile" },
        { NULL, NULL } };

static char *
path_of (struct kbsh_ctx *ctx, const char *where)
{
  const char *folder
      = ctx->host->get_string (ctx, "config:/paths/pki", "/etc/kubernetes/pki");
  return strchr (where, ':')
             ? strdup (ctx->host->get_string (ctx, where, ""))
             : kbsh_text ("%s/%s", folder, where);
}

static int
add (struct kbsh_ctx *ctx, json_object *files, const struct name *name)
{
  for (; name->name; name++)
    {
      kbsh_autofree char *path = path_of (ctx, name->where);
      if (!path)
        return kbsh_fail_memory (ctx);
      if (*path
          && json_object_object_add (files, name->name,
                                     json_object_new_string (path)))
        return kbsh_fail_memory (ctx);
    }
  return 0;
}

json_object *
upload_shared (struct kbsh_ctx *ctx)
{
  kbsh_autojson json_object *files = json_object_new_object ();
  int elsewhere = ctx->host->get (ctx, "config:/cluster/etcd/external") != NULL;
  if (!files)
    kbsh_fail_memory (ctx);
  if (!files || add (ctx, files, common)
      || add (ctx, files, elsewhere ? external : local))
    return NULL;
  return kbsh_steal (&files);
}

int
upload_parse_key (struct kbsh_ctx *ctx, const char *hex, uint8_t key[32])
{
  size_t n = 0;
  while (isxdigit ((unsigned char)hex[n]))
    n++;
  if (n != 64 || hex[n])
    return kbsh_fail (ctx, "it must be 64 hexadecimal digits",
                      "make one with: openssl rand -hex 32",
                      "the certificate key is not valid");
  for (size_t i = 0; i < 32; i++)
    {
      char byte[3] = { hex[2 * i], hex[2 * i + 1], '\0' };
      key[i] = (uint8_t)strtoul (byte, NULL, 16);
    }
  return 0;
}
