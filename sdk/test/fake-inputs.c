/* SPDX-License-Identifier: Apache-2.0
 *
 * What a service reads and what it says: inputs, files, facts, errors.
 */
#include "config.h"

#include "fake-inner.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>

static int
host_fail (struct kbsh_ctx *ctx, const struct kbsh_failure *failure)
{
  struct fake *fake = fake_of (ctx);
  if (fake->has_failed)
    return kbsh_error_wrap (&fake->error, "%s", failure->what);
  fake->has_failed = 1;
  kbsh_error_set (&fake->error, "%s", failure->what);
  kbsh_error_why (&fake->error, "%s", failure->why ? failure->why : "");
  return kbsh_error_remedy (&fake->error, "%s",
                            failure->remedy ? failure->remedy : "");
}

static int
host_failed (struct kbsh_ctx *ctx)
{
  return fake_of (ctx)->has_failed;
}

static const char *
host_forgive (struct kbsh_ctx *ctx)
{
  struct fake *fake = fake_of (ctx);
  fake->has_failed = 0;
  return fake_keep (fake, fake->error.what);
}

static json_object *
input (struct kbsh_ctx *ctx, const char *where)
{
  const char *colon = strchr (where, ':');
  kbsh_autofree char *name
      = strndup (where, colon ? (size_t)(colon - where) : strlen (where));
  json_object *inputs = kbsh_json_at (fake_of (ctx)->world, "/inputs");
  json_object *value = NULL;
  json_object_object_get_ex (inputs, name, &value);
  return colon ? kbsh_json_at (value, colon + 1) : value;
}

static const char *
host_get (struct kbsh_ctx *ctx, const char *where)
{
  json_object *value = input (ctx, where);
  return value ? fake_keep (fake_of (ctx), kbsh_json_text (value, 0)) : NULL;
}

static const char *
host_get_string (struct kbsh_ctx *ctx, const char *where, const char *otherwise)
{
  json_object *value = input (ctx, where);
  return value ? json_object_get_string (value) : otherwise;
}

static int64_t
host_get_int (struct kbsh_ctx *ctx, const char *where, int64_t otherwise)
{
  json_object *value = input (ctx, where);
  return value ? json_object_get_int64 (value) : otherwise;
}

static int
host_get_bool (struct kbsh_ctx *ctx, const char *where, int otherwise)
{
  json_object *value = input (ctx, where);
  return value ? json_object_get_boolean (value) : otherwise;
}

/* A copy: the content lives on when the file is written or removed, and who
 * reads a secret may wipe it. */
static const char *
host_read_file (struct kbsh_ctx *ctx, const char *path, size_t *length)
{
  struct fake *fake = fake_of (ctx);
  json_object *content = fake_file_at (fake, path), *copy;
  if (!content)
    return NULL;
  copy = json_object_new_string_len (json_object_get_string (content),
                                     json_object_get_string_len (content));
  json_object_array_add (fake->kept, copy);
  if (length)
    *length = (size_t)json_object_get_string_len (copy);
  return json_object_get_string (copy);
}

static int
host_put (struct kbsh_ctx *ctx, const char *pointer, const char *json)
{
  struct fake *fake = fake_of (ctx);
  json_object *value = kbsh_json_parse (json, strlen (json), &fake->error);
  return kbsh_json_set (&fake->results, pointer, value, &fake->error);
}

static int
host_put_string (struct kbsh_ctx *ctx, const char *pointer, const char *text)
{
  struct fake *fake = fake_of (ctx);
  return kbsh_json_set_string (&fake->results, pointer, text, &fake->error);
}

static int
host_secret (struct kbsh_ctx *ctx, const char *text)
{
  return json_object_array_add (fake_of (ctx)->secrets,
                                json_object_new_string (text));
}

static void
host_log (struct kbsh_ctx *ctx, uint32_t level, const char *line)
{
  (void)level;
  json_object_array_add (fake_of (ctx)->logs, json_object_new_string (line));
}

static void
host_progress (struct kbsh_ctx *ctx, const char *text)
{
  json_object_object_add (fake_of (ctx)->world, "progress",
                          text ? json_object_new_string (text) : NULL);
}

static int
host_finding (struct kbsh_ctx *ctx, const struct kbsh_finding *finding)
{
  static const char *const names[] = { "passed", "note", "warning", "error" };
  json_object *f = json_object_new_object ();
  struct fake *fake = fake_of (ctx);
  kbsh_json_set_string (&f, "/name", finding->name, NULL);
  kbsh_json_set_string (&f, "/severity", names[finding->severity % 4], NULL);
  if (finding->found)
    kbsh_json_set_string (&f, "/found", finding->found, NULL);
  if (finding->needed)
    kbsh_json_set_string (&f, "/needed", finding->needed, NULL);
  if (finding->remedy)
    kbsh_json_set_string (&f, "/remedy", finding->remedy, NULL);
  return json_object_array_add (fake->findings, f);
}

void
fake_inputs (struct kbsh_host *host)
{
  host->fail = host_fail;
  host->failed = host_failed;
  host->forgive = host_forgive;
  host->get = host_get;
  host->get_string = host_get_string;
  host->get_int = host_get_int;
  host->get_bool = host_get_bool;
  host->read_file = host_read_file;
  host->put = host_put;
  host->put_string = host_put_string;
  host->secret = host_secret;
  host->log = host_log;
  host->progress = host_progress;
  host->finding = host_finding;
}
