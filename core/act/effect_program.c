/* SPDX-License-Identifier: Apache-2.0
 *
 * Effect: run a program.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/plugin.h>
#include <kbsh/text.h>

#include "act/effect.h"
#include "act/spawn.h"
#include "act/touches.h"

#define TIMEOUT_MS 60000

/* A list of texts as a NULL-ended array that borrows them; NULL when it is
 * no such list. The caller frees. */
static const char **
texts (json_object *list)
{
  size_t count = json_object_is_type (list, json_type_array)
                     ? json_object_array_length (list)
                     : 0;
  const char **out = calloc (count + 1, sizeof *out);
  for (size_t i = 0; out && i < count; i++)
    {
      json_object *one = json_object_array_get_idx (list, i);
      if (!json_object_is_type (one, json_type_string))
        {
          free (out);
          return NULL;
        }
      out[i] = json_object_get_string (one);
    }
  return out;
}

/* The command as a shell would read it. */
static char *
command_line (const char *const *argv)
{
  struct kbsh_buffer out = { .data = NULL };
  for (; *argv; argv++)
    {
      const char *word = *argv;
      int plain
          = *word
            && !word[strspn (word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP"
                                   "QRSTUVWXYZ0123456789_-./:=@%+,")];
      if (out.length)
        kbsh_buffer_puts (&out, " ");
      if (plain)
        {
          kbsh_buffer_puts (&out, word);
          continue;
        }
      kbsh_buffer_puts (&out, "'");
      for (; *word; word++)
        if (*word == '\'')
          kbsh_buffer_puts (&out, "'\\''");
        else
          kbsh_buffer_add (&out, word, 1);
      kbsh_buffer_puts (&out, "'");
    }
  return kbsh_buffer_take (&out);
}

/* ---------------------------------------------------------------- */

/* The last line of what a program said, for an error. */
static void
last_line (const struct spawn_stream *stream, char *out, size_t room)
{
  const char *text = stream->data ? stream->data : "", *start;
  size_t length = strlen (text);
  while (length && strchr ("\r\n \t", text[length - 1]))
    length--;
  start = text + length;
  while (start > text && start[-1] != '\n')
    start--;
  length -= (size_t)(start - text);
  length = length < room ? length : room - 1;
  memcpy (out, start, length);
  out[length] = '\0';
}

static const char *
program_name (const struct order *order)
{
  return kbsh_json_string (order->message.json, "/argv/0", "");
}

static int
judge (const struct order *order, const struct spawn *spawn,
       struct kbsh_error *err)
{
  const char *name = program_name (order);
  char said[1024] = "", limit[40];
  if (!order_has (order, KBSH_SECRET))
    last_line (spawn->err.length ? &spawn->err : &spawn->out, said,
               sizeof said);
  if (spawn->timed_out)
    {
      kbsh_duration_text (spawn->timeout_ms, limit);
      kbsh_error_set (err, "%s did not end within %s", name, limit);
      return kbsh_error_why (err, "%s", said);
    }
  if (!spawn->status || order_has (order, KBSH_ALLOW_FAIL))
    return 0;
  kbsh_error_set (err, "%s failed", name);
  return kbsh_error_why (
      err, "%s %d%s%s", spawn->status > 128 ? "signal" : "exit status",
      spawn->status > 128 ? spawn->status - 128 : spawn->status,
      *said ? ": " : "", said);
}

/* Both streams in one block, the output first. */
static char *
join (const struct spawn *spawn)
{
  char *all = malloc (spawn->out.length + spawn->err.length + 1);
  if (all && spawn->out.length)
    memcpy (all, spawn->out.data, spawn->out.length);
  if (all && spawn->err.length)
    memcpy (all + spawn->out.length, spawn->err.data, spawn->err.length);
  return all;
}

