/* SPDX-License-Identifier: Apache-2.0
 *
 * Opens a kubeconfig that is a file, or a tree that was handed over.
 */
#include "config.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/kube.h>
#include <kbsh/service.h>
#include <kbsh/yaml.h>

#include "kube_lib.h"

/* What was read holds keys: leave none of it in memory. */
static void
wipe_tree (json_object *tree)
{
  if (json_object_is_type (tree, json_type_object))
    {
      json_object_object_foreach (tree, key, value)
      {
        (void)key;
        wipe_tree (value);
      }
    }
  if (json_object_is_type (tree, json_type_array))
    for (size_t i = 0; i < json_object_array_length (tree); i++)
      wipe_tree (json_object_array_get_idx (tree, i));
  if (json_object_is_type (tree, json_type_string))
    explicit_bzero ((char *)json_object_get_string (tree),
                    (size_t)json_object_get_string_len (tree));
}

static int
read_file (struct opener *o, struct kbsh_kube *kube)
{
  struct kbsh_yaml yaml = { 0 };
  size_t length = 0;
  int failed;
  const char *text = o->ctx->host->read_file (o->ctx, o->path, &length);
  if (!text && o->ctx->host->failed (o->ctx))
    return -1;
  if (!text)
    return kubeconfig_wrong (o, "there is no such file", "");
  if (kbsh_yaml_parse (o->path, text, length, &yaml, o->err))
    return -1;
  failed = yaml.count == 1 ? kubeconfig_read (o, yaml.documents[0].tree, kube)
                           : kubeconfig_wrong (o, "it is not one document", "");
  for (size_t i = 0; i < yaml.count; i++)
    wipe_tree (yaml.documents[i].tree);
  kbsh_yaml_free (&yaml);
  return failed;
}

/* Closes what could not be opened; a failure that the host has not recorded
 * yet is. */
static int
give_up (struct kbsh_ctx *ctx, const struct kbsh_error *err,
         struct kbsh_kube *kube)
{
  kbsh_kube_close (kube);
  return err->what[0] ? kbsh_fail_error (ctx, err) : -1;
}

int
kbsh_kube_open (struct kbsh_ctx *ctx, const char *kubeconfig,
                struct kbsh_kube *kube)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct opener o = { ctx, kubeconfig, &err };
  *kube = (struct kbsh_kube){ 0 };
  return read_file (&o, kube) ? give_up (ctx, &err, kube) : 0;
}

int
kbsh_kube_open_tree (struct kbsh_ctx *ctx, json_object *tree, const char *path,
                     struct kbsh_kube *kube)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct opener o = { ctx, path, &err };
  *kube = (struct kbsh_kube){ 0 };
  return kubeconfig_read (&o, tree, kube) ? give_up (ctx, &err, kube) : 0;
}

int
kbsh_kube_connect (struct kbsh_ctx *ctx, struct kbsh_kube *kube)
{
  json_object *given = kbsh_input (ctx, "kubeconfig");
  const char *path = json_object_is_type (given, json_type_string)
                         ? json_object_get_string (given)
                         : NULL;
  int failed;
  *kube = (struct kbsh_kube){ 0 };
  if (!given || (path && !*path))
    failed = kbsh_fail (ctx, "the parameter kubeconfig is empty", NULL,
                        "there is no way to the API server");
  else
    failed = path ? kbsh_kube_open (ctx, path, kube)
                  : kbsh_kube_open_tree (ctx, given, NULL, kube);
  wipe_tree (given);
  json_object_put (given);
  return failed;
}

static void
wipe (char *text)
{
  if (text)
    explicit_bzero (text, strlen (text));
  free (text);
}

void
kbsh_kube_close (struct kbsh_kube *kube)
{
  free (kube->server);
  free (kube->ca);
  free (kube->certificate);
  free (kube->user);
  wipe (kube->key);
  wipe (kube->token);
  *kube = (struct kbsh_kube){ 0 };
}
