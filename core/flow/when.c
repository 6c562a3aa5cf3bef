/* SPDX-License-Identifier: Apache-2.0
 *
 * Conditions: `when: "!config:/a && mode == fast"`, without parentheses. The
 * grammar is small on purpose: what needs more belongs in a service.
 *
 *   condition = all *("||" all)      all = term *("&&" term)
 *   term = ["!"] reference | reference ("==" | "!=") word
 */
#include "config.h"

#include "flow/inputs.h"

#include <ctype.h>
#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/text.h>

struct parser
{
  const char *start, *at;
  const struct inputs *inputs; /* NULL: only visit */
  int (*visit) (void *data, const char *reference);
  void *data;
  struct kbsh_error *err;
};

static void
skip_space (struct parser *p)
{
  while (isspace ((unsigned char)*p->at))
    p->at++;
}

/* Is this operator next? Then go past it. */
static int
take (struct parser *p, const char *operator)
{
  skip_space (p);
  if (strncmp (p->at, operator, strlen (operator)) != 0)
    return 0;
  p->at += strlen (operator);
  return 1;
}

static int
syntax (struct parser *p, const char *expected)
{
  kbsh_error_set (p->err, "the condition \"%s\" can't be read", p->start);
  kbsh_error_why (p->err, "%s is missing at \"%s\"", expected, p->at);
  return kbsh_error_remedy (p->err,
                            "write terms such as \"name\", \"!step:/fact\" or "
                            "\"name == word\", joined by && and ||");
}

static int
ends_word (const char *at)
{
  return !*at || isspace ((unsigned char)*at) || !strncmp (at, "&&", 2)
         || !strncmp (at, "||", 2) || !strncmp (at, "==", 2)
         || !strncmp (at, "!=", 2);
}

/* A word, or a text in quotes; NULL with the error set. */
static char *
word (struct parser *p, const char *expected)
{
  const char *begin;
  char *text;
  skip_space (p);
  begin = p->at;
  if (*p->at == '"' || *p->at == '\'')
    {
      const char *end = strchr (p->at + 1, *p->at);
      if (!end)
        {
          syntax (p, "the closing quote");
          return NULL;
        }
      p->at = end + 1;
      text = strndup (begin + 1, (size_t)(end - begin - 1));
    }
  else
    {
      while (!ends_word (p->at))
        p->at++;
      if (p->at == begin)
        {
          syntax (p, expected);
          return NULL;
        }
      text = strndup (begin, (size_t)(p->at - begin));
    }
  if (!text)
    kbsh_error_memory (p->err);
  return text;
}

static int
is_true (json_object *value)
{
  switch (json_object_get_type (value))
    {
    case json_type_null:
      return 0;
    case json_type_boolean:
      return json_object_get_boolean (value);
    case json_type_int:
      return json_object_get_int64 (value) != 0;
    case json_type_double:
      return json_object_get_double (value) != 0;
    case json_type_string:
      return json_object_get_string_len (value) > 0;
    case json_type_array:
      return json_object_array_length (value) > 0;
    case json_type_object:
      return json_object_object_length (value) > 0;
    }
  return 0;
}

/* The value of a reference: a new one, or NULL. -1: the visitor said no. */
static int
reference (struct parser *p, char **name, json_object **value)
{
  *name = word (p, "a reference");
  if (!*name)
    return -1;
  if (p->visit && p->visit (p->data, *name) < 0)
    return -1;
  *value = p->inputs ? inputs_get (p->inputs, *name) : NULL;
  return 0;
}

static int
term (struct parser *p)
{
  kbsh_autofree char *name = NULL, *text = NULL;
  kbsh_autojson json_object *value = NULL;
  const char *have;
  int negated = take (p, "!"), differs;
  if (reference (p, &name, &value) < 0)
    return -1;
  if (negated)
    return !is_true (value);
  if (take (p, "=="))
    differs = 0;
  else if (take (p, "!="))
    differs = 1;
  else
    return is_true (value);
  text = word (p, "a word to compare with");
  if (!text)
    return -1;
  have = value ? json_object_get_string (value) : "";
  return (strcmp (have, text) == 0) != differs;
}

/* Every term is read, also when the result is known already: a syntax error
 * shows at once, and the visitor sees all references. */
static int
all (struct parser *p)
{
  int result = term (p);
  while (result >= 0 && take (p, "&&"))
    {
      int next = term (p);
      result = next < 0 ? -1 : result && next;
    }
  return result;
}

static int
condition (struct parser *p)
{
  int result = all (p);
  while (result >= 0 && take (p, "||"))
    {
      int next = all (p);
      result = next < 0 ? -1 : result || next;
    }
  if (result < 0)
    return -1;
  skip_space (p);
  return *p->at ? syntax (p, "&& or ||") : result;
}

int
inputs_when (const struct inputs *inputs, const char *text,
             struct kbsh_error *err)
{
  struct parser p = { text, text, inputs, NULL, NULL, err };
  return condition (&p);
}

int
inputs_when_visit (const char *text,
                   int (*visit) (void *data, const char *reference), void *data,
                   struct kbsh_error *err)
{
  struct parser p = { text, text, NULL, visit, data, err };
  return condition (&p) < 0 ? -1 : 0;
}
