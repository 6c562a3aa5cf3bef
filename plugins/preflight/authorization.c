/* SPDX-License-Identifier: Apache-2.0
 *
 * FileExisting-PATH: the policy of the authorization mode ABAC and the
 * configuration of the mode Webhook, where the API server is asked for them.
 */
#include "preflight.h"

#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>

struct mode
{
  const char *name, *argument, *usual;
};

static const struct mode modes[] = {
  { "ABAC", "authorization-policy-file", "/etc/kubernetes/abac_policy.json" },
  { "Webhook", "authorization-webhook-config-file",
    "/etc/kubernetes/webhook_authz.conf" },
};

/* The last value of an argument in a list of {name, value}. */
static const char *
argument (json_object *list, const char *name)
{
  for (size_t i = kbsh_json_length (list, ""); i > 0; i--)
    {
      json_object *one = json_object_array_get_idx (list, i - 1);
      if (!strcmp (kbsh_json_string (one, "/name", ""), name))
        return kbsh_json_string (one, "/value", "");
    }
  return NULL;
}

static int
has_word (const char *list, const char *word)
{
  size_t length = strlen (word);
  while (list && *list)
    {
      size_t n = strcspn (list, ",");
      if (n == length && !strncmp (list, word, length))
        return 1;
      list += n + (list[n] == ',');
    }
  return 0;
}

/* Where a path of the API server's container is on this machine. */
static char *
on_host (json_object *volumes, const char *path)
{
  for (size_t i = 0; i < kbsh_json_length (volumes, ""); i++)
    {
      json_object *one = json_object_array_get_idx (volumes, i);
      const char *mount = kbsh_json_string (one, "/mountPath", "");
      size_t length = strlen (mount);
      if (length && !strncmp (path, mount, length)
          && (path[length] == '/' || !path[length]))
        return kbsh_text ("%s%s", kbsh_json_string (one, "/hostPath", ""),
                          path + length);
    }
  return strdup (path);
}

static int
look (struct kbsh_ctx *ctx, const struct mode *mode, json_object *arguments,
      json_object *volumes)
{
  const char *given = argument (arguments, mode->argument);
  kbsh_autofree char *path = on_host (volumes, given ? given : mode->usual);
  kbsh_autofree char *name = path ? name_of_path ("FileExisting", path) : NULL;
  kbsh_autofree char *needed
      = kbsh_text ("for the authorization mode %s: --%s, and the file it names",
                   mode->name, mode->argument);
  if (!name)
    return kbsh_fail_memory (ctx);
  if (!given)
    return kbsh_found (ctx, name, KBSH_ERROR, needed,
                       "add it to apiServer.extraArgs (and its folder to "
                       "apiServer.extraVolumes)",
                       "the API server is not told its file for the "
                       "authorization mode %s",
                       mode->name);
  if (root_exists (ctx, path))
    return kbsh_passed (ctx, name);
  return kbsh_found (ctx, name, KBSH_ERROR, needed, "put the file there",
                     "%s does not exist", path);
}

int
check_authorization (struct kbsh_ctx *ctx)
{
  kbsh_autojson json_object *arguments
      = kbsh_input (ctx, "config:/cluster/apiServer/extraArgs");
  kbsh_autojson json_object *volumes
      = kbsh_input (ctx, "config:/cluster/apiServer/extraVolumes");
  const char *asked = joins_as_worker (ctx)
                          ? NULL
                          : argument (arguments, "authorization-mode");
  for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
    if (has_word (asked, modes[i].name)
        && look (ctx, &modes[i], arguments, volumes))
      return -1;
  return 0;
}
