/* SPDX-License-Identifier: Apache-2.0
 *
 * Words that no command has: as far as one begins with them, and one more.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "cli/inner.h"
#include <kbsh/cleanup.h>
#include <kbsh/text.h>

char *
words_join (const char *const *words, size_t count)
{
  struct kbsh_buffer b KBSH_CLEANUP (kbsh_buffer_free) = { 0 };
  for (size_t i = 0; i < count && words[i]; i++)
    kbsh_buffer_printf (&b, "%s%s", i ? " " : "", words[i]);
  return kbsh_buffer_take (&b);
}

struct nearest
{
  const char *const *words; /* typed */
  const char **all;         /* candidates, NULL-ended */
  size_t count, most;       /* of words that begin some command */
};

static int
consider (void *data, const struct kbsh_service *service, const char *text)
{
  struct nearest *nearest = data;
  size_t length = 0;
  const char *at = text;
  const char **all
      = reallocarray (nearest->all, nearest->count + 2, sizeof *all);
  (void)service;
  if (!all)
    return -1;
  nearest->all = all;
  all[nearest->count++] = text;
  all[nearest->count] = NULL;
  for (; nearest->words[length]; length++)
    {
      size_t word = strcspn (at, " ");
      if (strlen (nearest->words[length]) != word
          || strncmp (at, nearest->words[length], word) != 0)
        break;
      at += word + (at[word] == ' ');
    }
  if (length > nearest->most)
    nearest->most = length;
  return 0;
}

/* How long the first so many words of TEXT are. */
static size_t
length_of (const char *text, size_t words)
{
  const char *end = text;
  for (;;)
    {
      end += strcspn (end, " ");
      if (--words == 0 || !*end)
        return (size_t)(end - text);
      end++;
    }
}

/* Add the first words of TEXT, once; there is room. 0, or -1: no memory. */
static int
add_once (char **texts, const char *text, size_t words)
{
  kbsh_autofree char *cut = strndup (text, length_of (text, words));
  if (!cut)
    return -1;
  while (*texts && strcmp (*texts, cut) != 0)
    texts++;
  if (!*texts)
    *texts = kbsh_steal (&cut);
  return 0;
}

/* The candidates, of as many words as what was typed is compared with; NULL:
 * no memory. */
static char **
cut (const struct nearest *nearest)
{
  char **texts = calloc (nearest->count + 1, sizeof *texts);
  for (size_t i = 0; texts && i < nearest->count; i++)
    if (add_once (texts, nearest->all[i], nearest->most + 1))
      strings_free (kbsh_steal (&texts));
  return texts;
}

int
command_unknown (struct cli *cli, const char *const *words)
{
  struct nearest nearest = { words, NULL, 0, 0 };
  kbsh_autofree char *typed = NULL, *known = NULL, *see = NULL;
  char **names = NULL, **candidates;
  int status;
  command_each (cli, NULL, consider, &nearest);
  for (size_t i = 0; core_words[i]; i++)
    consider (&nearest, NULL, core_words[i]);
  if (workflow_names (cli->workflow_folder, &names, NULL) == 0)
    for (char **name = names; *name; name++)
      consider (&nearest, NULL, *name);
  typed = words_join (words, nearest.most + 1);
  known = words_join (words, nearest.most);
  see = kbsh_text ("%s%s--help", known && *known ? known : "",
                   nearest.most ? " " : "");
  candidates = cut (&nearest);
  status = cli_unknown ("command", typed ? typed : words[0],
                        (const char *const *)candidates, see);
  strings_free (candidates);
  free (nearest.all);
  strings_free (names);
  return status;
}
