/* SPDX-License-Identifier: Apache-2.0
 *
 * The file given with --config: its documents, told apart by apiVersion and
 * kind, checked, and converted to the newest API.
 */
#include "config.h"

static const char *const schemas[]
    = { "v1beta4", "v1beta3", "v1beta2", "kubelet", "kube-proxy", NULL };
/* The first so many are versions of kubeadm's API. */
enum
{
  API_COUNT = 3
};

void
config_free (struct config *config)
{
  free (config->documents);
  kbsh_yaml_free (&config->yaml);
  kbsh_buffer_free (&config->problems);
  free (config->version_text);
  free (config->kubelet);
  json_object_put (config->join);
  json_object_put (config->schemas);
  json_object_put (config->flags);
  json_object_put (config->given);
  json_object_put (config->tree);
  json_object_put (config->release);
  json_object_put (config->facts);
}

static int
is_api (const char *schema)
{
  for (int i = 0; i < API_COUNT; i++)
    if (schema && !strcmp (schemas[i], schema))
      return 1;
  return 0;
}

static void at_document (struct config *config, const struct document *d,
                         const char *key, const char *format, ...)
    KBSH_PRINTF (4, 5);

static void
at_document (struct config *config, const struct document *d, const char *key,
             const char *format, ...)
{
  char text[512];
  int line = 0, column = 0;
  va_list args;
  va_start (args, format);
  vsnprintf (text, sizeof text, format, args);
  va_end (args);
  kbsh_yaml_place (d->yaml, key, &line, &column);
  if (config->problem_count++)
    kbsh_buffer_puts (&config->problems, "\n");
  kbsh_buffer_printf (&config->problems, "%s:%d:%d: %s", config->file,
                      line ? line : d->yaml->line, column ? column : 1, text);
}

/* Which schema is this apiVersion of? NULL: none that is known. */
static const char *
find_schema (struct config *config, const char *api)
{
  for (int i = 0; schemas[i]; i++)
    {
      json_object *schema = schema_get (config, schemas[i]);
      if (schema && !strcmp (kbsh_json_string (schema, "/api", ""), api))
        return schemas[i];
    }
  return NULL;
}

static int
has_kind (struct config *config, const char *schema, const char *kind)
{
  json_object *kinds = kbsh_json_at (schema_get (config, schema), "/kinds");
  for (size_t i = 0; kinds && i < json_object_array_length (kinds); i++)
    if (!strcmp (kind,
                 json_object_get_string (json_object_array_get_idx (kinds, i))))
      return 1;
  return 0;
}

static void
unknown_api (struct config *config, const struct document *d, const char *api)
{
  static const char *const known[]
      = { "kubeadm.k8s.io/v1beta4",           "kubeadm.k8s.io/v1beta3",
          "kubeadm.k8s.io/v1beta2",           "kubelet.config.k8s.io/v1beta1",
          "kubeproxy.config.k8s.io/v1alpha1", NULL };
  static const char *const groups[]
      = { "kubeadm.k8s.io/", "kubelet.config.k8s.io/",
          "kubeproxy.config.k8s.io/", NULL };
  const char *near = kbsh_nearest (api, known);
  for (int i = 0; groups[i]; i++)
    if (!strncmp (api, groups[i], strlen (groups[i])))
      {
        at_document (config, d, "/apiVersion",
                     "apiVersion: \"%s\" is not one of: %s, %s, %s, %s, %s",
                     api, known[0], known[1], known[2], known[3], known[4]);
        return;
      }
  kbsh_warn (config->ctx, "%s:%d: a document of %s is ignored%s%s%s",
             config->file, d->yaml->line, api, near ? " (did you mean " : "",
             near ? near : "", near ? "?)" : "");
}

static void
unknown_kind (struct config *config, const struct document *d,
              const char *schema, const char *kind)
{
  kbsh_autofree char *names = NULL;
  struct kbsh_buffer b = { 0 };
  json_object *kinds = kbsh_json_at (schema_get (config, schema), "/kinds");
  for (size_t i = 0; kinds && i < json_object_array_length (kinds); i++)
    kbsh_buffer_printf (
        &b, "%s%s", i ? ", " : "",
        json_object_get_string (json_object_array_get_idx (kinds, i)));
  names = kbsh_buffer_take (&b);
  at_document (config, d, "/kind",
               "kind: \"%s\" is no kind of %s; there are: %s", kind,
               kbsh_json_string (schema_get (config, schema), "/api", ""),
               names ? names : "");
}

static int
is_twice (struct config *config, const struct document *d, const char *kind)
{
  for (const struct document *e = config->documents; e < d; e++)
    if (e->kind && !strcmp (e->kind, kind))
      {
        at_document (config, d, "/kind",
                     "kind: there is a second %s; the first one is at line "
                     "%d",
                     kind, e->yaml->line);
        return 1;
      }
  return 0;
}

