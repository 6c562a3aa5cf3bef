/* SPDX-License-Identifier: Apache-2.0
 *
 * Help, made from what the workflows and services say of themselves.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "cli/inner.h"
#include <kbsh/cleanup.h>
#include <kbsh/text.h>

const char *const core_words[]
    = { "completion", "help", "plugins", "version", "workflow", NULL };

static const char *const core_summaries[]
    = { "print a completion script for bash or zsh", "help for a command",
        "what plugins there are", "the version of this program",
        "list, show, draw and check workflows" };

#define LEFT 30

void
help_line (struct kbsh_buffer *b, const char *indent, const char *left,
           const char *right)
{
  int width = LEFT - (int)strlen (indent);
  if (!right || !*right)
    kbsh_buffer_printf (b, "%s%s\n", indent, left);
  else if ((int)strlen (left) > width)
    kbsh_buffer_printf (b, "%s%s\n%*s %s\n", indent, left, LEFT, "", right);
  else
    kbsh_buffer_printf (b, "%s%-*s %s\n", indent, width, left, right);
}

static int
put (struct kbsh_buffer *b)
{
  if (b->failed || !b->data)
    return CLI_FAILED;
  return cli_print (b->data) ? CLI_FAILED : CLI_OK;
}

/* --- flags ----------------------------------------------------------- */

static void
flag_line (struct kbsh_buffer *b, const struct flag *flag)
{
  const char *type = strcmp (flag->type, "bool") == 0 ? "" : flag->type;
  char letter[8] = "    ";
  kbsh_autofree char *left = NULL, *right = NULL;
  if (flag->short_name)
    {
      memcpy (letter, "-x, ", 5);
      letter[1] = flag->short_name;
    }
  left = kbsh_text ("%s--%s%s%s", letter, flag->name, *type ? " " : "", type);
  right = flag->otherwise
              ? kbsh_text ("%s (default %s)", flag->help ? flag->help : "",
                           json_object_get_string (flag->otherwise))
              : kbsh_text ("%s", flag->help ? flag->help : "");
  if (left && right)
    help_line (b, "  ", left, right);
}

static void
flag_lines (struct kbsh_buffer *b, const struct flags *flags, int common,
            const char *title)
{
  int titled = 0;
  for (size_t i = 0; i < flags->count; i++)
    {
      const struct flag *flag = &flags->items[i];
      if (flag->hidden || flag->positional || flag->common != common)
        continue;
      if (!titled)
        kbsh_buffer_printf (b, "\n%s:\n", title);
      titled = 1;
      flag_line (b, flag);
    }
}

/* What is positional: in the line of use, and explained. */
static void
put_words (struct kbsh_buffer *b, const struct flags *flags)
{
  for (size_t i = 0; i < flags->count; i++)
    {
      const struct flag *flag = &flags->items[i];
      const char *more = strcmp (flag->type, "list") == 0 ? "..." : "";
      if (flag->positional && !flag->hidden)
        kbsh_buffer_printf (b, flag->required ? " %s%s" : " [%s%s]", flag->name,
                            more);
    }
}

static void
word_lines (struct kbsh_buffer *b, const struct flags *flags)
{
  int titled = 0;
  for (size_t i = 0; i < flags->count; i++)
    {
      if (!flags->items[i].positional || flags->items[i].hidden)
        continue;
      if (!titled)
        kbsh_buffer_puts (b, "\nArguments:\n");
      titled = 1;
      help_line (b, "  ", flags->items[i].name, flags->items[i].help);
    }
}

static void
all_flags (struct kbsh_buffer *b, const struct flags *flags)
{
  word_lines (b, flags);
  flag_lines (b, flags, 0, "Flags");
  flag_lines (b, flags, 1, "Common flags");
}

/* --- whole pages ----------------------------------------------------- */

/* The end of a help about phases. */
static int
put_phases (struct kbsh_buffer *b, const struct workflow *workflow,
            const struct flags *flags, const char *group)
{
  put_words (b, flags);
  kbsh_buffer_puts (b, " [flags]\n\n");
  help_phases (b, workflow, group);
  all_flags (b, flags);
  return put (b);
}

int
help_workflow (struct cli *cli, const struct workflow *workflow,
               const struct flags *flags, const char *group)
{
  struct kbsh_buffer b KBSH_CLEANUP (kbsh_buffer_free) = { 0 };
  (void)cli;
  if (group && *group && !workflow_group (workflow, group))
    {
      kbsh_autofree char *nearest = workflow_nearest_step (workflow, group);
      const char *candidates[] = { nearest, NULL };
      return cli_unknown ("phase", group, candidates, NULL);
    }
  if (!group)
    {
      kbsh_buffer_printf (&b, "%s\n\nUsage:\n  %s %s",
                          workflow->summary ? workflow->summary
                                            : workflow->name,
                          PACKAGE_NAME, workflow->name);
      put_words (&b, flags);
      kbsh_buffer_printf (&b, " [flags]\n  %s %s phase NAME", PACKAGE_NAME,
                          workflow->name);
    }
  else
    kbsh_buffer_printf (&b, "Usage:\n  %s %s phase %s%sNAME", PACKAGE_NAME,
                        workflow->name, group, *group ? " " : "");
  return put_phases (&b, workflow, flags, group);
}

