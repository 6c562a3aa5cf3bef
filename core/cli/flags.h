/* SPDX-License-Identifier: Apache-2.0
 *
 * Flags: what is known, and what was given.
 */
#ifndef CORE_CLI_FLAGS_H
#define CORE_CLI_FLAGS_H

#include <json-c/json.h>
#include <stddef.h>

#include "flow/workflow.h"
#include <kbsh/error.h>

/* One that is known. All texts are borrowed. */
struct flag
{
  const char *name;
  char short_name; /* '\0': none */
  const char *type;
  const char *help;
  json_object *otherwise; /* default, or NULL */
  json_object *values;    /* the only ones allowed, or NULL */
  int hidden;
  int common;     /* one of the program's own */
  int positional; /* a word, not a flag */
  int required;
};

struct flags
{
  struct flag *items;
  size_t count;
  /* given */
  json_object *values; /* name -> value */
  const char **words;  /* what is no flag, NULL-ended */
  size_t word_count;
};

int flags_add (struct flags *flags, const struct flag *flag,
               struct kbsh_error *err);
int flags_add_parameters (struct flags *flags, const struct workflow *workflow,
                          struct kbsh_error *err);
/* What a service accepts (borrowed from `accepts`). */
int flags_add_accepts (struct flags *flags, json_object *accepts,
                       struct kbsh_error *err);
const struct flag *flags_find (const struct flags *flags, const char *name);
void flags_free (struct flags *flags);

/* Sort the arguments into values and words. With `rest`, flags that are not
 * known are kept among the words. Errors name the nearest flag. */
int flags_parse (struct flags *flags, int argc, char **argv, int rest,
                 struct kbsh_error *err);
/* words.c: these words become the values of what is positional, in order; a
 * list takes all that are left. A superfluous one is an error. */
int flags_take_words (struct flags *flags, const char *const *words,
                      struct kbsh_error *err);
/* An error when something required was not given. */
int flags_need (const struct flags *flags, struct kbsh_error *err);
/* A value from its text: NULL with the error. Lists are appended to `before`,
 * which is consumed. */
json_object *flag_value (const struct flag *flag, const char *text,
                         json_object *before, struct kbsh_error *err);

#endif
