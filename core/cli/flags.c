/* SPDX-License-Identifier: Apache-2.0
 *
 * Arguments, sorted: --name value, --name=value, --bool[=false], -n value,
 * -nvalue; everything after "--" is a word.
 */
#include "config.h"

#include "cli/flags.h"

#include <stdlib.h>
#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>

int
flags_add (struct flags *flags, const struct flag *flag, struct kbsh_error *err)
{
  struct flag *items
      = reallocarray (flags->items, flags->count + 1, sizeof *items);
  if (!items)
    return kbsh_error_memory (err);
  flags->items = items;
  items[flags->count++] = *flag;
  return 0;
}

int
flags_add_parameters (struct flags *flags, const struct workflow *workflow,
                      struct kbsh_error *err)
{
  for (size_t i = 0; i < workflow->parameter_count; i++)
    {
      const struct parameter *p = &workflow->parameters[i];
      const struct flag flag
          = { .name = p->name,
              .short_name = p->short_name ? p->short_name[0] : '\0',
              .type = p->type,
              .help = p->help,
              .otherwise = p->otherwise,
              .values = p->values,
              .hidden = p->hidden,
              .positional = p->positional,
              .required = p->required };
      const struct flag *other = flags_find (flags, p->name);
      if (other)
        {
          kbsh_error_set (err,
                          "the parameter \"%s\" has the name of a flag "
                          "of the program itself",
                          p->name);
          return node_at (&p->node, "/name", 0, err);
        }
      if (flags_add (flags, &flag, err) < 0)
        return -1;
    }
  return 0;
}

int
flags_add_accepts (struct flags *flags, json_object *accepts,
                   struct kbsh_error *err)
{
  for (size_t i = 0; i < json_object_array_length (accepts); i++)
    {
      json_object *one = json_object_array_get_idx (accepts, i);
      const struct flag flag
          = { .name = kbsh_json_string (one, "/name", ""),
              .short_name = kbsh_json_string (one, "/short", "")[0],
              .type = kbsh_json_string (one, "/type", "string"),
              .help = kbsh_json_string (one, "/help", ""),
              .otherwise = kbsh_json_at (one, "/default"),
              .values = kbsh_json_at (one, "/values"),
              .positional = kbsh_json_bool (one, "/positional", 0),
              .required = kbsh_json_bool (one, "/required", 0) };
      /* One in place of a common flag (--output) says itself what it takes. */
      struct flag *other = (struct flag *)flags_find (flags, flag.name);
      if (other)
        *other = flag;
      else if (flags_add (flags, &flag, err) < 0)
        return -1;
    }
  return 0;
}

const struct flag *
flags_find (const struct flags *flags, const char *name)
{
  for (size_t i = 0; i < flags->count; i++)
    if (strcmp (flags->items[i].name, name) == 0)
      return &flags->items[i];
  return NULL;
}

static const struct flag *
find_short (const struct flags *flags, char name)
{
  for (size_t i = 0; i < flags->count; i++)
    if (flags->items[i].short_name == name && !flags->items[i].positional)
      return &flags->items[i];
  return NULL;
}

void
flags_free (struct flags *flags)
{
  free (flags->items);
  free (flags->words);
  json_object_put (flags->values);
  *flags = (struct flags){ 0 };
}

static int
add_word (struct flags *flags, const char *word, struct kbsh_error *err)
{
  const char **words
      = reallocarray (flags->words, flags->word_count + 2, sizeof *words);
  if (!words)
    return kbsh_error_memory (err);
  flags->words = words;
  words[flags->word_count++] = word;
  words[flags->word_count] = NULL;
  return 0;
}

static int
unknown (const struct flags *flags, const char *word, struct kbsh_error *err)
{
  const char **names = calloc (flags->count + 1, sizeof *names);
  const char *nearest = NULL;
  size_t count = 0;
  kbsh_autofree char *name = strndup (word + strspn (word, "-"),
                                      strcspn (word + strspn (word, "-"), "="));
  for (size_t i = 0; names && i < flags->count; i++)
    if (!flags->items[i].positional)
      names[count++] = flags->items[i].name;
  /* To a single letter every short name is near. */
  if (names && name && strlen (name) > 1)
    nearest = kbsh_nearest (name, names);
  kbsh_error_set (err, "unknown flag: %.*s", (int)strcspn (word, "="), word);
  if (nearest)
    kbsh_error_remedy (err, "did you mean --%s?", nearest);
  free (names);
  return -1;
}

static int
keep (struct flags *flags, const struct flag *flag, const char *text,
      struct kbsh_error *err)
{
  json_object *before = NULL, *value;
  if (strcmp (flag->type, "list") == 0
      && json_object_object_get_ex (flags->values, flag->name, &before))
    json_object_get (before);
  value = flag_value (flag, text, before, err);
  if (!value)
    return -1;
  json_object_object_add (flags->values, flag->name, value);
  return 0;
}

/* One flag at argv[*at]; *at moves on when the value is the next argument. */
static int
take_flag (struct flags *flags, const struct flag *flag, const char *attached,
           int argc, char **argv, int *at, struct kbsh_error *err)
{
  if (!attached && strcmp (flag->type, "bool") == 0)
    attached = "true";
  if (!attached)
    {
      if (*at + 1 >= argc)
        return kbsh_error_set (err, "the flag --%s needs a value", flag->name);
      attached = argv[++*at];
    }
  return keep (flags, flag, attached, err);
}

/* The flag that an argument names, and the value attached to it. */
static const struct flag *
named (const struct flags *flags, const char *argument, const char **attached)
{
  const struct flag *flag;
  const char *equals = strchr (argument, '=');
  kbsh_autofree char *name = NULL;
  *attached = NULL;
  if (argument[1] != '-')
    {
      flag = find_short (flags, argument[1]);
      if (argument[2])
        *attached = argument + 2 + (argument[2] == '=');
      return flag;
    }
  name = equals ? strndup (argument + 2, (size_t)(equals - argument - 2))
                : strdup (argument + 2);
  *attached = equals ? equals + 1 : NULL;
  flag = name ? flags_find (flags, name) : NULL;
  return flag && flag->positional ? NULL : flag;
}

int
flags_parse (struct flags *flags, int argc, char **argv, int rest,
             struct kbsh_error *err)
{
  int only_words = 0;
  flags->values = json_object_new_object ();
  if (!flags->values)
    return kbsh_error_memory (err);
  for (int i = 0; i < argc; i++)
    {
      const char *attached;
      const struct flag *flag;
      int status;
      if (only_words || argv[i][0] != '-' || !argv[i][1])
        {
          if (add_word (flags, argv[i], err) < 0)
            return -1;
          continue;
        }
      if (strcmp (argv[i], "--") == 0 && !rest)
        {
          only_words = 1;
          continue;
        }
      flag = named (flags, argv[i], &attached);
      if (flag)
        status = take_flag (flags, flag, attached, argc, argv, &i, err);
      else
        status = rest ? add_word (flags, argv[i], err)
                      : unknown (flags, argv[i], err);
      if (status < 0)
        return -1;
    }
  return 0;
}
