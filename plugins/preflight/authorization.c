/* SPDX-License-Identifier: Apache-2.0
 *
 * FileExisting-PATH: the policy of the authorization mode ABAC and the
 * configuration of the mode Webhook, where the API server is asked for them. It
 * would not start with one that it can't read or make sense of.
 */
#include "preflight.h"

#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/yaml.h>

/* Why the API server can't use this content; 0: it can. */
typedef int sense_fn (const char *path, const char *text, size_t length,
                      struct kbsh_error *err);
static sense_fn policy_sense, webhook_sense;

struct mode
{
  const char *name, *argument, *usual;
  sense_fn *sense;
};

static const struct mode modes[] = {
  { "ABAC", "authorization-policy-file", "/etc/kubernetes/abac_policy.json",
    policy_sense },
  { "Webhook", "authorization-webhook-config-file",
    "/etc/kubernetes/webhook_authz.conf", webhook_sense },
};

/* An object of JSON a line; empty lines and comments do not count. */
static int
policy_sense (const char *path, const char *text, size_t length,
              struct kbsh_error *err)
{
  const char *end = text + length;
  for (int line = 1; text < end; line++)
    {
      const char *stop = memchr (text, '\n', (size_t)(end - text));
      size_t n = (size_t)((stop ? stop : end) - text);
      size_t blank = strspn (text, " \t\r\n");
      kbsh_autojson json_object *tree = NULL;
      if (blank < n && text[blank] != '#')
        {
          tree = kbsh_json_parse (text, n, NULL);
          if (!json_object_is_type (tree, json_type_object))
            {
              kbsh_error_set (err,
                              "this line is no policy (an object of JSON)");
              return kbsh_error_at (err, path, line, 1);
            }
        }
      text += n + 1;
    }
  return 0;
}

static int
webhook_sense (const char *path, const char *text, size_t length,
               struct kbsh_error *err)
{
  kbsh_autojson json_object *tree = kbsh_yaml_one (path, text, length, err);
  if (!tree)
    return -1;
  if (*kbsh_json_string (tree, "/current-context", "")
      && kbsh_json_length (tree, "/clusters"))
    return 0;
  return kbsh_error_set (err, "%s is no kubeconfig with a current context",
                         path);
}

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

/* There, readable, and with a sense. */
static int
look_into (struct kbsh_ctx *ctx, const struct mode *mode, const char *path,
           const char *name, const char *needed)
{
  kbsh_autofree char *full = root_path (ctx, path);
  struct kbsh_error err = KBSH_ERROR_INIT;
  char said[2048];
  size_t length = 0;
  const char *text = full ? ctx->host->read_file (ctx, full, &length) : NULL;
  if (!full)
    return -1;
  if (ctx->host->failed (ctx))
    return kbsh_found (ctx, name, KBSH_ERROR, needed,
                       "make it a file that can be read", "%s",
                       ctx->host->forgive (ctx));
  if (!text)
    return kbsh_found (ctx, name, KBSH_ERROR, needed, "put the file there",
                       "%s does not exist", path);
  if (mode->sense (path, text, length, &err) == 0)
    return kbsh_passed (ctx, name);
  return kbsh_found (ctx, name, KBSH_ERROR, needed, "mend the file", "%s",
                     kbsh_error_text (&err, said, sizeof said));
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
  return look_into (ctx, mode, path, name, needed);
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