int
help_all (struct cli *cli, const struct workflow *workflow,
          const struct flags *flags, const char *group)
{
  struct kbsh_buffer b KBSH_CLEANUP (kbsh_buffer_free) = { 0 };
  kbsh_autofree char *words = strdup (group);
  json_object *summary = NULL;
  (void)cli;
  for (char *c = words; c && *c; c++)
    if (*c == '/')
      *c = ' ';
  json_object_object_get_ex (workflow->groups, group, &summary);
  if (summary)
    kbsh_buffer_printf (&b, "%s\n\n", json_object_get_string (summary));
  kbsh_buffer_printf (&b, "Usage:\n  %s %s phase %s all", PACKAGE_NAME,
                      workflow->name, words ? words : group);
  return put_phases (&b, workflow, flags, group);
}

int
help_step (struct cli *cli, const struct workflow *workflow,
           const struct flags *flags, const char *word)
{
  struct kbsh_buffer b KBSH_CLEANUP (kbsh_buffer_free) = { 0 };
  kbsh_autofree char *words = strdup (word);
  (void)cli;
  for (char *c = words; c && *c; c++)
    if (*c == '/')
      *c = ' ';
  for (size_t i = 0; i < workflow->step_count; i++)
    if (step_matches (&workflow->steps[i], word) && workflow->steps[i].summary)
      kbsh_buffer_printf (&b, "%s\n", workflow->steps[i].summary);
  kbsh_buffer_printf (&b, "\nUsage:\n  %s %s phase %s", PACKAGE_NAME,
                      workflow->name, words ? words : word);
  put_words (&b, flags);
  kbsh_buffer_puts (&b, " [flags]\n");
  all_flags (&b, flags);
  return put (&b);
}

int
help_command (struct cli *cli, const struct kbsh_service *service,
              const struct flags *flags)
{
  struct kbsh_buffer b KBSH_CLEANUP (kbsh_buffer_free) = { 0 };
  const struct kbsh_command_ops *ops = service->ops;
  (void)cli;
  kbsh_buffer_printf (&b, "%s\n\nUsage:\n  %s %s",
                      service->summary ? service->summary : "", PACKAGE_NAME,
                      ops->words);
  put_words (&b, flags);
  kbsh_buffer_puts (&b, " [flags]\n");
  all_flags (&b, flags);
  return put (&b);
}

struct beginning
{
  struct kbsh_buffer *b;
  const char *words; /* with which they begin */
};

static int
command_line (void *data, const struct kbsh_service *service, const char *words)
{
  const struct beginning *beginning = data;
  size_t length = strlen (beginning->words);
  if (strncmp (words, beginning->words, length) == 0
      && (!length || words[length] == ' '))
    help_line (beginning->b, "  ", words, service->summary);
  return 0;
}

int
help_commands (struct cli *cli, const char *words, FILE *out)
{
  struct kbsh_buffer b KBSH_CLEANUP (kbsh_buffer_free) = { 0 };
  struct beginning beginning = { &b, words };
  kbsh_buffer_puts (&b, "Commands:\n");
  command_each (cli, NULL, command_line, &beginning);
  if (out == stdout)
    return put (&b);
  fprintf (out, "%s\n", b.data ? b.data : "");
  return CLI_USAGE;
}

static void
workflow_lines (struct cli *cli, struct kbsh_buffer *b)
{
  char **names = NULL;
  if (workflow_names (cli->workflow_folder, &names, NULL) < 0)
    return;
  for (char **name = names; *name; name++)
    {
      struct workflow *workflow = NULL;
      struct kbsh_error err = KBSH_ERROR_INIT;
      if (workflow_load (*name, cli->workflow_folder, cli->overlay_folder,
                         &workflow, &err)
          == 0)
        help_line (b, "  ", *name, workflow->summary);
      else
        help_line (b, "  ", *name, "(it can't be read: see workflow check)");
      workflow_free (workflow);
    }
  strings_free (names);
}

int
help_overview (struct cli *cli)
{
  struct kbsh_buffer b KBSH_CLEANUP (kbsh_buffer_free) = { 0 };
  struct flags flags KBSH_CLEANUP (flags_free) = { 0 };
  kbsh_buffer_puts (&b, "Usage:\n  " PACKAGE_NAME
                        " WORKFLOW [phase NAME] [flags]\n  " PACKAGE_NAME
                        " COMMAND [flags]\n\nWorkflows:\n");
  workflow_lines (cli, &b);
  kbsh_buffer_puts (&b, "\nCommands:\n");
  command_each (cli, NULL, command_line, &(struct beginning){ &b, "" });
  for (size_t i = 0; core_words[i]; i++)
    help_line (&b, "  ", core_words[i], core_summaries[i]);
  if (common_flags (&flags, NULL) == 0)
    flag_lines (&b, &flags, 1, "Common flags");
  return put (&b);
}
