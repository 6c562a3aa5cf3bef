/* SPDX-License-Identifier: Apache-2.0
 *
 * The command of a static Pod's container: the table's flags, replaced and
 * added to by the user's arguments.
 */
#include "controlplane.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/rules.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <string.h>

static int
in_list (json_object *list, const char *word, size_t length)
{
  for (size_t i = 0; i < json_object_array_length (list); i++)
    {
      const char *one
          = json_object_get_string (json_object_array_get_idx (list, i));
      if (one && strlen (one) == length && !strncmp (one, word, length))
        return 1;
    }
  return 0;
}

/* The words of a comma-separated value that are known, as new text. */
static char *
known_words (struct kbsh_ctx *ctx, const char *name, const char *value,
             json_object *known)
{
  KBSH_CLEANUP (kbsh_buffer_free) struct kbsh_buffer text = { 0 };
  for (const char *word = value; *word;)
    {
      size_t length = strcspn (word, ",");
      if (in_list (known, word, length))
        {
          kbsh_buffer_puts (&text, text.length ? "," : "");
          kbsh_buffer_add (&text, word, length);
        }
      else
        kbsh_warn (ctx, "the unknown value '%.*s' of --%s is left out",
                   (int)length, word, name);
      word += length + (word[length] == ',');
    }
  return kbsh_buffer_take (&text);
}

/* Leave out of the given arguments what the table does not know; one that has
 * nothing left goes, so that the table's own value counts. */
static int
filter_argument (struct kbsh_ctx *ctx, json_object *given, const char *name,
                 json_object *known)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  for (size_t i = json_object_array_length (given); i > 0; i--)
    {
      json_object *one = json_object_array_get_idx (given, i - 1);
      if (strcmp (kbsh_json_string (one, "/name", ""), name))
        continue;
      kbsh_autofree char *words = known_words (
          ctx, name, kbsh_json_string (one, "/value", ""), known);
      if (!words)
        return kbsh_fail_memory (ctx);
      if (!*words)
        json_object_array_del_idx (given, i - 1, 1);
      else if (kbsh_json_set_string (&one, "/value", words, &err))
        return kbsh_fail_error (ctx, &err);
    }
  return 0;
}

static int
filter (struct kbsh_ctx *ctx, json_object *given, json_object *filled)
{
  json_object *all = kbsh_json_at (filled, "/known-values");
  if (!json_object_is_type (given, json_type_array)
      || !json_object_is_type (all, json_type_object))
    return 0;
  json_object_object_foreach (all, name, known)
  {
    if (filter_argument (ctx, given, name, known))
      return -1;
  }
  return 0;
}

int
part_command (struct kbsh_ctx *ctx, const char *name, json_object *filled,
              json_object **parts)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *given
      = controlplane_given (ctx, filled, "extraArgs");
  if (ctx->host->failed (ctx) || filter (ctx, given, filled))
    return -1;
  kbsh_autojson json_object *arguments
      = kbsh_arguments (kbsh_json_at (filled, "/flags"), given, &err);
  if (!arguments
      || kbsh_json_set (parts, "/command", json_object_new_array (), &err)
      || kbsh_json_set (parts, "/command/-", json_object_new_string (name),
                        &err))
    return kbsh_fail_error (ctx, &err);
  for (size_t i = 0; i < json_object_array_length (arguments); i++)
    {
      json_object *one = json_object_array_get_idx (arguments, i);
      if (kbsh_json_set (parts, "/command/-", json_object_get (one), &err))
        return kbsh_fail_error (ctx, &err);
    }
  return 0;
}
