/* SPDX-License-Identifier: Apache-2.0
 *
 * From one version of the configuration API to another: the schemas say with
 * which rules, this file knows how to follow them.
 */
#include "config.h"

struct conversion
{
  struct config *config;
  json_object **tree; /* kind -> document */
  const char *from;   /* the schema left behind, for messages */
  int quiet;          /* say nothing about what is lost */
};

static json_object *
new_argument (const char *name, json_object *value)
{
  json_object *one = json_object_new_object ();
  json_object *text
      = json_object_new_string (value ? json_object_get_string (value) : "");
  json_object *named = json_object_new_string (name);
  if (one && text && named && !json_object_object_add (one, "name", named)
      && !json_object_object_add (one, "value", text))
    return one;
  json_object_put (one);
  return NULL;
}

static int
by_name (const void *a, const void *b)
{
  return strcmp (kbsh_json_string (*(json_object *const *)a, "/name", ""),
                 kbsh_json_string (*(json_object *const *)b, "/name", ""));
}

/* {a: b} -> [{name: a, value: b}], in the order of the names. */
static int
args_to_list (struct conversion *c, const char *at)
{
  json_object *map = kbsh_json_at (*c->tree, at);
  kbsh_autojson json_object *list = NULL;
  if (!json_object_is_type (map, json_type_object))
    return 0;
  list = json_object_new_array ();
  json_object_object_foreach (map, key, value)
  {
    json_object *one = new_argument (key, value);
    if (!one || json_object_array_add (list, one))
      return kbsh_fail_memory (c->config->ctx);
  }
  json_object_array_sort (list, by_name);
  return kbsh_json_set (c->tree, at, kbsh_steal (&list), NULL)
             ? kbsh_fail_memory (c->config->ctx)
             : 0;
}

/* The other way. Where a name stands twice, the last one is kept. */
static int
list_to_args (struct conversion *c, const char *at)
{
  json_object *list = kbsh_json_at (*c->tree, at);
  kbsh_autojson json_object *map = NULL;
  if (!json_object_is_type (list, json_type_array))
    return 0;
  map = json_object_new_object ();
  for (size_t i = 0; i < json_object_array_length (list); i++)
    {
      json_object *one = json_object_array_get_idx (list, i);
      const char *name = kbsh_json_string (one, "/name", "");
      json_object *value
          = json_object_new_string (kbsh_json_string (one, "/value", ""));
      if (json_object_object_get_ex (map, name, NULL) && !c->quiet)
        kbsh_warn (c->config->ctx,
                   "the argument \"%s\" is given more than once; kubeadm.k8s."
                   "io/%s keeps the last one only",
                   name, c->from);
      if (!value || json_object_object_add (map, name, value))
        return kbsh_fail_memory (c->config->ctx);
    }
  return kbsh_json_set (c->tree, at, kbsh_steal (&map), NULL)
             ? kbsh_fail_memory (c->config->ctx)
             : 0;
}

/* What stands at `from` goes to `to`, unless something is there. */
static int
move (struct conversion *c, const char *from, const char *to)
{
  json_object *value = kbsh_json_at (*c->tree, from);
  if (!value)
    return 0;
  value = json_object_get (value);
  kbsh_json_remove (*c->tree, from);
  if (kbsh_json_at (*c->tree, to))
    {
      json_object_put (value);
      return 0;
    }
  return kbsh_json_set (c->tree, to, value, NULL)
             ? kbsh_fail_memory (c->config->ctx)
             : 0;
}

static int
is_nothing (json_object *value)
{
  return !value
         || (json_object_is_type (value, json_type_object)
             && !json_object_object_length (value))
         || (json_object_is_type (value, json_type_array)
             && !json_object_array_length (value))
         || (json_object_is_type (value, json_type_string)
             && !json_object_get_string_len (value))
         || (json_object_is_type (value, json_type_boolean)
             && !json_object_get_boolean (value));
}

static int
drop (struct conversion *c, const char *at, json_object *otherwise)
{
  json_object *value = kbsh_json_at (*c->tree, at);
  if (!is_nothing (value) && !c->quiet
      && !(otherwise && kbsh_json_equal (value, otherwise)))
    kbsh_warn (c->config->ctx, "%s has no place in kubeadm.k8s.io/%s: left out",
               at + 1, c->from);
  kbsh_json_remove (*c->tree, at);
  return 0;
}

static int
set (struct conversion *c, const char *at, json_object *value)
{
  kbsh_autofree char *kind = strdup (at);
  char *slash = kind ? strchr (kind + 1, '/') : NULL;
  if (!slash)
    return kbsh_fail_memory (c->config->ctx);
  *slash = '\0';
  if (!kbsh_json_at (*c->tree, kind) || kbsh_json_at (*c->tree, at))
    return 0;
  return kbsh_json_set (c->tree, at, kbsh_json_copy (value), NULL)
             ? kbsh_fail_memory (c->config->ctx)
             : 0;
}

static int
follow (struct conversion *c, json_object *rule)
{
  const char *at;
  if ((at = kbsh_json_string (rule, "/args-to-list", NULL)))
    return args_to_list (c, at);
  if ((at = kbsh_json_string (rule, "/list-to-args", NULL)))
    return list_to_args (c, at);
  if ((at = kbsh_json_string (rule, "/move", NULL)))
    return move (c, at, kbsh_json_string (rule, "/to", ""));
  if ((at = kbsh_json_string (rule, "/drop", NULL)))
    return drop (c, at, kbsh_json_at (rule, "/default"));
  if ((at = kbsh_json_string (rule, "/set", NULL)))
    return set (c, at, kbsh_json_at (rule, "/value"));
  return kbsh_fail (c->config->ctx, json_object_to_json_string (rule), NULL,
                    "the schema %s has a rule of an unknown kind", c->from);
}

static int
follow_all (struct conversion *c, json_object *rules)
{
  for (size_t i = 0; rules && i < json_object_array_length (rules); i++)
    if (follow (c, json_object_array_get_idx (rules, i)))
      return -1;
  return 0;
}

int
convert_to_newest (struct config *config, const char *name, json_object **tree)
{
  while (name)
    {
      json_object *schema = schema_get (config, name);
      struct conversion c = { config, tree, name, 0 };
      if (!schema || follow_all (&c, kbsh_json_at (schema, "/to-newer")))
        return -1;
      name = kbsh_json_string (schema, "/newer", NULL);
    }
  return 0;
}

int
convert_to_older (struct config *config, const char *name, json_object **tree,
                  int quiet)
{
  json_object *schema = schema_get (config, name);
  const char *newer = kbsh_json_string (schema, "/newer", NULL);
  struct conversion c = { config, tree, name, quiet };
  if (!schema)
    return -1;
  if (newer && convert_to_older (config, newer, tree, quiet))
    return -1;
  return follow_all (&c, kbsh_json_at (schema, "/to-older"));
}
