/* SPDX-License-Identifier: Apache-2.0
 *
 * pki.keypair: NAME.key and NAME.pub, such as those that sign the tokens of
 * service accounts. What is there is checked and kept.
 */
#include "pki-steps.h"

#include <kbsh/cleanup.h>
#include <kbsh/issue.h>
#include <kbsh/pki.h>
#include <kbsh/service.h>

#include <string.h>

struct files
{
  const char *name;
  char *key_path, *public_path;
  const char *key, *public_key; /* the host's; NULL: not there */
};

static void
files_close (struct files *files)
{
  if (files->key)
    explicit_bzero ((void *)files->key, strlen (files->key));
  free (files->key_path);
  free (files->public_path);
}

static int
files_open (struct kbsh_ctx *ctx, struct files *files)
{
  const char *folder
      = ctx->host->get_string (ctx, "config:/paths/pki", "/etc/kubernetes/pki");
  const char *name = kbsh_input_string (ctx, "name", "");
  *files = (struct files){
    .name = name,
    .key_path = kbsh_spec_path (folder, name, "key"),
    .public_path = kbsh_spec_path (folder, name, "pub"),
  };
  if (!files->key_path || !files->public_path)
    return kbsh_fail_memory (ctx);
  files->key = ctx->host->read_file (ctx, files->key_path, NULL);
  if (!ctx->host->failed (ctx))
    files->public_key = ctx->host->read_file (ctx, files->public_path, NULL);
  if (ctx->host->failed (ctx))
    return -1;
  return ctx->host->make_dir (ctx, folder, 0755);
}

static int
refuse (struct kbsh_ctx *ctx, const struct files *files, const char *why)
{
  return kbsh_fail (ctx, why,
                    "Put the two keys that belong together there, or move "
                    "both away so that new ones are made. Nothing was changed.",
                    "the keys %s and %s cannot be used", files->key_path,
                    files->public_path);
}

static int
refuse_for (struct kbsh_ctx *ctx, const struct files *files,
            const struct kbsh_error *err)
{
  char why[sizeof *err];
  return refuse (ctx, files, kbsh_error_text (err, why, sizeof why));
}

static int
check (struct kbsh_ctx *ctx, const struct files *files)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  int fits = kbsh_pki_pair (files->key, files->public_key, &err);
  if (fits < 0)
    return refuse_for (ctx, files, &err);
  if (!fits)
    return refuse (ctx, files, "they do not belong together");
  kbsh_say (ctx, "Using the existing keys \"%s\"", files->name);
  return 0;
}

/* The private key first: from it alone the other one can be had again. */
static int
make (struct kbsh_ctx *ctx, const struct files *files)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  const char *algorithm = kbsh_input_string (
      ctx, "config:/cluster/encryptionAlgorithm", "RSA-2048");
  kbsh_autowipe char *made
      = files->key ? NULL
                   : kbsh_pki_key (*algorithm ? algorithm : "RSA-2048", &err);
  const char *key = files->key ? files->key : made;
  kbsh_autofree char *public_key = key ? kbsh_pki_public (key, &err) : NULL;
  if (!public_key)
    return files->key ? refuse_for (ctx, files, &err)
                      : kbsh_fail_error (ctx, &err);
  if (made && kbsh_write_secret (ctx, files->key_path, made))
    return -1;
  if (kbsh_write (ctx, files->public_path, public_key, 0600))
    return -1;
  kbsh_say (ctx, "Made the keys \"%s\"", files->name);
  return 0;
}

int
keypair_run (struct kbsh_ctx *ctx)
{
  KBSH_CLEANUP (files_close) struct files files;
  if (files_open (ctx, &files))
    return -1;
  if (files.public_key && !files.key)
    return refuse (ctx, &files, "the private key is not there");
  return files.public_key ? check (ctx, &files) : make (ctx, &files);
}
