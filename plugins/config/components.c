/* SPDX-License-Identifier: Apache-2.0
 *
 * Images, and the configurations of the kubelet and of kube-proxy: what the
 * release has, and over it what was given.
 */
#include "config.h"

#define CLUSTER "/ClusterConfiguration"

/* The tags of the release, with those of later patches laid over them. */
static json_object *
tags (struct config *config)
{
  json_object *later = kbsh_json_at (config->release, "/images/later");
  json_object *all
      = kbsh_json_copy (kbsh_json_at (config->release, "/images/tags"));
  for (size_t i = 0; all && later && i < json_object_array_length (later); i++)
    {
      json_object *one = json_object_array_get_idx (later, i), *over;
      if (config->version.patch < kbsh_json_int (one, "/patch", 0))
        continue;
      over = config_overlay (all, kbsh_json_at (one, "/tags"));
      json_object_put (all);
      all = over;
    }
  return all;
}

/* Where an image comes from: its own repository, that of all, or that of CI
 * builds. */
static const char *
repository (struct config *config, const char *name)
{
  const char *all
      = kbsh_json_string (config->tree, CLUSTER "/imageRepository", "");
  const char *registry
      = kbsh_json_string (config->release, "/images/registry", "");
  if (!strcmp (name, "coredns"))
    return kbsh_json_string (config->tree, CLUSTER "/dns/imageRepository", all);
  if (!strcmp (name, "etcd"))
    return kbsh_json_string (config->tree,
                             CLUSTER "/etcd/local/imageRepository", all);
  if (config->ci && !strncmp (name, "kube-", 5) && !strcmp (all, registry))
    return kbsh_json_string (config->release, "/images/ci-registry", all);
  return all;
}

static const char *
given_tag (struct config *config, const char *name)
{
  if (!strcmp (name, "coredns"))
    return kbsh_json_string (config->tree, CLUSTER "/dns/imageTag", NULL);
  if (!strcmp (name, "etcd"))
    return kbsh_json_string (config->tree, CLUSTER "/etcd/local/imageTag",
                             NULL);
  return NULL;
}

static char *
image (struct config *config, const char *name, json_object *all_tags)
{
  const char *from = repository (config, name);
  const char *registry
      = kbsh_json_string (config->release, "/images/registry", "");
  const char *tag = given_tag (config, name);
  kbsh_autofree char *custom = kbsh_text ("/images/custom-names/%s", name);
  kbsh_autofree char *own = kbsh_text ("/images/names/%s", name);
  kbsh_autofree char *at = kbsh_text ("/%s", name);
  const char *path;
  if (!custom || !own || !at)
    return NULL;
  path = kbsh_json_string (config->release, own, name);
  if (strcmp (from, registry))
    path = kbsh_json_string (config->release, custom, path);
  return kbsh_text ("%s/%s:%s", from, path,
                    tag ? tag : kbsh_json_string (all_tags, at, ""));
}

int
facts_images (struct config *config)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *raw = tags (config);
  kbsh_autojson json_object *filled
      = raw ? kbsh_template_values (raw, config->facts, &err) : NULL;
  json_object *order = kbsh_json_at (config->release, "/images/order");
  int external = kbsh_json_at (config->tree, CLUSTER "/etcd/external") != NULL;
  if (!filled)
    return raw ? kbsh_fail_error (config->ctx, &err)
               : kbsh_fail_memory (config->ctx);
  for (size_t i = 0; order && i < json_object_array_length (order); i++)
    {
      const char *name
          = json_object_get_string (json_object_array_get_idx (order, i));
      kbsh_autofree char *at = kbsh_text ("/images/%s", name);
      kbsh_autofree char *full = image (config, name, filled);
      if (external && !strcmp (name, "etcd"))
        continue;
      if (!at || !full)
        return kbsh_fail_memory (config->ctx);
      if (facts_put (config, at, json_object_new_string (full)))
        return -1;
    }
  return 0;
}

static int
is_empty (json_object *value)
{
  return !value
         || (json_object_is_type (value, json_type_string)
             && !json_object_get_string_len (value))
         || (json_object_is_type (value, json_type_array)
             && !json_object_array_length (value));
}

