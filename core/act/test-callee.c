/* SPDX-License-Identifier: Apache-2.0
 *
 * The module that test-calls.c compiles and calls.
 */
#include <kbsh/plugin.h>

#include <stdlib.h>

/* What it gets to see. */
static int
echo (struct kbsh_ctx *ctx)
{
  const char *fact = ctx->host->get (ctx, "earlier:/list");
  const char *word = ctx->host->get_string (ctx, "word", "");
  ctx->host->put (ctx, "/fact", fact ? fact : "null");
  ctx->host->put_string (ctx, "/more", ctx->host->get_string (ctx, "more", ""));
  return ctx->host->put_string (ctx, "/word", word);
}

static int
die (struct kbsh_ctx *ctx)
{
  (void)ctx;
  abort ();
}

static int
save (struct kbsh_ctx *ctx)
{
  struct kbsh_file file
      = { .size = sizeof file, .data = "x", .length = 1, .mode = 0644 };
  file.path = ctx->host->get_string (ctx, "path", "");
  return ctx->host->write_file (ctx, &file);
}

/* Calls itself for as long as it may. */
static int
nest (struct kbsh_ctx *ctx)
{
  const struct kbsh_call call = { .size = sizeof call,
                                  .role = "step",
                                  .service = "callee.nest",
                                  .op = "run",
                                  .args = "{}" };
  const char *result;
  return ctx->host->call (ctx, &call, 1, 0, &result);
}

#define SERVICE(f, a, t)                                                       \
  static const struct kbsh_step_ops f##_ops                                    \
      = { .size = sizeof f##_ops, .run = f };                                  \
  static const struct kbsh_service f##_service = { .size = sizeof f##_service, \
                                                   .role = "step",             \
                                                   .name = "callee." #f,       \
                                                   .summary = "a test",        \
                                                   .accepts = a,               \
                                                   .touches = t,               \
                                                   .ops = &f##_ops }

#define WORD "{\"name\": \"word\", \"type\": \"string\"}"

SERVICE (echo,
         "[" WORD ", {\"name\": \"more\", \"type\": \"string\","
         "\"default\": \"usual\", \"values\": [\"usual\", \"rare\"]}]",
         NULL);
SERVICE (die, "[" WORD "]", NULL);
SERVICE (save, "[{\"name\": \"path\", \"type\": \"path\", \"required\": true}]",
         "{\"paths\": [\"${path}\"]}");
SERVICE (nest, "[" WORD "]", "{\"calls\": [\"step\"]}");

static const struct kbsh_service *const services[]
    = { &echo_service, &die_service, &save_service, &nest_service, NULL };

KBSH_MODULE (.name = "callee", .version = "1.0", .licence = "Apache-2.0",
             .vendor = "kbsh", .summary = "for a test", .services = services);