static void
program_done (struct spawn *spawn, void *data)
{
  struct order *order = data;
  struct kbsh_error err = KBSH_ERROR_INIT;
  json_object *reply = json_object_new_object ();
  size_t length = spawn->out.length + spawn->err.length;
  char *all = join (spawn);
  int bad = judge (order, spawn, &err);
  int query = order_has (order, KBSH_QUERY);
  if (!all || !reply)
    bad = kbsh_error_memory (&err);
  if (reply)
    {
      json_object_object_add (reply, "status",
                              json_object_new_int (spawn->status));
      json_object_object_add (
          reply, "out", json_object_new_int64 ((int64_t)spawn->out.length));
    }
  if (!query && !bad)
    order_changed (order);
  order_tell (order, "program", program_name (order), "run", !query && !bad,
              spawn->status);
  order->status = spawn->status;
  spawn_free (spawn);
  if (bad)
    order_fail_with (order, &err, reply, all, all ? length : 0);
  else
    order_reply (order, reply, all, length);
  if (all)
    explicit_bzero (all, length);
  free (all);
}

static void
program_cancel (struct order *order)
{
  struct kbsh_error err;
  kbsh_error_set (&err, "%s was ended", program_name (order));
  kbsh_error_why (&err, "the worker that asked for it is gone");
  spawn_cancel (order->state);
  order_fail (order, &err);
}

/* ---------------------------------------------------------------- */

static int
start (struct order *order, const char **argv, const char **env,
       struct kbsh_error *err)
{
  struct spawn *spawn = calloc (1, sizeof *spawn);
  int64_t timeout = order_int (order, "timeout", 0);
  if (!spawn)
    return kbsh_error_memory (err);
  spawn->loop = order->broker->run->loop;
  spawn->argv = argv;
  spawn->env = env;
  if (order->message.blob_length)
    spawn->input = order->message.blob;
  spawn->input_length = order->message.blob_length;
  spawn->timeout_ms = timeout > 0 ? timeout : TIMEOUT_MS;
  spawn->query = order_has (order, KBSH_QUERY);
  spawn->done = program_done;
  spawn->data = order;
  if (spawn_start (spawn, err))
    {
      free (spawn);
      return -1;
    }
  order->state = spawn;
  order->cancel = program_cancel;
  if (!order_has (order, KBSH_QUERY))
    order_busy (order);
  return 0;
}

/* 1: it was only planned. */
static int
announce (struct order *order, const char **argv, struct kbsh_error *err)
{
  kbsh_autofree char *line = command_line (argv), *text = NULL;
  json_object *details = NULL;
  if (!line)
    return kbsh_error_memory (err);
  if (order_has (order, KBSH_QUERY))
    return 0;
  if (order->broker->run->dry_run)
    {
      text = kbsh_text ("run %s\n", line);
      order_plan (order, "program", argv[0], "run", text ? text : line);
      return 1;
    }
  order_tell (order, "program", argv[0], "run", 1, -1);
  if (kbsh_json_set (
          &details, "/argv",
          json_object_get (kbsh_json_at (order->message.json, "/argv")), err))
    return -1;
  return order_intent (order, "program", argv[0], details, err);
}

void
effect_program (struct order *order)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autofree const char **argv
      = texts (kbsh_json_at (order->message.json, "/argv"));
  kbsh_autofree const char **env
      = texts (kbsh_json_at (order->message.json, "/env"));
  int planned = -1;
  if (!argv || !env || !argv[0])
    {
      order_broken (order, "a program has no argv, or a bad environment");
      return;
    }
  if (!touches_program (order->job, argv[0], order_has (order, KBSH_QUERY),
                        &err))
    planned = announce (order, argv, &err);
  if (planned > 0)
    {
      json_object *reply = json_object_new_object ();
      if (reply)
        json_object_object_add (reply, "out", json_object_new_int (0));
      order_reply (order, reply, NULL, 0);
    }
  else if (planned < 0 || start (order, argv, env, &err))
    order_fail (order, &err);
}
