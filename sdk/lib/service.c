/* SPDX-License-Identifier: Apache-2.0
 *
 * The host table with less typing, for the functions of plugins.
 */
#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>
#include <kbsh/yaml.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

json_object *
kbsh_input (struct kbsh_ctx *ctx, const char *where)
{
  const char *text = ctx->host->get (ctx, where);
  return text ? kbsh_json_parse (text, strlen (text), NULL) : NULL;
}

const char *
kbsh_input_string (struct kbsh_ctx *ctx, const char *where,
                   const char *otherwise)
{
  const char *text = ctx->host->get_string (ctx, where, otherwise);
  return text && (*text || otherwise) ? text : NULL;
}

int
kbsh_put (struct kbsh_ctx *ctx, const char *pointer, json_object *value)
{
  kbsh_autojson json_object *owned = value;
  const char *text = json_object_to_json_string_ext (
      owned, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
  return text ? ctx->host->put (ctx, pointer, text) : kbsh_fail_memory (ctx);
}

int
kbsh_fail (struct kbsh_ctx *ctx, const char *why, const char *remedy,
           const char *what, ...)
{
  char text[512];
  struct kbsh_failure failure = { sizeof failure, text, why, remedy };
  va_list args;
  va_start (args, what);
  vsnprintf (text, sizeof text, what, args);
  va_end (args);
  return ctx->host->fail (ctx, &failure);
}

int
kbsh_fail_error (struct kbsh_ctx *ctx, const struct kbsh_error *err)
{
  char what[1100];
  if (err->where[0] && err->line)
    snprintf (what, sizeof what, "%s:%d:%d: %s", err->where, err->line,
              err->column, err->what);
  else
    snprintf (what, sizeof what, "%s%s%s", err->where,
              err->where[0] ? ": " : "", err->what);
  return ctx->host->fail (
      ctx, &(struct kbsh_failure){ sizeof (struct kbsh_failure), what,
                                   err->why[0] ? err->why : NULL,
                                   err->remedy[0] ? err->remedy : NULL });
}

int
kbsh_fail_memory (struct kbsh_ctx *ctx)
{
  struct kbsh_failure failure = { sizeof failure, "out of memory", NULL, NULL };
  return ctx->host->fail (ctx, &failure);
}

static void
log_line (struct kbsh_ctx *ctx, enum kbsh_level level, const char *format,
          va_list args)
{
  char line[2048];
  vsnprintf (line, sizeof line, format, args);
  ctx->host->log (ctx, level, line);
}

#define LOGGER(name, level)                                                    \
  void name (struct kbsh_ctx *ctx, const char *format, ...)                    \
  {                                                                            \
    va_list args;                                                              \
    va_start (args, format);                                                   \
    log_line (ctx, level, format, args);                                       \
    va_end (args);                                                             \
  }
LOGGER (kbsh_say, KBSH_INFO)
LOGGER (kbsh_warn, KBSH_WARNING)
LOGGER (kbsh_debug, KBSH_DEBUG)

void
kbsh_progress (struct kbsh_ctx *ctx, const char *format, ...)
{
  char text[512];
  va_list args;
  va_start (args, format);
  if (format)
    vsnprintf (text, sizeof text, format, args);
  va_end (args);
  ctx->host->progress (ctx, format ? text : NULL);
}

int
kbsh_print (struct kbsh_ctx *ctx, const char *format, ...)
{
  kbsh_autofree char *text = NULL;
  va_list args;
  int length;
  va_start (args, format);
  length = vasprintf (&text, format, args);
  va_end (args);
  if (length < 0)
    {
      text = NULL;
      return kbsh_fail_memory (ctx);
    }
  return ctx->host->print (ctx, text, (size_t)length);
}

int
kbsh_passed (struct kbsh_ctx *ctx, const char *name)
{
  struct kbsh_finding finding
      = { sizeof finding, name, KBSH_PASSED, NULL, NULL, NULL };
  return ctx->host->finding (ctx, &finding);
}

int
kbsh_found (struct kbsh_ctx *ctx, const char *name, enum kbsh_severity severity,
            const char *needed, const char *remedy, const char *found, ...)
{
  char text[2048];
  struct kbsh_finding finding
      = { sizeof finding, name, severity, text, needed, remedy };
  va_list args;
  va_start (args, found);
  vsnprintf (text, sizeof text, found, args);
  va_end (args);
  return ctx->host->finding (ctx, &finding);
}

static int
write_text (struct kbsh_ctx *ctx, const char *path, const char *text,
            uint32_t mode, uint32_t flags)
{
  struct kbsh_file file
      = { sizeof file, path, text, strlen (text), mode, flags };
  return ctx->host->write_file (ctx, &file);
}

int
kbsh_write (struct kbsh_ctx *ctx, const char *path, const char *text,
            uint32_t mode)
{
  return write_text (ctx, path, text, mode, 0);
}

int
kbsh_write_secret (struct kbsh_ctx *ctx, const char *path, const char *text)
{
  return write_text (ctx, path, text, 0600, KBSH_SECRET);
}

int
kbsh_make_folder_of (struct kbsh_ctx *ctx, const char *path, uint32_t mode)
{
  kbsh_autofree char *folder = strdup (path);
  char *slash = folder ? strrchr (folder, '/') : NULL;
  if (!folder)
    return kbsh_fail_memory (ctx);
  if (!slash)
    return kbsh_fail (ctx, "it has no folder",
                      "Give a path that begins with /.",
                      "\"%s\" is no path of a file", path);
  slash[slash == folder] = '\0';
  return ctx->host->make_dir (ctx, folder, mode);
}

int
kbsh_write_yaml (struct kbsh_ctx *ctx, const char *path, json_object *tree,
                 uint32_t mode)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autofree char *text = kbsh_yaml_text (tree, &err);
  return text ? kbsh_write (ctx, path, text, mode)
              : kbsh_fail_error (ctx, &err);
}

