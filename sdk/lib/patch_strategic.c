/* SPDX-License-Identifier: Apache-2.0
 *
 * Strategic merge: what JSON Merge Patch does, but with lists whose elements
 * have names merged by these names.
 */
#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/patch.h>

#include <string.h>

#define DELETE_VALUES "$deleteFromPrimitiveList/"
#define SET_ORDER "$setElementOrder/"

static const struct kbsh_patch_key pod_keys[] = {
  { "containers", "name" },
  { "initContainers", "name" },
  { "ephemeralContainers", "name" },
  { "volumes", "name" },
  { "volumeMounts", "mountPath" },
  { "volumeDevices", "devicePath" },
  { "env", "name" },
  { "ports", "containerPort" },
  { "imagePullSecrets", "name" },
  { "hostAliases", "ip" },
  { "topologySpreadConstraints", "topologyKey" },
  { "resourceClaims", "name" },
  { "schedulingGates", "name" },
  { "ownerReferences", "uid" },
  { "finalizers", NULL },
  { NULL, NULL },
};

const struct kbsh_patch_key *
kbsh_patch_pod_keys (void)
{
  return pod_keys;
}

static const struct kbsh_patch_key *
find_key (const struct kbsh_patch_key *keys, const char *list)
{
  for (; keys && keys->list; keys++)
    if (!strcmp (keys->list, list))
      return keys;
  return NULL;
}

static int merge_object (json_object *base, json_object *patch,
                         const struct kbsh_patch_key *keys,
                         struct kbsh_error *err);

/* Add a copy without directives: the patch merged onto nothing. */
static json_object *
plain_copy (json_object *patch, const struct kbsh_patch_key *keys,
            struct kbsh_error *err)
{
  if (!json_object_is_type (patch, json_type_object))
    {
      json_object *copy = kbsh_json_copy (patch);
      if (!copy && patch)
        kbsh_error_memory (err);
      return copy;
    }
  kbsh_autojson json_object *copy = json_object_new_object ();
  if (!copy)
    kbsh_error_memory (err);
  else if (!merge_object (copy, patch, keys, err))
    return kbsh_steal (&copy);
  return NULL;
}

static int
list_add (json_object *list, json_object *patch,
          const struct kbsh_patch_key *keys, struct kbsh_error *err)
{
  json_object *copy = plain_copy (patch, keys, err);
  if (patch && !copy)
    return -1;
  if (json_object_array_add (list, copy))
    {
      json_object_put (copy);
      return kbsh_error_memory (err);
    }
  return 0;
}

/* The place of the element like `wanted`: by the member `key`, or as a whole
 * when there is no key. */
static size_t
list_find (json_object *list, const char *key, json_object *wanted)
{
  size_t length = json_object_array_length (list), i = 0;
  for (; i < length; i++)
    {
      json_object *value = json_object_array_get_idx (list, i);
      if (!key ? kbsh_json_equal (value, wanted)
               : json_object_is_type (value, json_type_object)
                     && json_object_object_get_ex (value, key, &value)
                     && kbsh_json_equal (value, wanted))
        break;
    }
  return i;
}

static const char *
directive (json_object *patch)
{
  return kbsh_json_string (patch, "/$patch", "");
}

static int
merge_element (json_object *list, json_object *element, const char *key,
               const struct kbsh_patch_key *keys, struct kbsh_error *err)
{
  json_object *wanted = element;
  if (key
      && (!json_object_is_type (element, json_type_object)
          || !json_object_object_get_ex (element, key, &wanted)))
    return kbsh_error_set (err, "an element of the list has no \"%s\"", key);
  size_t i = list_find (list, key, wanted);
  int there = i < json_object_array_length (list);
  if (!strcmp (directive (element), "delete"))
    return there ? json_object_array_del_idx (list, i, 1) : 0;
  if (!there)
    return list_add (list, element, keys, err);
  return key ? merge_object (json_object_array_get_idx (list, i), element, keys,
                             err)
             : 0;
}

/* {"$patch": "replace"} as an element: the others are the new list. */
static int
replaces (json_object *patch)
{
  for (size_t i = 0; i < json_object_array_length (patch); i++)
    if (!strcmp (directive (json_object_array_get_idx (patch, i)), "replace"))
      return 1;
  return 0;
}

static int
merge_list (json_object *list, json_object *patch, const char *key,
            const struct kbsh_patch_key *keys, struct kbsh_error *err)
{
  int whole = replaces (patch);
  if (whole)
    json_object_array_del_idx (list, 0, json_object_array_length (list));
  for (size_t i = 0; i < json_object_array_length (patch); i++)
    {
      json_object *element = json_object_array_get_idx (patch, i);
      int is_directive = !strcmp (directive (element), "replace")
                         && json_object_object_length (element) == 1;
      if (is_directive)
        continue;
      if (whole ? list_add (list, element, keys, err)
                : merge_element (list, element, key, keys, err))
        return -1;
    }
  return 0;
}

static int
set_member (json_object *base, const char *name, json_object *value,
            struct kbsh_error *err)
{
  if (!json_object_object_add (base, name, value))
    return 0;
  json_object_put (value);
  return kbsh_error_memory (err);
}

static int
merge_list_member (json_object *base, const char *name, json_object *patch,
                   const struct kbsh_patch_key *keys, struct kbsh_error *err)
{
  const struct kbsh_patch_key *known = find_key (keys, name);
  json_object *old = NULL;
  json_object_object_get_ex (base, name, &old);
  if (known && json_object_is_type (old, json_type_array))
    return merge_list (old, patch, known->key, keys, err);
  kbsh_autojson json_object *list = json_object_new_array ();
  if (!list)
    return kbsh_error_memory (err);
  for (size_t i = 0; i < json_object_array_length (patch); i++)
    {
      json_object *element = json_object_array_get_idx (patch, i);
      if (!*directive (element) && list_add (list, element, keys, err))
        return -1;
    }
  return set_member (base, name, kbsh_steal (&list), err);
}

