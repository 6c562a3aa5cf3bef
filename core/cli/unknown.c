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

int
command_unknown (struct cli *cli, const char *const *words)
{
  struct nearest nearest = { words, NULL, 0, 0 };
  kbsh_autofree char *typed = NULL, *known = NULL, *see = NULL;
  char **names = NULL;
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
  status = cli_unknown ("command", typed ? typed : words[0], nearest.all, see);
  free (nearest.all);
  strings_free (names);
  return status;
}
