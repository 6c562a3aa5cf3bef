/* SPDX-License-Identifier: Apache-2.0
 *
 * kubeconfig.file: a kubeconfig file with a client certificate. One that is
 * there is checked and kept.
 */
#include <kbsh/cleanup.h>
#include <kbsh/issue.h>
#include <kbsh/json.h>
#include <kbsh/kube.h>
#include <kbsh/service.h>
#include <kbsh/text.h>
#include <kbsh/yaml.h>

#include <ctype.h>
#include <string.h>

struct file
{
  const char *name;
  json_object *spec;
  char *path;
  struct kbsh_issuer issuer;
};

static void
file_close (struct file *file)
{
  json_object_put (file->spec);
  free (file->path);
}

static int
file_open (struct kbsh_ctx *ctx, struct file *file)
{
  const char *name = kbsh_input_string (ctx, "name", "");
  kbsh_autofree char *where = kbsh_text ("config:/kubeconfigs/%s", name);
  *file = (struct file){ .name = name };
  if (!where)
    return kbsh_fail_memory (ctx);
  if (!(file->spec = kbsh_input (ctx, where)))
    return kbsh_fail (ctx, "the configuration has none of that name",
                      "Look whether this version of Kubernetes has it.",
                      "there is no kubeconfig file \"%s\" to make", name);
  file->path
      = kbsh_text ("%s/%s",
                   ctx->host->get_string (ctx, "config:/paths/kubeconfigs",
                                          "/etc/kubernetes"),
                   kbsh_json_string (file->spec, "/file", ""));
  if (!file->path)
    return kbsh_fail_memory (ctx);
  return kbsh_issuer_open (ctx, kbsh_json_string (file->spec, "/ca", "ca"),
                           &file->issuer);
}

static int
refuse (struct kbsh_ctx *ctx, const struct file *file, const char *why)
{
  return kbsh_fail (ctx, why,
                    "Move the file away so that a new one is made, or put the "
                    "CA that it names into its place. Nothing was changed.",
                    "the kubeconfig file %s cannot be used", file->path);
}

/* The element of a list ("clusters") with the given name. */
static json_object *
named (json_object *tree, const char *list, const char *name)
{
  json_object *all = kbsh_json_at (tree, list);
  size_t n = kbsh_json_length (tree, list);
  for (size_t i = 0; name && i < n; i++)
    {
      json_object *one = json_object_array_get_idx (all, i);
      if (!strcmp (kbsh_json_string (one, "/name", ""), name))
        return one;
    }
  return NULL;
}

static int
same_text (const char *a, size_t a_length, const char *b)
{
  size_t b_length = strlen (b);
  while (a_length && isspace ((unsigned char)a[a_length - 1]))
    a_length--;
  while (b_length && isspace ((unsigned char)b[b_length - 1]))
    b_length--;
  return a_length == b_length && !memcmp (a, b, a_length);
}

/* CA and server of the current context's cluster. */
static int
check_tree (struct kbsh_ctx *ctx, const struct file *file, json_object *tree)
{
  size_t length = 0;
  json_object *context = named (
      tree, "/contexts", kbsh_json_string (tree, "/current-context", NULL));
  json_object *cluster = named (
      tree, "/clusters", kbsh_json_string (context, "/context/cluster", NULL));
  const char *wanted = kbsh_json_string (file->spec, "/server", "");
  const char *server = kbsh_json_string (cluster, "/cluster/server", "");
  if (!cluster)
    return refuse (ctx, file, "its current context names no cluster in it");
  kbsh_autofree char *ca = kbsh_base64_decode (
      kbsh_json_string (cluster, "/cluster/certificate-authority-data", ""),
      &length, NULL);
  if (!ca || !same_text (ca, length, file->issuer.certificate))
    return refuse (ctx, file, "it has another CA's certificate");
  if (strcmp (server, wanted))
    kbsh_warn (ctx, "%s has another server than expected: %s, not %s",
               file->path, server, wanted);
  kbsh_say (ctx, "Using the existing kubeconfig file %s", file->path);
  return 0;
}

static int
check (struct kbsh_ctx *ctx, const struct file *file, const char *text)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *tree
      = kbsh_yaml_one (file->path, text, strlen (text), &err);
  char why[sizeof err];
  if (tree)
    return check_tree (ctx, file, tree);
  return refuse (ctx, file, kbsh_error_text (&err, why, sizeof why));
}

/* What the release's kubeconfig files have besides. */
static json_object *
finish (struct kbsh_ctx *ctx, json_object *tree)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *besides
      = kbsh_input (ctx, "config:/release/objects/kubeconfig");
  json_object *whole = besides ? kbsh_json_merge (tree, besides, &err)
                               : json_object_get (tree);
  if (!whole)
    kbsh_fail_error (ctx, &err);
  return whole;
}

static int
write_file (struct kbsh_ctx *ctx, const struct file *file,
            const struct kbsh_issued *issued)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct kbsh_kubeconfig content = {
    .cluster
    = ctx->host->get_string (ctx, "config:/cluster/clusterName", "kubernetes"),
    .server = kbsh_json_string (file->spec, "/server", ""),
    .ca = file->issuer.certificate,
    .user = kbsh_json_string (file->spec, "/user", ""),
    .certificate = issued->certificate,
    .key = issued->key,
  };
  kbsh_autojson json_object *tree = kbsh_kubeconfig (&content, &err);
  if (!tree)
    return kbsh_fail_error (ctx, &err);
  kbsh_autojson json_object *whole = finish (ctx, tree);
  if (!whole)
    return -1;
  kbsh_autowipe char *text = kbsh_yaml_text (whole, &err);
  if (!text)
    return kbsh_fail_error (ctx, &err);
  if (ctx->host->make_dir (
          ctx, ctx->host->get_string (ctx, "config:/paths/kubeconfigs", "/"),
          0755))
    return -1;
  return kbsh_write_secret (ctx, file->path, text);
}

static int
run (struct kbsh_ctx *ctx)
{
  KBSH_CLEANUP (file_close) struct file file;
  KBSH_CLEANUP (kbsh_issued_free) struct kbsh_issued issued = { 0 };
  if (file_open (ctx, &file))
    return -1;
  const char *there = ctx->host->read_file (ctx, file.path, NULL);
  if (there || ctx->host->failed (ctx))
    return there ? check (ctx, &file, there) : -1;
  if (kbsh_issue (ctx, file.spec, &file.issuer, &issued)
      || write_file (ctx, &file, &issued))
    return -1;
  kbsh_say (ctx, "Made the kubeconfig file %s", file.path);
  return 0;
}

KBSH_STEP (
    file_service, run, .name = "kubeconfig.file",
    .summary = "make a kubeconfig file, or check the one that is there",
    .accepts
    = "[{\"name\": \"name\", \"type\": \"string\", \"required\": true,"
      "  \"help\": \"which one of the configuration's kubeconfig files\"},"
      " {\"name\": \"backend\", \"type\": \"string\","
      "  \"default\": \"ca-files.ca\","
      "  \"help\": \"the service of the role ca that signs\"}]",
    .touches
    = "{\"paths\": [\"${config:/paths/kubeconfigs}/\"], \"calls\": [\"ca\"]}");

static const struct kbsh_service *const services[] = { &file_service, NULL };

KBSH_MODULE (.name = "kubeconfig", .version = "0.1.0", .licence = "Apache-2.0",
             .vendor = "kbsh", .summary = "kubeconfig files",
             .services = services);
