/* SPDX-License-Identifier: Apache-2.0
 *
 * In the worker: the host table, its inputs, results and telling, and the
 * call of the service itself.
 */
#include "config.h"

#include "act/host.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>

#include "act/effect.h"

struct kept
{
  struct kept *next;
  size_t length;
  char data[];
};

/* ---------------------------------------------------------------- */
/* What the functions are made of                                    */

int
worker_fail (struct worker *worker, const struct kbsh_error *err)
{
  struct kbsh_error first = worker->error;
  if (!worker->failed)
    {
      worker->error = *err;
      worker->failed = 1;
      return -1;
    }
  snprintf (worker->error.what, sizeof worker->error.what, "%s: %s", err->what,
            first.what);
  if (err->why[0])
    snprintf (worker->error.why, sizeof worker->error.why, "%s%s%s", err->why,
              first.why[0] ? "; " : "", first.why);
  if (err->remedy[0])
    kbsh_error_remedy (&worker->error, "%s", err->remedy);
  return -1;
}

static int
fail_memory (struct worker *worker)
{
  struct kbsh_error err;
  kbsh_error_memory (&err);
  return worker_fail (worker, &err);
}

const char *
worker_keep (struct worker *worker, const void *data, size_t length)
{
  struct kept *kept = malloc (sizeof *kept + length + 1);
  if (!kept)
    {
      fail_memory (worker);
      return NULL;
    }
  kept->length = length;
  if (length)
    memcpy (kept->data, data, length);
  kept->data[length] = '\0';
  kept->next = worker->kept;
  worker->kept = kept;
  return kept->data;
}

static void
forget_kept (struct worker *worker)
{
  while (worker->kept)
    {
      struct kept *first = worker->kept;
      worker->kept = first->next;
      explicit_bzero (first->data, first->length);
      free (first);
    }
}

json_object *
worker_message (const char *kind)
{
  json_object *json = json_object_new_object ();
  if (json)
    add_text (json, "kind", kind);
  return json;
}

void
add_text (json_object *to, const char *name, const char *text)
{
  if (to && text)
    json_object_object_add (to, name, json_object_new_string (text));
}

void
add_int (json_object *to, const char *name, int64_t number)
{
  if (to)
    json_object_object_add (to, name, json_object_new_int64 (number));
}

int
worker_tell (struct worker *worker, json_object *json, const void *blob,
             size_t length)
{
  struct kbsh_error err;
  int bad;
  if (!json)
    return fail_memory (worker);
  bad = wire_send (worker->job->fd, json, blob, length, &err);
  json_object_put (json);
  return bad ? worker_fail (worker, &err) : 0;
}

int
worker_ask (struct worker *worker, json_object *json, const void *blob,
            size_t length, struct message *reply)
{
  struct kbsh_error err;
  json_object *error;
  int got;
  memset (reply, 0, sizeof *reply);
  if (worker_tell (worker, json, blob, length))
    return -1;
  got = wire_receive (worker->job->fd, reply, &err);
  if (got > 0)
    kbsh_error_set (&err, "there was no answer");
  if (got)
    return worker_fail (worker, &err);
  error = kbsh_json_at (reply->json, "/error");
  if (!error)
    return 0;
  error_from_tree (error, &err);
  return worker_fail (worker, &err);
}

/* ---------------------------------------------------------------- */
/* Inputs                                                            */

static json_object *
input (struct kbsh_ctx *ctx, const char *where)
{
  return where ? inputs_get (&worker_of (ctx)->inputs, where) : NULL;
}

static const char *
host_get (struct kbsh_ctx *ctx, const char *where)
{
  kbsh_autojson json_object *value = input (ctx, where);
  const char *text;
  if (!value)
    return NULL;
  text = kbsh_json_text (value, 0);
  if (!text)
    {
      fail_memory (worker_of (ctx));
      return NULL;
    }
  return worker_keep (worker_of (ctx), text, strlen (text));
}

