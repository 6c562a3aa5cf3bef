/* SPDX-License-Identifier: Apache-2.0
 *
 * Words that are values: what is positional gets them in its order.
 */
#include "config.h"

#include <string.h>

#include "cli/flags.h"

/* One flag's words; *words moves on. */
static int
take (struct flags *flags, const struct flag *flag, const char *const **words,
      struct kbsh_error *err)
{
  int list = strcmp (flag->type, "list") == 0;
  json_object *value = NULL;
  do
    {
      value = flag_value (flag, *(*words)++, value, err);
      if (!value)
        return -1;
    }
  while (list && **words);
  if (json_object_object_add (flags->values, flag->name, value) == 0)
    return 0;
  json_object_put (value);
  return kbsh_error_memory (err);
}

int
flags_take_words (struct flags *flags, const char *const *words,
                  struct kbsh_error *err)
{
  for (size_t i = 0; *words && i < flags->count; i++)
    if (flags->items[i].positional
        && take (flags, &flags->items[i], &words, err) < 0)
      return -1;
  return *words ? kbsh_error_set (err, "unknown argument \"%s\"", *words) : 0;
}

int
flags_need (const struct flags *flags, struct kbsh_error *err)
{
  for (size_t i = 0; i < flags->count; i++)
    {
      const struct flag *flag = &flags->items[i];
      if (flag->required
          && !json_object_object_get_ex (flags->values, flag->name, NULL))
        return kbsh_error_set (err, "the %s %s%s is missing",
                               flag->positional ? "argument" : "flag",
                               flag->positional ? "" : "--", flag->name);
    }
  return 0;
}
