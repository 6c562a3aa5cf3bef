/* SPDX-License-Identifier: Apache-2.0
 *
 * From the text of a flag to its value.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/flags.h"
#include <kbsh/cleanup.h>
#include <kbsh/text.h>

static json_object *
bad (const struct flag *flag, const char *text, const char *needed,
     struct kbsh_error *err)
{
  kbsh_error_set (err, "%s%s can't be \"%s\": it has to be %s",
                  flag->positional ? "" : "--", flag->name, text, needed);
  return NULL;
}

static json_object *
bool_value (const struct flag *flag, const char *text, struct kbsh_error *err)
{
  static const char *const yes[] = { "true", "1", "t", "T", "TRUE", "True" };
  static const char *const no[] = { "false", "0", "f", "F", "FALSE", "False" };
  for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
    {
      if (strcmp (text, yes[i]) == 0)
        return json_object_new_boolean (1);
      if (strcmp (text, no[i]) == 0)
        return json_object_new_boolean (0);
    }
  return bad (flag, text, "true or false", err);
}

static json_object *
int_value (const struct flag *flag, const char *text, struct kbsh_error *err)
{
  char *end;
  long long number;
  errno = 0;
  number = strtoll (text, &end, 10);
  if (errno || end == text || *end)
    return bad (flag, text, "a number", err);
  return json_object_new_int64 (number);
}

/* "a,b" adds two; "" makes a list that is there, and empty. */
static json_object *
list_value (const char *text, json_object *before, struct kbsh_error *err)
{
  json_object *list = before ? before : json_object_new_array ();
  kbsh_autofree char *copy = strdup (text);
  char *save = NULL;
  if (!list || !copy)
    {
      json_object_put (list);
      kbsh_error_memory (err);
      return NULL;
    }
  for (char *word = strtok_r (copy, ",", &save); word;
       word = strtok_r (NULL, ",", &save))
    json_object_array_add (list, json_object_new_string (word));
  return list;
}

static int
is_allowed (const struct flag *flag, const char *text)
{
  size_t count = flag->values ? json_object_array_length (flag->values) : 0;
  for (size_t i = 0; i < count; i++)
    if (strcmp (json_object_get_string (
                    json_object_array_get_idx (flag->values, i)),
                text)
        == 0)
      return 1;
  return !count;
}

static json_object *
not_allowed (const struct flag *flag, const char *text, struct kbsh_error *err)
{
  struct kbsh_buffer b KBSH_CLEANUP (kbsh_buffer_free) = { 0 };
  for (size_t i = 0; i < json_object_array_length (flag->values); i++)
    kbsh_buffer_printf (
        &b, "%s%s", i ? ", " : "one of ",
        json_object_get_string (json_object_array_get_idx (flag->values, i)));
  return bad (flag, text, b.failed || !b.data ? "?" : b.data, err);
}

json_object *
flag_value (const struct flag *flag, const char *text, json_object *before,
            struct kbsh_error *err)
{
  int64_t ms;
  if (strcmp (flag->type, "list") == 0)
    return list_value (text, before, err);
  json_object_put (before);
  if (!is_allowed (flag, text))
    return not_allowed (flag, text, err);
  if (strcmp (flag->type, "bool") == 0)
    return bool_value (flag, text, err);
  if (strcmp (flag->type, "int") == 0)
    return int_value (flag, text, err);
  if (strcmp (flag->type, "duration") == 0
      && kbsh_duration_parse (text, &ms, NULL) < 0)
    return bad (flag, text, "a duration such as 90s, 4m or 24h0m0s", err);
  return json_object_new_string (text);
}
