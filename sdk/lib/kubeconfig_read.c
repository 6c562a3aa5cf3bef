/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads what a kubeconfig's current context says about reaching the API.
 */
#include "config.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/kube.h>
#include <kbsh/text.h>
#include <kbsh/yaml.h>

#include "kube_lib.h"
#include "tree.h"

struct opener
{
  struct kbsh_ctx *ctx;
  const char *path;
  struct kbsh_error *err;
};

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
wrong (struct opener *o, const char *why, const char *name)
{
  kbsh_error_set (o->err, "the kubeconfig %s can't be used", o->path);
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

/* A file that the kubeconfig names, seen from its own folder. */
static int
read_named (struct opener *o, const char *name, char **out)
{
  const char *slash = strrchr (o->path, '/');
  int folder = slash && *name != '/' ? (int)(slash - o->path + 1) : 0;
  kbsh_autofree char *path = kbsh_text ("%.*s%s", folder, o->path, name);
  const char *text = path ? o->ctx->host->read_file (o->ctx, path, NULL) : NULL;
  if (!path)
    return kbsh_error_memory (o->err);
  if (!text && o->ctx->host->failed (o->ctx))
    return -1;
  if (!text)
    return wrong (o, "it names a file that is not there:", path);
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
    return kbsh_error_wrap (o->err, "%s: %s-data", o->path, name);
  return strlen (*out) == length
             ? 0
             : wrong (o, "there is a NUL in the data of", name);
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
    return wrong (o, "its server is not https://...:", server);
  if (kbsh_json_bool (cluster, "/insecure-skip-tls-verify", 0))
    return wrong (o, "it says insecure-skip-tls-verify", "");
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
    return wrong (o, "its user has neither a certificate nor a token", "");
  if (read_token (o, user, kube)
      || credential (o, user, "client-certificate", &kube->certificate)
      || credential (o, user, "client-key", &kube->key))
    return -1;
  if (!kube->certificate != !kube->key)
    return wrong (o, "its user has just one of certificate and key", "");
  if (kube->key && o->ctx->host->secret (o->ctx, kube->key))
    return -1;
  return kube->token ? o->ctx->host->secret (o->ctx, kube->token) : 0;
}

static int
read_tree (struct opener *o, json_object *tree, struct kbsh_kube *kube)
{
  const char *context = kbsh_json_string (tree, "/current-context", "");
  json_object *at = named (tree, "/contexts", "/context", context);
  const char *name = kbsh_json_string (at, "/cluster", "");
  json_object *cluster = named (tree, "/clusters", "/cluster", name);
  const char *who = kbsh_json_string (at, "/user", "");
  if (!*context)
    return wrong (o, "it has no current context", "");
  if (!at)
    return wrong (o, "it has no context", context);
  if (!cluster)
    return wrong (o, "it has no cluster", name);
  if (copy (o, who, &kube->user) || read_cluster (o, cluster, kube))
    return -1;
  return read_user (o, named (tree, "/users", "/user", who), kube);
}

static int
read_config (struct opener *o, struct kbsh_kube *kube)
{
  struct kbsh_yaml yaml = { 0 };
  size_t length = 0;
  int failed;
  const char *text = o->ctx->host->read_file (o->ctx, o->path, &length);
  if (!text && o->ctx->host->failed (o->ctx))
    return -1;
  if (!text)
    return wrong (o, "there is no such file", "");
  if (kbsh_yaml_parse (o->path, text, length, &yaml, o->err))
    return -1;
  failed = yaml.count == 1 ? read_tree (o, yaml.documents[0].tree, kube)
                           : wrong (o, "it is not one document", "");
  for (size_t i = 0; i < yaml.count; i++)
    wipe_tree (yaml.documents[i].tree);
  kbsh_yaml_free (&yaml);
  return failed;
}

int
kbsh_kube_open (struct kbsh_ctx *ctx, const char *kubeconfig,
                struct kbsh_kube *kube)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct opener o = { ctx, kubeconfig, &err };
  *kube = (struct kbsh_kube){ 0 };
  if (!read_config (&o, kube))
    return 0;
  kbsh_kube_close (kube);
  /* otherwise the host recorded it */
  if (err.what[0])
    {
      char text[sizeof err.what + sizeof err.where + 32];
      if (err.where[0])
        {
          snprintf (text, sizeof text, "%s:%d:%d: %s", err.where, err.line,
                    err.column, err.what);
          snprintf (err.what, sizeof err.what, "%s", text);
        }
      kube_fail (ctx, &err);
    }
  return -1;
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
