/* SPDX-License-Identifier: Apache-2.0
 *
 * In the worker: effects on this machine. Each is one message to the broker,
 * and one back.
 */
#include "config.h"

#include "act/host.h"

#include <stdlib.h>
#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>

int
worker_refuse (struct kbsh_ctx *ctx, const char *what)
{
  struct kbsh_error err;
  kbsh_error_set (&err, "%s asks for what can't be", ctx->service);
  kbsh_error_why (&err, "%s", what);
  return worker_fail (worker_of (ctx), &err);
}

/* Ask when nothing but success matters. */
static int
ask (struct kbsh_ctx *ctx, json_object *json, const void *blob, size_t length)
{
  struct message reply;
  int bad = worker_ask (worker_of (ctx), json, blob, length, &reply);
  message_free (&reply);
  return bad;
}

int
host_write_file (struct kbsh_ctx *ctx, const struct kbsh_file *file)
{
  json_object *json = worker_message ("write");
  add_text (json, "path", file->path);
  add_int (json, "mode", file->mode);
  add_int (json, "flags", file->flags);
  return ask (ctx, json, file->data, file->length);
}

static int
ask_path (struct kbsh_ctx *ctx, const char *kind, const char *path,
          uint32_t mode, const char *target)
{
  json_object *json = worker_message (kind);
  add_text (json, "path", path);
  add_int (json, "mode", mode);
  add_text (json, "target", target);
  return ask (ctx, json, NULL, 0);
}

int
host_remove_file (struct kbsh_ctx *ctx, const char *path)
{
  return ask_path (ctx, "remove", path, 0, NULL);
}

int
host_make_dir (struct kbsh_ctx *ctx, const char *path, uint32_t mode)
{
  return ask_path (ctx, "mkdir", path, mode, NULL);
}

int
host_change_mode (struct kbsh_ctx *ctx, const char *path, uint32_t mode)
{
  return ask_path (ctx, "chmod", path, mode, NULL);
}

int
host_make_symlink (struct kbsh_ctx *ctx, const char *path, const char *target)
{
  return ask_path (ctx, "symlink", path, 0, target);
}

static int
ask_flags (struct kbsh_ctx *ctx, const char *kind, const char *path,
           uint32_t flags)
{
  json_object *json = worker_message (kind);
  add_text (json, "path", path);
  add_int (json, "flags", flags);
  return ask (ctx, json, NULL, 0);
}

int
host_remove_tree (struct kbsh_ctx *ctx, const char *path, uint32_t flags)
{
  return ask_flags (ctx, "remove-tree", path, flags);
}

int
host_remove_secret (struct kbsh_ctx *ctx, const char *path)
{
  return ask_flags (ctx, "remove", path, KBSH_SECRET);
}

int
host_unmount (struct kbsh_ctx *ctx, const char *folder, uint32_t flags)
{
  return ask_flags (ctx, "unmount", folder, flags);
}

void
add_list (json_object *to, const char *name, const char *const *list)
{
  json_object *array = list ? json_object_new_array () : NULL;
  for (; array && *list; list++)
    json_object_array_add (array, json_object_new_string (*list));
  if (to && array)
    json_object_object_add (to, name, array);
  else
    json_object_put (array);
}

void
hand_over (void *to, size_t in_1_0, const void *from, size_t known)
{
  size_t room = *(size_t *)to;
  size_t size = room ? room : in_1_0;
  memcpy (to, from, size < known ? size : known);
  *(size_t *)to = room;
}

int
host_run_program (struct kbsh_ctx *ctx, const struct kbsh_program *program,
                  struct kbsh_output *caller)
{
  struct kbsh_output filled = { .out = "", .err = "" }, *output = &filled;
  struct worker *worker = worker_of (ctx);
  json_object *json;
  struct message reply;
  size_t cut;
  int bad;
  hand_over (caller, 48, output, sizeof *output);
  if (!program->argv || !program->argv[0])
    return worker_refuse (ctx, "a program without a name");
  json = worker_message ("program");
  add_list (json, "argv", program->argv);
  add_list (json, "env", program->env);
  add_int (json, "timeout", program->timeout_ms);
  add_int (json, "flags", program->flags);
  bad = worker_ask (worker, json, program->input,
                    program->input ? program->input_length : 0, &reply);
  cut = (size_t)kbsh_json_int (reply.json, "/out", 0);
  if (reply.blob && cut <= reply.blob_length)
    {
      const char *out = worker_keep (worker, reply.blob, cut);
      const char *err = worker_keep (worker, (char *)reply.blob + cut,
                                     reply.blob_length - cut);
      output->status = (int)kbsh_json_int (reply.json, "/status", 0);
      output->out = out ? out : "";
      output->out_length = out ? cut : 0;
      output->err = err ? err : "";
      output->err_length = err ? reply.blob_length - cut : 0;
      bad = bad || !out || !err ? -1 : 0;
    }
  hand_over (caller, 48, output, sizeof *output);
  message_free (&reply);
  return bad;
}

int
host_unit (struct kbsh_ctx *ctx, const char *name, uint32_t op,
           struct kbsh_unit_state *state)
{
  json_object *json = worker_message ("unit");
  struct message reply;
  int bad;
  add_text (json, "name", name);
  add_int (json, "op", op);
  bad = worker_ask (worker_of (ctx), json, NULL, 0, &reply);
  struct kbsh_unit_state filled = {
    .known = kbsh_json_bool (reply.json, "/known", 0),
    .enabled = kbsh_json_bool (reply.json, "/enabled", 0),
    .active = kbsh_json_bool (reply.json, "/active", 0),
  };
  if (state)
    hand_over (state, 24, &filled, sizeof filled);
  message_free (&reply);
  return bad;
}