static const char *
host_get_string (struct kbsh_ctx *ctx, const char *where, const char *otherwise)
{
  kbsh_autojson json_object *value = input (ctx, where);
  const char *text = value ? json_object_get_string (value) : NULL;
  if (!text)
    return otherwise;
  return worker_keep (worker_of (ctx), text, strlen (text));
}

static int64_t
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

static int
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

static const char *
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
      data = kbsh_file_read (path, &got, &err);
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

/* ---------------------------------------------------------------- */
/* Results, and telling                                              */

static int
host_put (struct kbsh_ctx *ctx, const char *pointer, const char *json)
{
  struct worker *worker = worker_of (ctx);
  struct kbsh_error err = KBSH_ERROR_INIT;
  json_object *value = kbsh_json_parse (json, strlen (json), &err);
  if (!value && err.what[0])
    {
      kbsh_error_wrap (&err, "the result %s is no JSON", pointer);
      return worker_fail (worker, &err);
    }
  if (kbsh_json_set (&worker->result, pointer, value, &err))
    return worker_fail (worker, &err);
  return 0;
}

static int
host_put_string (struct kbsh_ctx *ctx, const char *pointer, const char *text)
{
  struct worker *worker = worker_of (ctx);
  struct kbsh_error err = KBSH_ERROR_INIT;
  if (kbsh_json_set_string (&worker->result, pointer, text, &err))
    return worker_fail (worker, &err);
  return 0;
}

static int
host_secret (struct kbsh_ctx *ctx, const char *text)
{
  return worker_tell (worker_of (ctx), worker_message ("secret"), text,
                      strlen (text));
}

static int
host_fail (struct kbsh_ctx *ctx, const struct kbsh_failure *failure)
{
  struct kbsh_error err;
  kbsh_error_set (&err, "%s", failure->what ? failure->what : "it failed");
  if (failure->why)
    kbsh_error_why (&err, "%s", failure->why);
  if (failure->remedy)
    kbsh_error_remedy (&err, "%s", failure->remedy);
  return worker_fail (worker_of (ctx), &err);
}

static int
host_failed (struct kbsh_ctx *ctx)
{
  return worker_of (ctx)->failed;
}

static const char *
host_forgive (struct kbsh_ctx *ctx)
{
  struct worker *worker = worker_of (ctx);
  char text[sizeof (struct kbsh_error)];
  const char *kept;
  if (!worker->failed)
    return "";
  kbsh_error_text (&worker->error, text, sizeof text);
  worker->failed = 0;
  kept = worker_keep (worker, text, strlen (text));
  worker->failed = 0;
  return kept ? kept : "";
}

static void
host_log (struct kbsh_ctx *ctx, uint32_t level, const char *line)
{
  json_object *json = worker_message ("log");
  add_int (json, "level", level > KBSH_WARNING ? KBSH_WARNING : level);
  add_text (json, "text", line);
  worker_tell (worker_of (ctx), json, NULL, 0);
}

static void
host_progress (struct kbsh_ctx *ctx, const char *text)
{
  json_object *json = worker_message ("progress");
  add_text (json, "text", text);
  worker_tell (worker_of (ctx), json, NULL, 0);
}

static int
host_finding (struct kbsh_ctx *ctx, const struct kbsh_finding *finding)
{
  static const char *const status[] = { "passed", "note", "warning", "error" };
  json_object *json = worker_message ("finding");
  json_object *tree = json_object_new_object ();
  uint32_t severity
      = finding->severity > KBSH_ERROR ? KBSH_ERROR : finding->severity;
  if (!json || !tree)
    {
      json_object_put (json);
      json_object_put (tree);
      return fail_memory (worker_of (ctx));
    }
  add_text (tree, "name", finding->name);
  add_text (tree, "status", status[severity]);
  add_text (tree, "found", finding->found);
  add_text (tree, "needed", finding->needed);
  add_text (tree, "remedy", finding->remedy);
  json_object_object_add (json, "finding", tree);
  return worker_tell (worker_of (ctx), json, NULL, 0);
}