json_object *
kbsh_read_yaml (struct kbsh_ctx *ctx, const char *path, const char *remedy)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  size_t length = 0;
  json_object *tree;
  const char *text = ctx->host->read_file (ctx, path, &length);
  if (!text)
    {
      if (!ctx->host->failed (ctx))
        kbsh_fail (ctx, "there is no such file", remedy, "%s", path);
      return NULL;
    }
  tree = kbsh_yaml_one (path, text, length, &err);
  if (!tree)
    kbsh_fail_error (ctx, &err);
  return tree;
}

/* The documents of a data file as a list, not yet filled. */
static json_object *
read_documents (const char *path, struct kbsh_error *err)
{
  KBSH_CLEANUP (kbsh_yaml_free) struct kbsh_yaml yaml = { NULL, 0 };
  kbsh_autofree char *text = NULL;
  kbsh_autojson json_object *list = NULL;
  size_t length = 0;
  text = kbsh_file_read (path, &length, err);
  if (!text || kbsh_yaml_parse (path, text, length, &yaml, err))
    return NULL;
  list = json_object_new_array_ext ((int)yaml.count);
  for (size_t i = 0; list && i < yaml.count; i++)
    {
      json_object *tree = json_object_get (yaml.documents[i].tree);
      if (!json_object_array_add (list, tree))
        continue;
      json_object_put (tree);
      kbsh_error_memory (err);
      return NULL;
    }
  if (!list)
    kbsh_error_memory (err);
  return kbsh_steal (&list);
}

json_object *
kbsh_data_list (struct kbsh_ctx *ctx, const char *module, const char *file,
                json_object *values)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *list = NULL;
  json_object *filled;
  const char *folder = ctx->host->data_dir (ctx, module);
  kbsh_autofree char *path = folder ? kbsh_text ("%s/%s", folder, file) : NULL;
  if (!path)
    {
      kbsh_fail_memory (ctx);
      return NULL;
    }
  list = read_documents (path, &err);
  if (list && !values)
    return kbsh_steal (&list);
  filled = list ? kbsh_template_values (list, values, &err) : NULL;
  if (!filled)
    {
      kbsh_error_wrap (&err, "%s", path);
      kbsh_fail_error (ctx, &err);
    }
  return filled;
}

json_object *
kbsh_data (struct kbsh_ctx *ctx, const char *module, const char *file,
           json_object *values)
{
  kbsh_autojson json_object *list = kbsh_data_list (ctx, module, file, values);
  if (!list)
    return NULL;
  if (json_object_array_length (list) != 1)
    {
      kbsh_fail (ctx, "it must hold exactly one document", NULL,
                 "the data file %s of %s is not as expected", file, module);
      return NULL;
    }
  return json_object_get (json_object_array_get_idx (list, 0));
}

/* The error of a call's answer becomes this context's. */
static json_object *
call_failed (struct kbsh_ctx *ctx, const char *service, json_object *answer)
{
  if (!ctx->host->failed (ctx))
    kbsh_fail (ctx, kbsh_json_string (answer, "/error/why", NULL),
               kbsh_json_string (answer, "/error/remedy", NULL), "%s: %s",
               service, kbsh_json_string (answer, "/error/what", "failed"));
  return NULL;
}

json_object *
kbsh_call_one (struct kbsh_ctx *ctx, const char *role, const char *service,
               const char *op, json_object *args)
{
  kbsh_autojson json_object *owned = args;
  kbsh_autojson json_object *answer = NULL;
  struct kbsh_call call = { sizeof call, role, service, op,
                            owned ? json_object_to_json_string (owned) : "{}" };
  const char *text = NULL;
  json_object *result;
  int status = ctx->host->call (ctx, &call, 1, 0, &text);
  if (text)
    answer = kbsh_json_parse (text, strlen (text), NULL);
  if (status || !answer)
    return call_failed (ctx, service, answer);
  result = json_object_get (kbsh_json_at (answer, "/result"));
  return result ? result : json_object_new_object ();
}
