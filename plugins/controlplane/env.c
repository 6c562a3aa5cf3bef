/* SPDX-License-Identifier: Apache-2.0
 *
 * The environment of a static Pod's container: the proxies of this process'
 * environment, and what the user gave.
 */
#include "controlplane.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>

#include <string.h>
#include <strings.h>

extern char **environ;

/* Put one variable into the map, name -> variable; a later one wins. */
static int
put (struct kbsh_ctx *ctx, json_object *map, const char *name,
     json_object *variable)
{
  if (variable && !json_object_object_add (map, name, variable))
    return 0;
  json_object_put (variable);
  return kbsh_fail_memory (ctx);
}

static int
put_proxy (struct kbsh_ctx *ctx, json_object *map, const char *name,
           const char *value)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *variable = NULL;
  if (kbsh_json_set_string (&variable, "/name", name, &err)
      || kbsh_json_set_string (&variable, "/value", value, &err))
    return kbsh_fail_error (ctx, &err);
  return put (ctx, map, name, kbsh_steal (&variable));
}

static int
put_proxies (struct kbsh_ctx *ctx, json_object *map)
{
  static const char suffix[] = "_proxy";
  for (char **e = environ; *e; e++)
    {
      size_t length = strcspn (*e, "=");
      if (length < sizeof suffix || !(*e)[length] || !(*e)[length + 1]
          || strncasecmp (*e + length - strlen (suffix), suffix,
                          strlen (suffix)))
        continue;
      kbsh_autofree char *name = strndup (*e, length);
      if (!name)
        return kbsh_fail_memory (ctx);
      if (put_proxy (ctx, map, name, *e + length + 1))
        return -1;
    }
  return 0;
}

static int
compare (const void *a, const void *b)
{
  json_object *const *x = a, *const *y = b;
  return strcmp (kbsh_json_string (*x, "/name", ""),
                 kbsh_json_string (*y, "/name", ""));
}

int
part_env (struct kbsh_ctx *ctx, json_object *filled, json_object **parts)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *map = json_object_new_object ();
  kbsh_autojson json_object *list = json_object_new_array ();
  kbsh_autojson json_object *given
      = controlplane_given (ctx, filled, "extraEnvs");
  if (!map || !list || ctx->host->failed (ctx))
    return kbsh_fail_memory (ctx);
  if (put_proxies (ctx, map))
    return -1;
  size_t n = json_object_is_type (given, json_type_array)
                 ? json_object_array_length (given)
                 : 0;
  for (size_t i = 0; i < n; i++)
    {
      json_object *one = json_object_array_get_idx (given, i);
      if (put (ctx, map, kbsh_json_string (one, "/name", ""),
               json_object_get (one)))
        return -1;
    }
  json_object_object_foreach (map, name, variable)
  {
    (void)name;
    json_object_array_add (list, json_object_get (variable));
  }
  json_object_array_sort (list, compare);
  if (json_object_array_length (list)
      && kbsh_json_set (parts, "/env", kbsh_steal (&list), &err))
    return kbsh_fail_error (ctx, &err);
  return 0;
}