static int
host_print (struct kbsh_ctx *ctx, const char *text, size_t length)
{
  return worker_tell (worker_of (ctx), worker_message ("print"), text, length);
}

/* ---------------------------------------------------------------- */
/* What there is                                                     */

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

static const char *
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
        fail_memory (worker);
        return NULL;
      }
  text = list ? kbsh_json_text (list, 0) : NULL;
  if (!text)
    {
      fail_memory (worker);
      return NULL;
    }
  return worker_keep (worker, text, strlen (text));
}

static const char *
host_data_dir (struct kbsh_ctx *ctx, const char *module)
{
  struct worker *worker = worker_of (ctx);
  kbsh_autofree char *path
      = kbsh_text ("%s/%s", worker->job->run->data_folder, module);
  if (!path)
    {
      fail_memory (worker);
      return NULL;
    }
  return worker_keep (worker, path, strlen (path));
}

const struct kbsh_host host_table = {
  .size = sizeof (struct kbsh_host),
  .abi_major = KBSH_ABI_MAJOR,
  .abi_minor = KBSH_ABI_MINOR,
  .get = host_get,
  .get_string = host_get_string,
  .get_int = host_get_int,
  .get_bool = host_get_bool,
  .read_file = host_read_file,
  .put = host_put,
  .put_string = host_put_string,
  .secret = host_secret,
  .fail = host_fail,
  .failed = host_failed,
  .forgive = host_forgive,
  .log = host_log,
  .progress = host_progress,
  .finding = host_finding,
  .print = host_print,
  .write_file = host_write_file,
  .remove_file = host_remove_file,
  .make_dir = host_make_dir,
  .change_mode = host_change_mode,
  .make_symlink = host_make_symlink,
  .run_program = host_run_program,
  .unit = host_unit,
  .request = host_request,
  .call = host_call,
  .services = host_services,
  .data_dir = host_data_dir,
  .remove_tree = host_remove_tree,
  .unmount = host_unmount,
};

/* ---------------------------------------------------------------- */

/* What the function returned, against what it recorded. */
static void
judge (struct worker *worker, int returned)
{
  struct kbsh_error err;
  const char *name = worker->job->service->name;
  if (returned && !worker->failed)
    {
      kbsh_error_set (&err, "%s failed without saying why", name);
      kbsh_error_remedy (&err, "tell the vendor of the plugin");
      worker_fail (worker, &err);
    }
}

static int
send_outcome (struct worker *worker)
{
  json_object *json = worker_message ("done");
  struct kbsh_error err;
  int bad = -1;
  if (json && worker->failed)
    json_object_object_add (json, "error", error_tree (&worker->error));
  else if (json && worker->result)
    json_object_object_add (json, "result", json_object_get (worker->result));
  if (json)
    bad = wire_send (worker->job->fd, json, NULL, 0, &err);
  json_object_put (json);
  /* A result that is too large was not sent at all. */
  if (bad && !worker->failed)
    {
      kbsh_error_wrap (&err, "the results of %s", worker->job->service->name);
      worker_fail (worker, &err);
      return send_outcome (worker);
    }
  return bad;
}

int
host_serve (struct job *job)
{
  struct worker worker = {
    .ctx = { .size = sizeof (struct kbsh_ctx),
             .host = &host_table,
             .step = job->step,
             .service = job->service->name,
             .op = job->op,
             .dry_run = job->run->dry_run },
    .job = job,
    .inputs = { .parameters = job->parameters, .facts = job->facts },
  };
  int bad;
  judge (&worker, job->function (&worker.ctx));
  bad = send_outcome (&worker);
  forget_kept (&worker);
  json_object_put (worker.result);
  return bad ? 1 : 0;
}
