/* SPDX-License-Identifier: Apache-2.0
 *
 * Why a component does not come up: its container's last lines, or the
 * kubelet's own error.
 */
#include "wait.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <string.h>

enum
{
  HOPELESS_ATTEMPTS = 4, /* so often a container ended before we give up */
  LAST_LINES = 8
};

/* The containers of this name, the newest last; NULL: not known. */
static json_object *
containers_of (struct kbsh_ctx *ctx, const char *component)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *args = NULL, *answer = NULL;
  kbsh_autofree char *label
      = kbsh_text ("io.kubernetes.container.name=%s", component);
  const char *service = kbsh_input_string (ctx, "runtime:/service", NULL);
  const char *socket = kbsh_input_string (ctx, "runtime:/path", NULL);
  if (!service || !socket || !label
      || kbsh_json_set_string (&args, "/socket", socket, &err)
      || kbsh_json_set_string (&args, "/label", label, &err))
    return NULL;
  answer = kbsh_call_one (ctx, "runtime", service, "containers",
                          kbsh_steal (&args));
  if (!answer)
    ctx->host->forgive (ctx);
  return json_object_get (kbsh_json_at (answer, "/containers"));
}

/* The one that was tried last. */
static json_object *
newest (json_object *containers)
{
  json_object *found = NULL;
  for (size_t i = 0; i < kbsh_json_length (containers, ""); i++)
    {
      json_object *c = json_object_array_get_idx (containers, i);
      if (!found
          || kbsh_json_int (c, "/attempt", 0)
                 >= kbsh_json_int (found, "/attempt", 0))
        found = c;
    }
  return found;
}

static int
has_ended (json_object *container)
{
  return container
         && strcasecmp (kbsh_json_string (container, "/state", ""), "exited")
                == 0;
}

int
wait_is_hopeless (struct kbsh_ctx *ctx, const char *component)
{
  kbsh_autojson json_object *containers = containers_of (ctx, component);
  json_object *last = newest (containers);
  return has_ended (last)
         && kbsh_json_int (last, "/attempt", 0) >= HOPELESS_ATTEMPTS - 1;
}

/* The last lines of a text, in place. */
static const char *
tail (const char *text, size_t length)
{
  const char *p = text + length;
  int lines = 0;
  while (p > text && lines <= LAST_LINES)
    if (*--p == '\n')
      lines++;
  return lines > LAST_LINES ? p + 1 : p;
}

/* Messages of the runtime's log format: "time stream F message". */
static void
add_log_lines (struct kbsh_buffer *out, const char *text)
{
  while (*text)
    {
      size_t n = strcspn (text, "\n");
      const char *line = text, *space;
      for (int i = 0;
           i < 3 && (space = memchr (line, ' ', (size_t)(text + n - line)));
           i++)
        line = space + 1;
      kbsh_buffer_printf (out, "\n  %.*s", (int)(text + n - line), line);
      text += n + (text[n] == '\n');
    }
}

static void
add_log (struct kbsh_ctx *ctx, struct kbsh_buffer *out, json_object *container)
{
  const char *path = kbsh_json_string (container, "/log", NULL);
  size_t length = 0;
  const char *text = path ? ctx->host->read_file (ctx, path, &length) : NULL;
  if (!text)
    {
      ctx->host->forgive (ctx);
      return;
    }
  kbsh_buffer_puts (out, "; its last lines:");
  add_log_lines (out, tail (text, length));
}

/* What the kubelet last said about an error. */
static void
add_kubelet_lines (struct kbsh_ctx *ctx, struct kbsh_buffer *out)
{
  kbsh_autofree char *lines = kbsh_unit_log (ctx, "kubelet", LAST_LINES);
  if (lines && *lines)
    kbsh_buffer_printf (out, "; the kubelet's last lines:%s", lines);
}

static int
fail_with (struct kbsh_ctx *ctx, struct kbsh_buffer *why, const char *remedy,
           const char *what)
{
  kbsh_autofree char *text = kbsh_buffer_take (why);
  return text
             ? kbsh_fail (ctx, text, remedy, "%s does not become healthy", what)
             : kbsh_fail_memory (ctx);
}

int
wait_explain_kubelet (struct kbsh_ctx *ctx, const char *last)
{
  struct kbsh_buffer why = { 0 };
  kbsh_buffer_puts (&why, last);
  add_kubelet_lines (ctx, &why);
  return fail_with (ctx, &why,
                    "look at the whole of it with: journalctl -xeu kubelet",
                    "the kubelet");
}

int
wait_explain_component (struct kbsh_ctx *ctx, const char *component,
                        const char *last)
{
  struct kbsh_buffer why = { 0 };
  kbsh_autojson json_object *containers = containers_of (ctx, component);
  json_object *container = newest (containers);
  if (has_ended (container))
    {
      kbsh_buffer_printf (
          &why, "its container ended with status %d (%s), tried %d times",
          (int)kbsh_json_int (container, "/exit-code", 0),
          kbsh_json_string (container, "/reason", "no reason given"),
          (int)kbsh_json_int (container, "/attempt", 0) + 1);
      add_log (ctx, &why, container);
    }
  else if (container)
    {
      kbsh_buffer_printf (&why, "its container runs, but %s", last);
      add_log (ctx, &why, container);
    }
  else
    {
      kbsh_buffer_puts (&why, "its container was never started");
      add_kubelet_lines (ctx, &why);
    }
  return fail_with (ctx, &why,
                    "mend the cause and run the same command again: it goes "
                    "on from here",
                    component);
}