/* Lay `given` over `base`; what is given and empty is a default again. Where a
 * value of kubeadm's own is replaced, it is said. */
static void
lay (struct config *config, const char *kind, const char *pointer,
     json_object *base, json_object *given)
{
  json_object_object_foreach (given, key, value)
  {
    kbsh_autofree char *at = config_pointer (pointer, key);
    json_object *old = NULL;
    int known = json_object_object_get_ex (base, key, &old);
    if (!at)
      return;
    if (known && json_object_is_type (old, json_type_object)
        && json_object_is_type (value, json_type_object))
      {
        lay (config, kind, at, old, value);
        continue;
      }
    if (known && is_empty (value) && !is_empty (old))
      continue;
    if (known && !is_empty (old) && !kbsh_json_equal (old, value)
        && (!json_object_is_type (old, json_type_boolean)
            || !strncmp (at, "/authentication/", 16))
        && strcmp (json_object_get_string (old), "0s")
        && strcmp (json_object_get_string (old), "0"))
      config_warn (config, kind, at, "the recommended value is %s, not %s",
                   json_object_get_string (old),
                   json_object_get_string (value));
    json_object_object_add (base, key, value ? json_object_get (value) : NULL);
  }
}

/* What is so whatever was given. */
static void
force (struct config *config, const char *kind, const char *section,
       json_object *tree, json_object *given)
{
  kbsh_autofree char *from = kbsh_text ("/component-forced/%s", section);
  json_object *forced = from ? kbsh_json_at (config->release, from) : NULL;
  if (!forced)
    return;
  json_object_object_foreach (forced, key, value)
  {
    kbsh_autofree char *at = config_pointer ("", key);
    json_object *old = NULL;
    if (at && given && json_object_object_get_ex (given, key, &old)
        && !kbsh_json_equal (old, value))
      config_warn (config, kind, at, "it has to be %s, and is now",
                   json_object_get_string (value));
    json_object_object_add (tree, key, json_object_get (value));
  }
}

/* Gates that go on to the components. */
static int
add_gates (struct config *config, json_object *tree)
{
  json_object *names
      = kbsh_json_at (config->release, "/component-feature-gates");
  for (size_t i = 0; names && i < json_object_array_length (names); i++)
    {
      const char *name
          = json_object_get_string (json_object_array_get_idx (names, i));
      kbsh_autofree char *from = kbsh_text (CLUSTER "/featureGates/%s", name);
      kbsh_autofree char *to = kbsh_text ("/featureGates/%s", name);
      json_object *on = from ? kbsh_json_at (config->tree, from) : NULL;
      if (!from || !to
          || (on && !kbsh_json_at (tree, to)
              && kbsh_json_set (&tree, to, json_object_get (on), NULL)))
        return kbsh_fail_memory (config->ctx);
    }
  return 0;
}

static int
put_component (struct config *config, const char *section, const char *kind,
               const char *to, const char *flag)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autofree char *at = kbsh_text ("/component-configs/%s", section);
  json_object *given = NULL, *tree;
  json_object *template = at ? kbsh_json_at (config->release, at) : NULL;
  tree = template ? kbsh_template_values (template, config->facts, &err) : NULL;
  if (!tree)
    return template ? kbsh_fail_error (config->ctx, &err)
                    : kbsh_fail_memory (config->ctx);
  json_object_object_get_ex (config->given, kind, &given);
  if (given)
    lay (config, kind, "", tree, given);
  force (config, kind, section, tree, given);
  if (add_gates (config, tree))
    {
      json_object_put (tree);
      return -1;
    }
  return facts_put (config, flag, json_object_new_boolean (given != NULL))
                 || facts_put (config, to, tree)
             ? -1
             : 0;
}

int
facts_components (struct config *config)
{
  return put_component (config, "kubelet", "KubeletConfiguration", "/kubelet",
                        "/kubeletGiven")
         || put_component (config, "kube-proxy", "KubeProxyConfiguration",
                           "/kubeProxy", "/kubeProxyGiven");
}