/* Find out what a document is. */
static void
classify (struct config *config, struct document *d)
{
  const char *api = kbsh_json_string (d->yaml->tree, "/apiVersion", NULL);
  const char *kind = kbsh_json_string (d->yaml->tree, "/kind", NULL);
  const char *schema;
  if (!json_object_is_type (d->yaml->tree, json_type_object))
    at_document (config, d, "", "this document is not a map of fields");
  else if (!api)
    at_document (config, d, "",
                 "apiVersion: is missing (the newest one is "
                 "kubeadm.k8s.io/" CONFIG_NEWEST ")");
  else if (!kind)
    at_document (config, d, "", "kind: is missing");
  else if (!(schema = find_schema (config, api)))
    unknown_api (config, d, api);
  else if (!has_kind (config, schema, kind))
    unknown_kind (config, d, schema, kind);
  else if (!is_twice (config, d, kind))
    {
      d->schema = schema;
      d->kind = kind;
    }
}

int
config_read_text (struct config *config, const char *file, const char *text,
                  size_t length)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  config->file = file;
  if (kbsh_yaml_parse (file, text, length, &config->yaml, &err))
    return kbsh_fail_error (config->ctx, &err);
  config->documents
      = calloc (config->yaml.count + 1, sizeof *config->documents);
  if (!config->documents)
    return kbsh_fail_memory (config->ctx);
  config->count = config->yaml.count;
  for (size_t i = 0; i < config->count; i++)
    config->documents[i].yaml = &config->yaml.documents[i];
  for (size_t i = 0; i < config->count; i++)
    classify (config, &config->documents[i]);
  return 0;
}

int
config_read (struct config *config, const char *file)
{
  size_t length = 0;
  const char *text = config->ctx->host->read_file (config->ctx, file, &length);
  if (text)
    return config_read_text (config, file, text, length);
  if (config->ctx->host->failed (config->ctx))
    return -1;
  return kbsh_fail (config->ctx, "there is no such file",
                    "give the path of an existing file with --config",
                    "cannot read the configuration %s", file);
}

/* Null means "not given" in kubeadm's kinds. */
static void
strip_nulls (json_object *tree)
{
  if (json_object_is_type (tree, json_type_array))
    for (size_t i = 0; i < json_object_array_length (tree); i++)
      strip_nulls (json_object_array_get_idx (tree, i));
  if (!json_object_is_type (tree, json_type_object))
    return;
  json_object_object_foreach (tree, key, value)
  {
    if (value)
      strip_nulls (value);
    else
      json_object_object_del (tree, key);
  }
}

/* Check a document, convert it, and lay it under what is given already. */
static int
take (struct config *config, const struct document *d)
{
  kbsh_autojson json_object *own = kbsh_json_copy (d->yaml->tree);
  kbsh_autojson json_object *tree = json_object_new_object ();
  json_object *whole;
  int before = config->problem_count;
  if (!own || !tree)
    return kbsh_fail_memory (config->ctx);
  json_object_object_del (own, "apiVersion");
  json_object_object_del (own, "kind");
  schema_check (config, d->schema, d->kind, own);
  if (config->problem_count > before)
    return 0;
  if (is_api (d->schema))
    strip_nulls (own);
  if (json_object_object_add (tree, d->kind, kbsh_steal (&own)))
    return kbsh_fail_memory (config->ctx);
  if (is_api (d->schema) && convert_to_newest (config, d->schema, &tree))
    return -1;
  whole = config_overlay (tree, config->given);
  if (!whole)
    return kbsh_fail_memory (config->ctx);
  json_object_put (config->given);
  config->given = whole;
  return 0;
}

static int
take_all (struct config *config, int api)
{
  for (size_t i = 0; i < config->count; i++)
    if (config->documents[i].schema
        && is_api (config->documents[i].schema) == api
        && take (config, &config->documents[i]))
      return -1;
  return 0;
}

int
config_take (struct config *config)
{
  if (!config->given && !(config->given = json_object_new_object ()))
    return kbsh_fail_memory (config->ctx);
  return take_all (config, 1) || take_all (config, 0) ? -1 : 0;
}

/* The release decides which fields the components have: kubeadm's own kinds,
 * which name it, come first. */
int
config_given (struct config *config)
{
  if (!config->given && !(config->given = json_object_new_object ()))
    return kbsh_fail_memory (config->ctx);
  if (take_all (config, 1) || config_own_kind (config) || config_flags (config))
    return -1;
  if (config_choose_release (config))
    return -1;
  return config->kind ? 0 : take_all (config, 0);
}