static void
delete_values (json_object *base, const char *name, json_object *values)
{
  json_object *list = NULL;
  if (!json_object_object_get_ex (base, name, &list)
      || !json_object_is_type (list, json_type_array)
      || !json_object_is_type (values, json_type_array))
    return;
  for (size_t i = 0; i < json_object_array_length (values); i++)
    {
      json_object *value = json_object_array_get_idx (values, i);
      size_t at = list_find (list, NULL, value);
      if (at < json_object_array_length (list))
        json_object_array_del_idx (list, at, 1);
    }
}

/* Bring the elements that `order` names to the front, in its order. */
static int
set_order (json_object *base, const char *name, json_object *order,
           const struct kbsh_patch_key *keys, struct kbsh_error *err)
{
  json_object *list = NULL, *wanted = NULL;
  const struct kbsh_patch_key *known = find_key (keys, name);
  if (!known || !json_object_is_type (order, json_type_array)
      || !json_object_object_get_ex (base, name, &list)
      || !json_object_is_type (list, json_type_array))
    return 0;
  kbsh_autojson json_object *sorted = json_object_new_array ();
  for (size_t i = 0; sorted && i < json_object_array_length (order); i++)
    {
      wanted = json_object_array_get_idx (order, i);
      if (known->key
          && !json_object_object_get_ex (wanted, known->key, &wanted))
        continue;
      size_t at = list_find (list, known->key, wanted);
      if (at >= json_object_array_length (list))
        continue;
      json_object *element = json_object_array_get_idx (list, at);
      if (json_object_array_add (sorted, json_object_get (element)))
        return kbsh_error_memory (err);
      json_object_array_del_idx (list, at, 1);
    }
  for (size_t i = 0; sorted && i < json_object_array_length (list); i++)
    json_object_array_add (
        sorted, json_object_get (json_object_array_get_idx (list, i)));
  return sorted ? set_member (base, name, kbsh_steal (&sorted), err)
                : kbsh_error_memory (err);
}

/* Forget the members of `base`, or those alone that `keep` does not list. */
static void
forget (json_object *base, json_object *keep)
{
  struct json_object_iterator at = json_object_iter_begin (base);
  struct json_object_iterator end = json_object_iter_end (base);
  kbsh_autojson json_object *names = json_object_new_array ();
  for (; names && !json_object_iter_equal (&at, &end);
       json_object_iter_next (&at))
    json_object_array_add (
        names, json_object_new_string (json_object_iter_peek_name (&at)));
  for (size_t i = 0; names && i < json_object_array_length (names); i++)
    {
      json_object *name = json_object_array_get_idx (names, i);
      if (!keep
          || list_find (keep, NULL, name) >= json_object_array_length (keep))
        json_object_object_del (base, json_object_get_string (name));
    }
}

static int
merge_member (json_object *base, const char *name, json_object *value,
              const struct kbsh_patch_key *keys, struct kbsh_error *err)
{
  json_object *old = NULL;
  if (!value)
    {
      json_object_object_del (base, name);
      return 0;
    }
  if (json_object_is_type (value, json_type_array))
    return merge_list_member (base, name, value, keys, err);
  if (json_object_is_type (value, json_type_object)
      && json_object_object_get_ex (base, name, &old)
      && json_object_is_type (old, json_type_object))
    return merge_object (old, value, keys, err);
  json_object *copy = plain_copy (value, keys, err);
  return copy ? set_member (base, name, copy, err) : -1;
}

/* What the members of `patch` that begin with '$' say before the merge. */
static int
obey (json_object *base, json_object *patch, struct kbsh_error *err)
{
  json_object *keep = NULL;
  const char *what = directive (patch);
  if (!strcmp (what, "replace") || !strcmp (what, "delete"))
    forget (base, NULL);
  else if (*what && strcmp (what, "merge"))
    return kbsh_error_set (err, "there is no $patch directive \"%s\"", what);
  if (json_object_object_get_ex (patch, "$retainKeys", &keep)
      && json_object_is_type (keep, json_type_array))
    forget (base, keep);
  return 0;
}

static int
merge_object (json_object *base, json_object *patch,
              const struct kbsh_patch_key *keys, struct kbsh_error *err)
{
  if (obey (base, patch, err))
    return -1;
  if (!strcmp (directive (patch), "delete"))
    return 0;
  json_object_object_foreach (patch, name, value)
  {
    if (!strncmp (name, DELETE_VALUES, strlen (DELETE_VALUES)))
      delete_values (base, name + strlen (DELETE_VALUES), value);
    else if (*name != '$' && merge_member (base, name, value, keys, err))
      return kbsh_error_wrap (err, "%s", name);
  }
  json_object_object_foreach (patch, order, names)
  {
    if (!strncmp (order, SET_ORDER, strlen (SET_ORDER))
        && set_order (base, order + strlen (SET_ORDER), names, keys, err))
      return -1;
  }
  return 0;
}

json_object *
kbsh_patch_strategic (json_object *tree, json_object *patch,
                      const struct kbsh_patch_key *keys, struct kbsh_error *err)
{
  kbsh_autojson json_object *result = kbsh_json_copy (tree);
  if (!json_object_is_type (patch, json_type_object)
      || !json_object_is_type (tree, json_type_object))
    kbsh_error_set (err, "a strategic merge patch is an object");
  else if (!result)
    kbsh_error_memory (err);
  else if (!merge_object (result, patch, keys, err))
    return kbsh_steal (&result);
  return NULL;
}
