/* SPDX-License-Identifier: Apache-2.0
 *
 * The host table of fake-host.h.
 */
#include "config.h"

#include "fake-host.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>

#include <stdio.h>

static struct fake *
fake_of (struct kbsh_ctx *ctx)
{
  return (struct fake *)ctx;
}

static const char *
keep (struct fake *fake, const char *text)
{
  json_object *kept = json_object_new_string (text);
  json_object_array_add (fake->kept, kept);
  return json_object_get_string (kept);
}

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
refuse (struct kbsh_ctx *ctx, const char *what)
{
  struct kbsh_failure failure = { .size = sizeof failure, .what = what };
  return host_fail (ctx, &failure);
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
  return keep (fake, fake->error.what);
}

/* -- inputs and results ---------------------------------------------- */

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
  return value ? keep (fake_of (ctx), kbsh_json_text (value, 0)) : NULL;
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

static json_object *
file_at (struct fake *fake, const char *path)
{
  json_object *content = NULL;
  json_object_object_get_ex (kbsh_json_at (fake->world, "/files"), path,
                             &content);
  return content;
}

/* The content lives on when the file is written or removed. */
static const char *
host_read_file (struct kbsh_ctx *ctx, const char *path, size_t *length)
{
  json_object *content = file_at (fake_of (ctx), path);
  if (!content)
    return NULL;
  if (length)
    *length = (size_t)json_object_get_string_len (content);
  json_object_array_add (fake_of (ctx)->kept, json_object_get (content));
  return json_object_get_string (content);
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
  (void)ctx;
  (void)text;
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

/* -- effects ---------------------------------------------------------- */

static json_object *
effect (struct kbsh_ctx *ctx, const char *kind, const char *member,
        const char *value)
{
  json_object *e = json_object_new_object ();
  json_object_object_add (e, "effect", json_object_new_string (kind));
  json_object_object_add (e, member, json_object_new_string (value));
  json_object_array_add (fake_of (ctx)->effects, e);
  return e;
}

static void
note (json_object *e, const char *member, const void *data, size_t length)
{
  if (data && length)
    json_object_object_add (e, member,
                            json_object_new_string_len (data, (int)length));
}

static void
note_mode (json_object *e, uint32_t mode)
{
  char text[16];
  snprintf (text, sizeof text, "0%o", mode);
  json_object_object_add (e, "mode", json_object_new_string (text));
}

static void
note_secret (json_object *e, uint32_t flags)
{
  if (flags & KBSH_SECRET)
    json_object_object_add (e, "secret", json_object_new_boolean (1));
}

static int
host_print (struct kbsh_ctx *ctx, const char *text, size_t length)
{
  kbsh_autofree char *copy = strndup (text, length);
  effect (ctx, "print", "text", copy);
  return 0;
}

static int
host_write_file (struct kbsh_ctx *ctx, const struct kbsh_file *file)
{
  struct fake *fake = fake_of (ctx);
  json_object *e = effect (ctx, "file", "path", file->path), *files;
  note (e, "content", file->data, file->length);
  note_mode (e, file->mode);
  note_secret (e, file->flags);
  if (!kbsh_json_at (fake->world, "/files"))
    json_object_object_add (fake->world, "files", json_object_new_object ());
  files = kbsh_json_at (fake->world, "/files");
  return json_object_object_add (
      files, file->path,
      json_object_new_string_len (file->length ? file->data : "",
                                  (int)file->length));
}

static int
host_remove_file (struct kbsh_ctx *ctx, const char *path)
{
  effect (ctx, "remove", "path", path);
  json_object_object_del (kbsh_json_at (fake_of (ctx)->world, "/files"), path);
  return 0;
}

static int
host_make_dir (struct kbsh_ctx *ctx, const char *path, uint32_t mode)
{
  note_mode (effect (ctx, "dir", "path", path), mode);
  return 0;
}

static int
host_change_mode (struct kbsh_ctx *ctx, const char *path, uint32_t mode)
{
  note_mode (effect (ctx, "mode", "path", path), mode);
  return 0;
}

static int
host_make_symlink (struct kbsh_ctx *ctx, const char *path, const char *target)
{
  note (effect (ctx, "symlink", "path", path), "target", target,
        strlen (target));
  return 0;
}

static int
host_remove_tree (struct kbsh_ctx *ctx, const char *path, uint32_t flags)
{
  json_object *one = effect (ctx, "remove-tree", "path", path);
  json_object_object_add (one, "flags", json_object_new_int64 (flags));
  return 0;
}

static int
host_unmount (struct kbsh_ctx *ctx, const char *folder, uint32_t flags)
{
  json_object *one = effect (ctx, "unmount", "path", folder);
  json_object_object_add (one, "flags", json_object_new_int64 (flags));
  return 0;
}

/* The scripted answer to `what`, used up, or NULL. The caller owns it. */
static json_object *
answer_to (struct fake *fake, const char *what)
{
  json_object *all = kbsh_json_at (fake->world, "/answers");
  size_t count = kbsh_json_length (fake->world, "/answers");
  for (size_t i = 0; i < count; i++)
    {
      json_object *one = json_object_array_get_idx (all, i);
      if (strcmp (kbsh_json_string (one, "/to", ""), what))
        continue;
      json_object_get (one);
      json_object_array_del_idx (all, i, 1);
      return one;
    }
  return NULL;
}

static int
host_run_program (struct kbsh_ctx *ctx, const struct kbsh_program *program,
                  struct kbsh_output *output)
{
  KBSH_CLEANUP (kbsh_buffer_free) struct kbsh_buffer words = { 0 };
  kbsh_autojson json_object *answer = NULL;
  struct fake *fake = fake_of (ctx);
  json_object *e;
  for (size_t i = 0; program->argv[i]; i++)
    kbsh_buffer_printf (&words, "%s%s", i ? " " : "", program->argv[i]);
  e = effect (ctx, "program", "command", words.data);
  note (e, "input", program->input, program->input_length);
  note_secret (e, program->flags);
  answer = answer_to (fake, words.data);
  output->status = (int)kbsh_json_int (answer, "/status", 0);
  output->out = keep (fake, kbsh_json_string (answer, "/out", ""));
  output->out_length = strlen (output->out);
  output->err = keep (fake, kbsh_json_string (answer, "/err", ""));
  output->err_length = strlen (output->err);
  if (!output->status || program->flags & KBSH_ALLOW_FAIL)
    return 0;
  return refuse (ctx, words.data);
}

static int
host_unit (struct kbsh_ctx *ctx, const char *name, uint32_t op,
           struct kbsh_unit_state *state)
{
  static const char *const ops[]
      = { "state", "enable", "disable", "start", "stop", "restart", "reload" };
  kbsh_autofree char *what = kbsh_text ("unit %s", name);
  kbsh_autojson json_object *answer = answer_to (fake_of (ctx), what);
  if (op)
    note (effect (ctx, "unit", "unit", name), "op", ops[op % 7],
          strlen (ops[op % 7]));
  if (!state)
    return 0;
  state->known = kbsh_json_bool (answer, "/known", 0);
  state->enabled = kbsh_json_bool (answer, "/enabled", 0);
  state->active = kbsh_json_bool (answer, "/active", 0);
  return 0;
}

static const char *
body_of (struct fake *fake, json_object *answer)
{
  json_object *body = kbsh_json_at (answer, "/body");
  if (!body)
    return "";
  return keep (fake, json_object_is_type (body, json_type_string)
                         ? json_object_get_string (body)
                         : kbsh_json_text (body, 0));
}

static void
note_request (struct kbsh_ctx *ctx, const struct kbsh_request *request,
              const char *what)
{
  json_object *e = effect (ctx, "request", "to", what);
  json_object *headers = json_object_new_array ();
  note (e, "body", request->body, request->body_length);
  note_secret (e, request->flags);
  for (size_t i = 0; request->headers && request->headers[i]; i++)
    json_object_array_add (headers,
                           json_object_new_string (request->headers[i]));
  json_object_object_add (e, "headers", headers);
}

static int
host_request (struct kbsh_ctx *ctx, const struct kbsh_request *request,
              struct kbsh_response *response)
{
  struct fake *fake = fake_of (ctx);
  kbsh_autofree char *what = kbsh_text ("%s %s", request->method, request->url);
  kbsh_autojson json_object *answer = answer_to (fake, what);
  uint32_t expect = request->expect;
  note_request (ctx, request, what);
  response->status = (int)kbsh_json_int (answer, "/status", 404);
  response->reason = keep (fake, kbsh_json_string (answer, "/reason", ""));
  response->headers = keep (fake, kbsh_json_string (answer, "/headers", ""));
  response->body = body_of (fake, answer);
  response->body_length = strlen (response->body);
  if (!(request->flags & KBSH_WAIT))
    return 0;
  if (expect ? (uint32_t)response->status == expect
             : response->status >= 200 && response->status < 300)
    return 0;
  return refuse (ctx, "the deadline passed");
}

static int
host_call (struct kbsh_ctx *ctx, const struct kbsh_call *calls, size_t count,
           uint32_t flags, const char **results)
{
  struct fake *fake = fake_of (ctx);
  int failed = 0;
  for (size_t i = 0; i < count; i++)
    {
      kbsh_autofree char *what
          = kbsh_text ("call %s %s", calls[i].service, calls[i].op);
      kbsh_autojson json_object *answer = answer_to (fake, what);
      note (effect (ctx, "call", "to", what), "args", calls[i].args,
            strlen (calls[i].args));
      json_object_object_del (answer, "to");
      failed |= !kbsh_json_at (answer, "/result");
      results[i] = keep (fake, answer ? kbsh_json_text (answer, 0)
                                      : "{\"error\":{\"what\":\"no answer\","
                                        "\"why\":\"\",\"remedy\":\"\"}}");
    }
  return failed && !(flags & KBSH_PARTIAL) ? refuse (ctx, "a call failed") : 0;
}

static const char *
host_services (struct kbsh_ctx *ctx, const char *role)
{
  json_object *list = NULL;
  json_object_object_get_ex (kbsh_json_at (fake_of (ctx)->world, "/services"),
                             role, &list);
  return list ? keep (fake_of (ctx), kbsh_json_text (list, 0)) : "[]";
}

static const char *
host_data_dir (struct kbsh_ctx *ctx, const char *module)
{
  (void)module;
  return kbsh_json_string (fake_of (ctx)->world, "/data", ".");
}

static const struct kbsh_host fake_host = {
  .size = sizeof fake_host,
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

void
fake_open (struct fake *fake, const char *text)
{
  kbsh_autofree char *json = strdup (text);
  for (char *c = json; *c; c++)
    if (*c == '\'')
      *c = '"';
  *fake = (struct fake){ .ctx = { .size = sizeof fake->ctx,
                                  .host = &fake_host,
                                  .step = "test",
                                  .service = "test.test",
                                  .op = "run" } };
  fake->world = kbsh_json_parse (json, strlen (json), &fake->error);
  if (!fake->world)
    {
      fprintf (stderr, "fake_open: column %d: %s\n", fake->error.column,
               fake->error.why);
      exit (1);
    }
  fake->effects = json_object_new_array ();
  fake->results = json_object_new_object ();
  fake->findings = json_object_new_array ();
  fake->logs = json_object_new_array ();
  fake->secrets = json_object_new_array ();
  fake->kept = json_object_new_array ();
}

void
fake_close (struct fake *fake)
{
  json_object_put (fake->world);
  json_object_put (fake->effects);
  json_object_put (fake->results);
  json_object_put (fake->findings);
  json_object_put (fake->logs);
  json_object_put (fake->secrets);
  json_object_put (fake->kept);
}

const char *
fake_effects (struct fake *fake)
{
  return kbsh_json_text (fake->effects, 1);
}

const char *
fake_results (struct fake *fake)
{
  return kbsh_json_text (fake->results, 1);
}

const char *
fake_error (struct fake *fake)
{
  char text[4096];
  if (!fake->has_failed)
    return "";
  return keep (fake, kbsh_error_text (&fake->error, text, sizeof text));
}

const char *
fake_file (struct fake *fake, const char *path)
{
  json_object *content = file_at (fake, path);
  return content ? json_object_get_string (content) : NULL;
}
