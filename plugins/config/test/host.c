/* SPDX-License-Identifier: Apache-2.0
 *
 * See host.h.
 */
#include "host.h"

static struct test_host *
of (struct kbsh_ctx *ctx)
{
  return (struct test_host *)ctx;
}

static const char *
keep (struct test_host *host, const char *text)
{
  json_object *kept = json_object_new_string (text);
  json_object_array_add (host->kept, kept);
  return json_object_get_string (kept);
}

static json_object *
input (struct kbsh_ctx *ctx, const char *where)
{
  json_object *value = NULL;
  json_object_object_get_ex (of (ctx)->inputs, where, &value);
  return value;
}

static const char *
get (struct kbsh_ctx *ctx, const char *where)
{
  json_object *value = input (ctx, where);
  return value ? keep (of (ctx), json_object_to_json_string (value)) : NULL;
}

static const char *
get_string (struct kbsh_ctx *ctx, const char *where, const char *otherwise)
{
  json_object *value = input (ctx, where);
  return value ? json_object_get_string (value) : otherwise;
}

static int64_t
get_int (struct kbsh_ctx *ctx, const char *where, int64_t otherwise)
{
  json_object *value = input (ctx, where);
  return value ? json_object_get_int64 (value) : otherwise;
}

static int
get_bool (struct kbsh_ctx *ctx, const char *where, int otherwise)
{
  json_object *value = input (ctx, where);
  return value ? json_object_get_boolean (value) : otherwise;
}

static int
fail (struct kbsh_ctx *ctx, const struct kbsh_failure *failure)
{
  struct test_host *host = of (ctx);
  host->failed = 1;
  kbsh_buffer_printf (&host->failure, "%s%s%s", failure->what,
                      failure->why ? ": " : "",
                      failure->why ? failure->why : "");
  return -1;
}

static int
failed (struct kbsh_ctx *ctx)
{
  return of (ctx)->failed;
}

static const char *
forgive (struct kbsh_ctx *ctx)
{
  struct test_host *host = of (ctx);
  const char *text = keep (host, host->failure.data ? host->failure.data : "");
  kbsh_buffer_free (&host->failure);
  host->failed = 0;
  return text;
}

static const char *
read_file (struct kbsh_ctx *ctx, const char *path, size_t *length)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  json_object *text = NULL;
  kbsh_autofree char *data = NULL;
  size_t size = 0;
  if (json_object_object_get_ex (of (ctx)->inputs, path, &text))
    {
      if (length)
        *length = (size_t)json_object_get_string_len (text);
      return json_object_get_string (text);
    }
  data = kbsh_file_read (path, &size, &err);
  if (length)
    *length = size;
  return data ? keep (of (ctx), data) : NULL;
}

static int
put (struct kbsh_ctx *ctx, const char *pointer, const char *json)
{
  json_object *value = kbsh_json_parse (json, strlen (json), NULL);
  return kbsh_json_set (&of (ctx)->facts, pointer, value, NULL);
}

static int
put_string (struct kbsh_ctx *ctx, const char *pointer, const char *text)
{
  return kbsh_json_set_string (&of (ctx)->facts, pointer, text, NULL);
}

static int
secret (struct kbsh_ctx *ctx, const char *text)
{
  (void)ctx;
  (void)text;
  return 0;
}

static void
say (struct kbsh_ctx *ctx, uint32_t level, const char *line)
{
  if (level != KBSH_DEBUG)
    kbsh_buffer_printf (&of (ctx)->log, "%s\n", line);
}

static void
progress (struct kbsh_ctx *ctx, const char *text)
{
  (void)ctx;
  (void)text;
}

static int
print (struct kbsh_ctx *ctx, const char *text, size_t length)
{
  kbsh_buffer_add (&of (ctx)->out, text, length);
  return 0;
}

static int
write_file (struct kbsh_ctx *ctx, const struct kbsh_file *file)
{
  kbsh_buffer_add (&of (ctx)->out, file->data, file->length);
  return 0;
}

static int
run_program (struct kbsh_ctx *ctx, const struct kbsh_program *program,
             struct kbsh_output *output)
{
  static const struct kbsh_failure none
      = { sizeof none, "there is no such program", NULL, NULL };
  const char *says = of (ctx)->kubelet;
  if (!says || strcmp (program->argv[0], "kubelet"))
    return fail (ctx, &none);
  *output = (struct kbsh_output){ .out = says, .out_length = strlen (says) };
  return 0;
}

static int
unit (struct kbsh_ctx *ctx, const char *name, uint32_t op,
      struct kbsh_unit_state *state)
{
  (void)ctx;
  (void)name;
  (void)op;
  *state = (struct kbsh_unit_state){ 0 };
  return 0;
}

static int
request (struct kbsh_ctx *ctx, const struct kbsh_request *asked,
         struct kbsh_response *response)
{
  struct test_host *host = of (ctx);
  host->url = keep (host, asked->url);
  *response
      = (struct kbsh_response){ .status = host->answer ? 200 : 0,
                                .reason = "no network",
                                .body = host->answer ? host->answer : "" };
  response->body_length = strlen (response->body);
  return 0;
}

static const char *
data_dir (struct kbsh_ctx *ctx, const char *module)
{
  (void)module;
  return of (ctx)->data;
}

static const struct kbsh_host table = {
  .size = sizeof table,
  .abi_major = KBSH_ABI_MAJOR,
  .abi_minor = KBSH_ABI_MINOR,
  .get = get,
  .get_string = get_string,
  .get_int = get_int,
  .get_bool = get_bool,
  .read_file = read_file,
  .put = put,
  .put_string = put_string,
  .secret = secret,
  .fail = fail,
  .failed = failed,
  .forgive = forgive,
  .log = say,
  .progress = progress,
  .print = print,
  .write_file = write_file,
  .run_program = run_program,
  .unit = unit,
  .request = request,
  .data_dir = data_dir,
};

void
test_host_begin (struct test_host *host, const char *data, json_object *inputs)
{
  *host = (struct test_host){ .data = data, .inputs = inputs };
  host->ctx = (struct kbsh_ctx){ .size = sizeof host->ctx,
                                 .host = &table,
                                 .step = "config",
                                 .service = "config.load",
                                 .op = "run" };
  host->kept = json_object_new_array ();
}

void
test_host_end (struct test_host *host)
{
  json_object_put (host->facts);
  json_object_put (host->kept);
  kbsh_buffer_free (&host->failure);
  kbsh_buffer_free (&host->log);
  kbsh_buffer_free (&host->out);
}
