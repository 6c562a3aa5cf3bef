/* SPDX-License-Identifier: Apache-2.0
 *
 * In the worker: what a service can see. Its inputs, files, the services that
 * there are, its module's data.
 */
#include "config.h"

#include "act/host.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>

static json_object *
input (struct kbsh_ctx *ctx, const char *where)
{
  return where ? inputs_get (&worker_of (ctx)->inputs, where) : NULL;
}

const char *
host_get (struct kbsh_ctx *ctx, const char *where)
{
  kbsh_autojson json_object *value = input (ctx, where);
  const char *text;
  if (!value)
    return NULL;
  text = kbsh_json_text (value, 0);
  if (!text)
    {
      worker_fail_memory (worker_of (ctx));
      return NULL;
    }
  return worker_keep (worker_of (ctx), text, strlen (text));
}

const char *
host_get_string (struct kbsh_ctx *ctx, const char *where, const char *otherwise)
{
  kbsh_autojson json_object *value = input (ctx, where);
  const char *text = value ? json_object_get_string (value) : NULL;
  if (!text)
    return otherwise;
  return worker_keep (worker_of (ctx), text, strlen (text));
}

int64_t
host_get_int (struct kbsh_ctx *ctx, const char *where, int64_t otherwise)
{
  kbsh_autojson json_object *value = input (ctx, where);
  const char *text;
  char *end;
  int64_t number;
  if (json_object_is_type (value, json_type_int)
      || json_object_is_type (value, json_type_double))
    return json_object_get_int64 (value);
  if (!json_object_is_type (value, json_type_string))
    return otherwise;
  text = json_object_get_string (value);
  errno = 0;
  number = strtoimax (text, &end, 10);
  return *text && !*end && !errno ? number : otherwise;
}

int
host_get_bool (struct kbsh_ctx *ctx, const char *where, int otherwise)
{
  kbsh_autojson json_object *value = input (ctx, where);
  const char *text;
  if (json_object_is_type (value, json_type_boolean))
    return json_object_get_boolean (value);
  if (!json_object_is_type (value, json_type_string))
    return otherwise;
  text = json_object_get_string (value);
  return !strcmp (text, "true") ? 1 : !strcmp (text, "false") ? 0 : otherwise;
}

/* What a dry run "wrote": the state (0: nothing known), -1 on failure. */
static int
read_pretended (struct worker *worker, const char *path, const char **data,
                size_t *length)
{
  struct message reply;
  json_object *json = worker_message ("read");
  int state = -1;
  add_text (json, "path", path);
  if (!worker_ask (worker, json, NULL, 0, &reply))
    state = (int)kbsh_json_int (reply.json, "/state", 0);
  if (state == 1)
    {
      *length = reply.blob_length;
      *data = worker_keep (worker, reply.blob, reply.blob_length);
    }
  message_free (&reply);
  return state;
}

/* A worker has none of the core's descriptors: it would read nothing there,
 * and take that for what was given. */
static int
is_own_descriptor (const char *path, struct kbsh_error *err)
{
  static const char *const own[] = { "/dev/fd/", "/dev/std", "/proc/self/fd/" };
  for (size_t i = 0; i < sizeof own / sizeof *own; i++)
    if (!strncmp (path, own[i], strlen (own[i])))
      {
        kbsh_error_set (err, "can't read %s", path);
        kbsh_error_why (err, "a step sees no descriptors of the command line");
        kbsh_error_remedy (err, "write it to a file, and name that");
        errno = EINVAL;
        return 1;
      }
  return 0;
}

const char *
host_read_file (struct kbsh_ctx *ctx, const char *path, size_t *length)
{
  struct worker *worker = worker_of (ctx);
  struct kbsh_error err = KBSH_ERROR_INIT;
  const char *kept = NULL;
  size_t got = 0;
  char *data;
  int state = 0, number;
  if (ctx->dry_run)
    state = read_pretended (worker, path, &kept, &got);
  if (!state)
    {
      errno = 0;
      data = is_own_descriptor (path, &err) ? NULL
                                            : kbsh_file_read (path, &got, &err);
      number = errno;
      if (data)
        {
          kept = worker_keep (worker, data, got);
          explicit_bzero (data, got);
          free (data);
        }
      else if (number != ENOENT && number != ENOTDIR)
        worker_fail (worker, &err);
    }
  if (length)
    *length = kept ? got : 0;
  return kept;
}

static int
add_services (json_object *list, const struct registry_module *module,
              const char *role)
{
  const struct kbsh_service *const *service
      = module->module ? module->module->services : NULL;
  for (; service && *service; service++)
    if (!strcmp ((*service)->role, role)
        && json_object_array_add (list,
                                  json_object_new_string ((*service)->name)))
      return -1;
  return 0;
}

const char *
host_services (struct kbsh_ctx *ctx, const char *role)
{
  struct worker *worker = worker_of (ctx);
  struct registry *registry = worker->job->run->registry;
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *list = json_object_new_array ();
  const char *text;
  if (registry_open_all (registry, &err))
    {
      worker_fail (worker, &err);
      return NULL;
    }
  for (size_t i = 0; list && i < registry_count (registry); i++)
    if (add_services (list, registry_at (registry, i), role))
      {
        worker_fail_memory (worker);
        return NULL;
      }
  text = list ? kbsh_json_text (list, 0) : NULL;
  if (!text)
    {
      worker_fail_memory (worker);
      return NULL;
    }
  return worker_keep (worker, text, strlen (text));
}

const char *
host_data_dir (struct kbsh_ctx *ctx, const char *module)
{
  struct worker *worker = worker_of (ctx);
  kbsh_autofree char *path
      = kbsh_text ("%s/%s", worker->job->run->data_folder, module);
  if (!path)
    {
      worker_fail_memory (worker);
      return NULL;
    }
  return worker_keep (worker, path, strlen (path));
}
