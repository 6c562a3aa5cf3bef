/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads what a kubeconfig's current context says about reaching the API.
 */
#include "config.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/kube.h>
#include <kbsh/text.h>

#include "kube_lib.h"
#include "tree.h"

int
kubeconfig_wrong (struct opener *o, const char *why, const char *name)
{
  kbsh_error_set (o->err, "the kubeconfig %s can't be used",
                  o->path ? o->path : "that was found");
  kbsh_error_why (o->err, "%s%s%s%s", why, *name ? " '" : "", name,
                  *name ? "'" : "");
  kbsh_error_remedy (o->err, "put a kubeconfig with a current context there, "
                             "such as the one of an administrator");
  return -1;
}

/* The element of a list of {name, KIND} with that name: its KIND. */
static json_object *
named (json_object *tree, const char *list, const char *kind, const char *name)
{
  json_object *all = kbsh_json_at (tree, list);
  size_t count = kbsh_json_length (tree, list);
  for (size_t i = 0; i < count; i++)
    {
      json_object *one = json_object_array_get_idx (all, i);
      const char *its = kbsh_json_string (one, "/name", NULL);
      if (its && !strcmp (its, name))
        return kbsh_json_at (one, kind);
    }
  return NULL;
}

/* A file that the kubeconfig names, seen from its own folder; a tree has
 * none. */
static int
read_named (struct opener *o, const char *name, char **out)
{
  const char *base = o->path ? o->path : "";
  const char *slash = strrchr (base, '/');
  int folder = slash && *name != '/' ? (int)(slash - base + 1) : 0;
  kbsh_autofree char *path = kbsh_text ("%.*s%s", folder, base, name);
  const char *text = path && *path == '/'
                         ? o->ctx->host->read_file (o->ctx, path, NULL)
                         : NULL;
  if (!path)
    return kbsh_error_memory (o->err);
  if (*path != '/')
    return kubeconfig_wrong (o, "it names a file in no folder:", path);
  if (!text && o->ctx->host->failed (o->ctx))
    return -1;
  if (!text)
    return kubeconfig_wrong (o, "it names a file that is not there:", path);
  *out = strdup (text);
  return *out ? 0 : kbsh_error_memory (o->err);
}

/* The member "NAME-data" (base64), or else the file that "NAME" names. */
static int
credential (struct opener *o, json_object *tree, const char *name, char **out)
{
  kbsh_autofree char *pointer = kbsh_text ("/%s-data", name);
  const char *data, *file;
  size_t length = 0;
  if (!pointer)
    return kbsh_error_memory (o->err);
  data = kbsh_json_string (tree, pointer, "");
  pointer[strlen (pointer) - strlen ("-data")] = '\0';
  file = kbsh_json_string (tree, pointer, "");
  if (!*data)
    return *file ? read_named (o, file, out) : 0;
  *out = kbsh_base64_decode (data, &length, o->err);
  if (!*out)
    return kbsh_error_wrap (o->err, "%s: %s-data",
                            o->path ? o->path : "a kubeconfig", name);
  return strlen (*out) == length
             ? 0
             : kubeconfig_wrong (o, "there is a NUL in the data of", name);
}

static int
copy (struct opener *o, const char *text, char **out)
{
  *out = strdup (text);
  return *out ? 0 : kbsh_error_memory (o->err);
}

static int
read_cluster (struct opener *o, json_object *cluster, struct kbsh_kube *kube)
{
  const char *server = kbsh_json_string (cluster, "/server", "");
  size_t length = strlen (server);
  if (strncmp (server, "https://", 8) || !server[8])
    return kubeconfig_wrong (o, "its server is not https://...:", server);
  if (kbsh_json_bool (cluster, "/insecure-skip-tls-verify", 0))
    return kubeconfig_wrong (o, "it says insecure-skip-tls-verify", "");
  if (copy (o, server, &kube->server))
    return -1;
  while (kube->server[length - 1] == '/')
    kube->server[--length] = '\0';
  return credential (o, cluster, "certificate-authority", &kube->ca);
}

static int
read_token (struct opener *o, json_object *user, struct kbsh_kube *kube)
{
  const char *token = kbsh_json_string (user, "/token", "");
  const char *file = kbsh_json_string (user, "/tokenFile", "");
  if (*file && read_named (o, file, &kube->token))
    return -1;
  if (!*file && *token && copy (o, token, &kube->token))
    return -1;
  if (kube->token)
    kube->token[strcspn (kube->token, "\r\n")] = '\0';
  return 0;
}

static int
read_user (struct opener *o, json_object *user, struct kbsh_kube *kube)
{
  if (kbsh_json_at (user, "/exec") || kbsh_json_at (user, "/auth-provider")
      || kbsh_json_at (user, "/username"))
    return kubeconfig_wrong (
        o, "its user has neither a certificate nor a token", "");
  if (read_token (o, user, kube)
      || credential (o, user, "client-certificate", &kube->certificate)
      || credential (o, user, "client-key", &kube->key))
    return -1;
  if (!kube->certificate != !kube->key)
    return kubeconfig_wrong (o, "its user has just one of certificate and key",
                             "");
  if (kube->key && o->ctx->host->secret (o->ctx, kube->key))
    return -1;
  return kube->token ? o->ctx->host->secret (o->ctx, kube->token) : 0;
}

int
kubeconfig_read (struct opener *o, json_object *tree, struct kbsh_kube *kube)
{
  const char *context = kbsh_json_string (tree, "/current-context", "");
  json_object *at = named (tree, "/contexts", "/context", context);
  const char *name = kbsh_json_string (at, "/cluster", "");
  json_object *cluster = named (tree, "/clusters", "/cluster", name);
  const char *who = kbsh_json_string (at, "/user", "");
  if (!*context)
    return kubeconfig_wrong (o, "it has no current context", "");
  if (!at)
    return kubeconfig_wrong (o, "it has no context", context);
  if (!cluster)
    return kubeconfig_wrong (o, "it has no cluster", name);
  if (copy (o, who, &kube->user) || read_cluster (o, cluster, kube))
    return -1;
  return read_user (o, named (tree, "/users", "/user", who), kube);
}
