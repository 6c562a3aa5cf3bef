/* SPDX-License-Identifier: Apache-2.0
 *
 * Data files that are laid over one another: `base` names the file that one is
 * like, `remove` what that one has and this one has not, and the rest is laid
 * over it.
 */
#include "config.h"

#include <dirent.h>

enum
{
  MOST_BASES = 32
};

static json_object *
reference (json_object *tree)
{
  return tree ? kbsh_json_copy (tree) : NULL;
}

static int
lay_member (json_object *into, const char *key, json_object *over)
{
  json_object *old = NULL, *value = NULL;
  if (json_object_object_get_ex (into, key, &old) && old && over)
    value = config_overlay (old, over);
  else
    value = reference (over);
  if (over && !value)
    return -1;
  if (json_object_object_add (into, key, value))
    {
      json_object_put (value);
      return -1;
    }
  return 0;
}

json_object *
config_overlay (json_object *base, json_object *over)
{
  kbsh_autojson json_object *out = NULL;
  if (!over)
    return reference (base);
  if (!json_object_is_type (base, json_type_object)
      || !json_object_is_type (over, json_type_object))
    return reference (over);
  out = kbsh_json_copy (base);
  if (!out)
    return NULL;
  json_object_object_foreach (over, key, value)
  {
    if (lay_member (out, key, value))
      return NULL;
  }
  return kbsh_steal (&out);
}

static json_object *
read_table (struct kbsh_ctx *ctx, const char *folder, const char *name,
            int depth)
{
  kbsh_autofree char *file = kbsh_text ("%s/%s.yaml", folder, name);
  kbsh_autojson json_object *own = NULL, *base = NULL;
  json_object *whole;
  const char *base_name;
  if (!file)
    {
      kbsh_fail_memory (ctx);
      return NULL;
    }
  own = kbsh_data (ctx, "config", file, NULL);
  if (!own)
    return NULL;
  base_name = kbsh_json_string (own, "/base", NULL);
  if (!base_name)
    return kbsh_steal (&own);
  if (depth >= MOST_BASES)
    {
      kbsh_fail (ctx, NULL, NULL, "%s: its bases go round in a circle", file);
      return NULL;
    }
  base = read_table (ctx, folder, base_name, depth + 1);
  if (!base)
    return NULL;
  for (size_t i = 0; i < kbsh_json_length (own, "/remove"); i++)
    kbsh_json_remove (base, json_object_get_string (json_object_array_get_idx (
                                kbsh_json_at (own, "/remove"), i)));
  json_object_object_del (own, "base");
  json_object_object_del (own, "remove");
  whole = config_overlay (base, own);
  if (!whole)
    kbsh_fail_memory (ctx);
  return whole;
}

json_object *
config_table (struct kbsh_ctx *ctx, const char *folder, const char *name)
{
  return read_table (ctx, folder, name, 0);
}

static int
by_minor (const void *a, const void *b)
{
  const char *x = json_object_get_string (*(json_object *const *)a);
  const char *y = json_object_get_string (*(json_object *const *)b);
  return atoi (strchr (x, '.') + 1) - atoi (strchr (y, '.') + 1);
}

static int
add_release (json_object *list, const char *file)
{
  int major, minor, length = 0;
  if (sscanf (file, "%d.%d.yaml%n", &major, &minor, &length) != 2 || !length
      || file[length])
    return 0;
  return json_object_array_add (
      list, json_object_new_string_len (file, length - (int)strlen (".yaml")));
}

json_object *
config_releases (struct kbsh_ctx *ctx)
{
  const char *data = ctx->host->data_dir (ctx, "config");
  kbsh_autofree char *path = data ? kbsh_text ("%s/releases", data) : NULL;
  kbsh_autojson json_object *list = json_object_new_array ();
  kbsh_autodir DIR *dir = path ? opendir (path) : NULL;
  struct dirent *entry;
  if (!dir || !list)
    {
      kbsh_fail (ctx, NULL, "install kbsh again",
                 "the release tables are missing: %s", path ? path : "");
      return NULL;
    }
  while ((entry = readdir (dir)))
    if (add_release (list, entry->d_name))
      return NULL;
  json_object_array_sort (list, by_minor);
  return kbsh_steal (&list);
}

int
config_gate (struct config *config, const char *gate)
{
  kbsh_autofree char *set
      = kbsh_text ("/ClusterConfiguration/featureGates/%s", gate);
  kbsh_autofree char *known = kbsh_text ("/feature-gates/%s/default", gate);
  if (!set || !known)
    return 0;
  return kbsh_json_bool (config->given, set,
                         kbsh_json_bool (config->release, known, 0));
}

int
config_apply_gates (struct config *config)
{
  kbsh_autojson json_object *gates
      = kbsh_json_copy (kbsh_json_at (config->release, "/with-gates"));
  if (!gates)
    return 0;
  json_object_object_foreach (gates, gate, changes)
  {
    json_object *over = kbsh_json_at (
        changes, config_gate (config, gate) ? "/enabled" : "/disabled");
    json_object *changed = config_overlay (config->release, over);
    if (!changed)
      return kbsh_fail_memory (config->ctx);
    json_object_put (config->release);
    config->release = changed;
  }
  return 0;
}
