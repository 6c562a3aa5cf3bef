/* SPDX-License-Identifier: Apache-2.0
 *
 * What the checks share; see preflight.h.
 */
#include "preflight.h"

#include <string.h>
#include <unistd.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>

#define TABLE "config:/preflight"

static enum kbsh_severity
severity (json_object *word)
{
  const char *text = word ? json_object_get_string (word) : "";
  if (!strcmp (text, "error"))
    return KBSH_ERROR;
  return !strcmp (text, "warning") ? KBSH_WARN : KBSH_PASSED;
}

enum kbsh_severity
severity_of (struct kbsh_ctx *ctx, const char *name)
{
  kbsh_autojson json_object *table = kbsh_input (ctx, TABLE);
  json_object *word = NULL;
  if (!json_object_is_type (table, json_type_object)
      || !json_object_object_get_ex (table, name, &word))
    return KBSH_PASSED;
  return severity (word);
}

int
severity_each (struct kbsh_ctx *ctx, const char *prefix,
               int (*visit) (struct kbsh_ctx *ctx, const char *name,
                             const char *rest, enum kbsh_severity severity))
{
  kbsh_autojson json_object *table = kbsh_input (ctx, TABLE);
  size_t length = strlen (prefix);
  if (!json_object_is_type (table, json_type_object))
    return 0;
  json_object_object_foreach (table, name, word)
  {
    enum kbsh_severity is = severity (word);
    if (is != KBSH_PASSED && !strncmp (name, prefix, length)
        && visit (ctx, name, name + length, is))
      return -1;
  }
  return 0;
}

char *
root_path (struct kbsh_ctx *ctx, const char *path)
{
  const char *root = kbsh_input_string (ctx, "root", "/");
  size_t length = strlen (root);
  while (length && root[length - 1] == '/')
    length--;
  char *full = kbsh_text ("%.*s%s", (int)length, root, path);
  if (!full)
    kbsh_fail_memory (ctx);
  return full;
}

const char *
root_read (struct kbsh_ctx *ctx, const char *path)
{
  kbsh_autofree char *full = root_path (ctx, path);
  const char *text = full ? ctx->host->read_file (ctx, full, NULL) : NULL;
  if (!text && full)
    ctx->host->forgive (ctx);
  return text;
}

int
root_exists (struct kbsh_ctx *ctx, const char *path)
{
  kbsh_autofree char *full = root_path (ctx, path);
  return full && !access (full, F_OK);
}

int
joins_as_worker (struct kbsh_ctx *ctx)
{
  return kbsh_input_string (ctx, "config:/discovered/server", NULL)
         && !ctx->host->get_bool (ctx, "config:/control-plane", 0);
}

json_object *
data_of (struct kbsh_ctx *ctx, const char *file)
{
  static const char *const parts[]
      = { "init", "cluster", "paths", "node", "release", "kubeProxy", NULL };
  kbsh_autojson json_object *values = json_object_new_object ();
  for (size_t i = 0; values && parts[i]; i++)
    {
      kbsh_autofree char *where = kbsh_text ("config:/%s", parts[i]);
      json_object *part = where ? kbsh_input (ctx, where) : NULL;
      if (part)
        json_object_object_add (values, parts[i], part);
    }
  if (!values)
    {
      kbsh_fail_memory (ctx);
      return NULL;
    }
  return kbsh_data (ctx, "preflight", file, values);
}

json_object *
data_since (struct kbsh_ctx *ctx, json_object *list)
{
  int64_t minor = ctx->host->get_int (ctx, "config:/version/minor", 0);
  json_object *best = NULL;
  for (size_t i = 0; i < kbsh_json_length (list, ""); i++)
    {
      json_object *one = json_object_array_get_idx (list, i);
      if (!best || kbsh_json_int (one, "/since", 0) <= minor)
        best = one;
    }
  return best;
}

char *
name_of_path (const char *prefix, const char *path)
{
  char *name = kbsh_text ("%s-%s", prefix, path);
  if (name)
    for (char *c = name + strlen (prefix); *c; c++)
      if (*c == '/')
        *c = '-';
  return name;
}
