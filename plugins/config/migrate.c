/* SPDX-License-Identifier: Apache-2.0
 *
 * kbsh config validate and kbsh config migrate: a file by itself, without a
 * look at the machine.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

/* A file of which nothing is understood is no good one: its apiVersion may be
 * misspelt, or it is another file. */
static int
read_some (struct config *config, const char *file)
{
  size_t known;
  if (config_read (config, file))
    return -1;
  known = config->problem_count;
  for (size_t i = 0; i < config->count; i++)
    known += config->documents[i].schema != NULL;
  if (known)
    return 0;
  return kbsh_fail (config->ctx, NULL,
                    "add a document with an apiVersion and a kind, as `kbsh "
                    "config print init-defaults` prints them",
                    "%s has no configuration of kubeadm", file);
}

/* Read and check a file. */
static int
look (struct config *config, const char *file)
{
  const char *version
      = kbsh_input_string (config->ctx, "kubernetes-version", NULL);
  if (read_some (config, file))
    return -1;
  if (version)
    config_warn (config, "ClusterConfiguration", "",
                 "--kubernetes-version has no say here");
  return config_given (config);
}

static int
has (struct config *config, const char *kind)
{
  return json_object_object_get_ex (config->given, kind, NULL);
}

/* Beyond the schemas: the kinds as a whole, as their commands see them. */
static int
check_kinds (struct config *config)
{
  if (has (config, "InitConfiguration") || has (config, "ClusterConfiguration"))
    {
      if (config_defaults (config))
        return -1;
      config_validate (config);
      if (config_settle (config))
        return -1;
    }
  if (has (config, "JoinConfiguration") && config_join_check (config))
    return -1;
  return has (config, "ResetConfiguration") ? config_reset_check (config) : 0;
}

int
config_validate_run (struct kbsh_ctx *ctx)
{
  struct config config KBSH_CLEANUP (config_free) = { .ctx = ctx };
  const char *file = kbsh_input_string (ctx, "config", NULL);
  if (!file)
    return kbsh_fail (ctx, NULL, "name the file with --config",
                      "there is nothing to validate");
  if (read_some (&config, file) || config_given (&config)
      || config_settle (&config) || check_kinds (&config))
    return -1;
  return kbsh_print (ctx, "%s is valid\n", file);
}

/* Write the documents in the given API, in the order in which kubeadm does. */
static char *
documents_text (struct config *config, json_object *tree, const char *api)
{
  static const char *const kinds[]
      = { "InitConfiguration",  "ClusterConfiguration", "JoinConfiguration",
          "ResetConfiguration", "UpgradeConfiguration", NULL };
  struct kbsh_buffer b KBSH_CLEANUP (kbsh_buffer_free) = { 0 };
  kbsh_autofree char *version = kbsh_text ("kubeadm.k8s.io/%s", api);
  struct kbsh_error err = KBSH_ERROR_INIT;
  for (int i = 0; version && kinds[i]; i++)
    {
      kbsh_autofree char *text = NULL;
      json_object *one = NULL;
      if (!json_object_object_get_ex (tree, kinds[i], &one))
        continue;
      if (kbsh_json_set_string (&one, "/apiVersion", version, &err)
          || kbsh_json_set_string (&one, "/kind", kinds[i], &err)
          || !(text = kbsh_yaml_text (one, &err)))
        {
          kbsh_fail_error (config->ctx, &err);
          return NULL;
        }
      kbsh_buffer_printf (&b, "%s%s", b.length ? "---\n" : "", text);
    }
  return kbsh_buffer_take (&b);
}

/* Component configurations are no part of kubeadm's API: as they were. */
static int
add_components (struct config *config, struct kbsh_buffer *b)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  for (size_t i = 0; i < config->count; i++)
    {
      const struct document *d = &config->documents[i];
      kbsh_autofree char *text = NULL;
      if (!d->schema || !strncmp (d->schema, "v1beta", 6))
        continue;
      text = kbsh_yaml_text (d->yaml->tree, &err);
      if (!text)
        return kbsh_fail_error (config->ctx, &err);
      kbsh_buffer_printf (b, "%s%s", b->length ? "---\n" : "", text);
    }
  return 0;
}

/* The version that was named, or the newest. */
static const char *
target (struct kbsh_ctx *ctx)
{
  const char *given = kbsh_input_string (ctx, "target", CONFIG_NEWEST);
  static const char prefix[] = "kubeadm.k8s.io/";
  return strncmp (given, prefix, sizeof prefix - 1) ? given
                                                    : given + sizeof prefix - 1;
}

/* Where the user is, like any file that is named on a command line. */
static int
write_new (struct kbsh_ctx *ctx, const char *path, const char *text)
{
  kbsh_autofree char *whole = kbsh_path_here (path);
  return whole ? kbsh_write_secret (ctx, whole, text)
               : kbsh_fail (ctx, strerror (errno), NULL,
                            "%s can't be written", path);
}

int
config_migrate_run (struct kbsh_ctx *ctx)
{
  struct config config KBSH_CLEANUP (config_free) = { .ctx = ctx };
  struct kbsh_buffer b KBSH_CLEANUP (kbsh_buffer_free) = { 0 };
  const char *old = kbsh_input_string (ctx, "old-config", NULL);
  const char *new = kbsh_input_string (ctx, "new-config", NULL);
  const char *api = target (ctx);
  kbsh_autofree char *text = NULL;
  if (!old)
    return kbsh_fail (ctx, NULL, "name the file with --old-config",
                      "there is nothing to migrate");
  if (look (&config, old) || config_settle (&config)
      || convert_to_older (&config, api, &config.given, 0))
    return -1;
  text = documents_text (&config, config.given, api);
  if (!text)
    return -1;
  kbsh_buffer_puts (&b, text);
  if (add_components (&config, &b))
    return -1;
  if (b.failed)
    return kbsh_fail_memory (ctx);
  if (new)
    return write_new (ctx, new, b.data ? b.data : "");
  return kbsh_print (ctx, "%s", b.data ? b.data : "");
}
