/* SPDX-License-Identifier: Apache-2.0
 *
 * An honest module for tests of the engine: steps that meet, fail, try again,
 * write and tell; a check that finds what it is told to; a command.
 */
#include <kbsh/plugin.h>

#include <string.h>
#include <time.h>

#define HOST(ctx) ((ctx)->host)

static int
write_text (struct kbsh_ctx *ctx, const char *path, const char *text)
{
  const struct kbsh_file file = { .size = sizeof file,
                                  .path = path,
                                  .data = text,
                                  .length = strlen (text),
                                  .mode = 0644 };
  return HOST (ctx)->write_file (ctx, &file);
}

static int
fail (struct kbsh_ctx *ctx, const char *what)
{
  const struct kbsh_failure failure
      = { .size = sizeof failure, .what = what };
  return HOST (ctx)->fail (ctx, &failure);
}

/* Write `mine`, and wait until `other` is there. */
static int
meet (struct kbsh_ctx *ctx)
{
  const struct timespec pause = { 0, 20 * 1000 * 1000 };
  const char *other = HOST (ctx)->get_string (ctx, "other", "");
  if (write_text (ctx, HOST (ctx)->get_string (ctx, "mine", ""), "here\n"))
    return -1;
  for (int i = 0; i < 100; i++)
    {
      if (HOST (ctx)->read_file (ctx, other, NULL))
        return 0;
      if (HOST (ctx)->failed (ctx))
        return -1;
      nanosleep (&pause, NULL);
    }
  return fail (ctx, "the other one did not come");
}

static int
tell (struct kbsh_ctx *ctx)
{
  const char *text = HOST (ctx)->get_string (ctx, "text", "nothing");
  HOST (ctx)->log (ctx, KBSH_INFO, text);
  return HOST (ctx)->put_string (ctx, "/text", text);
}

static int
do_write (struct kbsh_ctx *ctx)
{
  return write_text (ctx, HOST (ctx)->get_string (ctx, "path", ""),
                     HOST (ctx)->get_string (ctx, "text", "text\n"));
}

static int
do_fail (struct kbsh_ctx *ctx)
{
  return fail (ctx, HOST (ctx)->get_string (ctx, "what", "as told"));
}

/* Fails the first time. */
static int
flaky (struct kbsh_ctx *ctx)
{
  const char *path = HOST (ctx)->get_string (ctx, "path", "");
  if (HOST (ctx)->read_file (ctx, path, NULL))
    return 0;
  return write_text (ctx, path, "tried\n") ? -1 : fail (ctx, "not yet");
}

static int
run_program (struct kbsh_ctx *ctx)
{
  const char *const argv[]
      = { HOST (ctx)->get_string (ctx, "program", "sleep"),
          HOST (ctx)->get_string (ctx, "seconds", "60"), NULL };
  const struct kbsh_program program
      = { .size = sizeof program, .argv = argv, .timeout_ms = 120000 };
  struct kbsh_output output = { 0 };
  return HOST (ctx)->run_program (ctx, &program, &output);
}

/* `finds`: "NAME=SEVERITY", SEVERITY as a digit. */
static int
look (struct kbsh_ctx *ctx)
{
  static const char *const where[] = { "finds:/0", "finds:/1", "finds:/2" };
  for (size_t i = 0; i < 3; i++)
    {
      const char *text = HOST (ctx)->get_string (ctx, where[i], "");
      const char *equals = strchr (text, '=');
      char name[64] = "";
      struct kbsh_finding finding
          = { .size = sizeof finding,
              .name = name,
              .found = "it is so",
              .needed = "that it is not",
              .remedy = "mend it" };
      if (!equals || equals - text >= (long)sizeof name)
        continue;
      memcpy (name, text, (size_t)(equals - text));
      finding.severity = (uint32_t)(equals[1] - '0');
      if (HOST (ctx)->finding (ctx, &finding))
        return -1;
    }
  return 0;
}

static int
hello (struct kbsh_ctx *ctx)
{
  const char *who = HOST (ctx)->get_string (ctx, "who", "nobody");
  const char *greeting = HOST (ctx)->get_string (ctx, "greeting", "hello");
  if (HOST (ctx)->print (ctx, greeting, strlen (greeting))
      || HOST (ctx)->print (ctx, " ", 1)
      || HOST (ctx)->print (ctx, who, strlen (who)))
    return -1;
  return HOST (ctx)->print (ctx, "\n", 1);
}

#define SERVICE(id, role_, table, name_, accepts_, touches_)                  \
  static const struct kbsh_service id                                         \
      = { .size = sizeof id,                                                  \
          .role = role_,                                                      \
          .name = "play." name_,                                              \
          .summary = "for tests",                                             \
          .accepts = accepts_,                                                \
          .touches = touches_,                                                \
          .ops = &table }
#define STEP(id, function)                                                    \
  static const struct kbsh_step_ops id##_ops                                  \
      = { .size = sizeof id##_ops, .run = function }

STEP (meet, meet);
STEP (tell, tell);
STEP (write, do_write);
STEP (fail, do_fail);
STEP (flaky, flaky);
STEP (program, run_program);
static const struct kbsh_check_ops look_ops
    = { .size = sizeof look_ops, .run = look };
static const struct kbsh_command_ops hello_ops
    = { .size = sizeof hello_ops, .words = "play hello", .run = hello };

SERVICE (s_meet, "step", meet_ops, "meet",
         "[{\"name\": \"mine\", \"type\": \"path\", \"required\": true},"
         " {\"name\": \"other\", \"type\": \"path\", \"required\": true}]",
         "{\"paths\": [\"${mine}\"]}");
SERVICE (s_tell, "step", tell_ops, "tell",
         "[{\"name\": \"text\", \"type\": \"string\"}]", NULL);
SERVICE (s_write, "step", write_ops, "write",
         "[{\"name\": \"path\", \"type\": \"path\", \"required\": true},"
         " {\"name\": \"text\", \"type\": \"string\"},"
         " {\"name\": \"mode\", \"type\": \"string\","
         "  \"values\": [\"fast\", \"slow\"]}]",
         "{\"paths\": [\"${path}\"]}");
SERVICE (s_fail, "step", fail_ops, "fail",
         "[{\"name\": \"what\", \"type\": \"string\"}]", NULL);
SERVICE (s_flaky, "step", flaky_ops, "flaky",
         "[{\"name\": \"path\", \"type\": \"path\", \"required\": true}]",
         "{\"paths\": [\"${path}\"]}");
SERVICE (s_program, "step", program_ops, "program",
         "[{\"name\": \"program\", \"type\": \"string\"},"
         " {\"name\": \"seconds\", \"type\": \"string\"}]",
         "{\"programs\": [\"sleep\", \"sh\"]}");
SERVICE (s_look, "check", look_ops, "look",
         "[{\"name\": \"finds\", \"type\": \"list\"}]", NULL);
SERVICE (s_hello, "command", hello_ops, "hello",
         "[{\"name\": \"who\", \"type\": \"string\", \"positional\": true,"
         "  \"required\": true},"
         " {\"name\": \"greeting\", \"type\": \"string\", \"short\": \"g\"}]",
         NULL);

static const struct kbsh_service *const services[]
    = { &s_meet,    &s_tell, &s_write, &s_fail, &s_flaky,
        &s_program, &s_look, &s_hello, NULL };

KBSH_MODULE (.name = "play", .version = "1.0", .licence = "Apache-2.0",
             .vendor = "tests", .summary = "for tests of the engine",
             .services = services);
