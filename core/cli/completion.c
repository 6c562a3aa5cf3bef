/* SPDX-License-Identifier: Apache-2.0
 *
 * `completion bash|zsh`: a script with everything that can be typed, made from
 * the workflows, the services and the program's own flags.
 */
#include "config.h"

#include <string.h>

#include "cli/inner.h"
#include <kbsh/cleanup.h>
#include <kbsh/text.h>

static const char *const shells[] = { "bash", "zsh", NULL };

/* One line "words that came before) what may follow;;" of the script. */
static void
arm (struct kbsh_buffer *b, const char *before, const struct kbsh_buffer *after)
{
  kbsh_buffer_printf (b, "    '%s') words='%s' ;;\n", before,
                      after->data ? after->data : "");
}

static void
add_flags (struct kbsh_buffer *b, const struct flags *flags)
{
  for (size_t i = 0; i < flags->count; i++)
    if (!flags->items[i].hidden && !flags->items[i].positional)
      kbsh_buffer_printf (b, " --%s", flags->items[i].name);
}

/* Is the part up to `length` told by an earlier step? */
static int
told (const struct workflow *w, size_t index, size_t length)
{
  for (size_t i = 0; i < index; i++)
    if (!w->steps[i].hidden
        && strncmp (w->steps[i].name, w->steps[index].name, length) == 0
        && (w->steps[i].name[length] == '/' || !w->steps[i].name[length]))
      return 1;
  return 0;
}

static void
phase_arms (struct kbsh_buffer *b, const struct workflow *w)
{
  struct kbsh_buffer top KBSH_CLEANUP (kbsh_buffer_free) = { 0 };
  kbsh_autofree char *before = kbsh_text ("%s phase", w->name);
  for (size_t i = 0; i < w->step_count; i++)
    {
      const char *name = w->steps[i].name;
      size_t length = strcspn (name, "/");
      struct kbsh_buffer below KBSH_CLEANUP (kbsh_buffer_free) = { 0 };
      kbsh_autofree char *group = NULL;
      if (w->steps[i].hidden || told (w, i, length))
        continue;
      kbsh_buffer_printf (&top, " %.*s", (int)length, name);
      if (!name[length])
        continue;
      group = kbsh_text ("%s phase %.*s", w->name, (int)length, name);
      kbsh_buffer_puts (&below, "all");
      for (size_t j = i; j < w->step_count; j++)
        if (!w->steps[j].hidden
            && strncmp (w->steps[j].name, name, length + 1) == 0)
          kbsh_buffer_printf (&below, " %s", w->steps[j].name + length + 1);
      if (group)
        arm (b, group, &below);
    }
  if (before)
    arm (b, before, &top);
}

/* After a word that is a value flags are left to type. */
static void
words_arm (struct kbsh_buffer *b, const char *name, const struct flags *flags)
{
  struct kbsh_buffer after KBSH_CLEANUP (kbsh_buffer_free) = { 0 };
  int positional = 0;
  for (size_t i = 0; i < flags->count; i++)
    positional |= flags->items[i].positional;
  add_flags (&after, flags);
  if (positional)
    kbsh_buffer_printf (b, "    '%s '*) words='%s' ;;\n", name,
                        after.data ? after.data : "");
}

static int
workflow_arms (struct cli *cli, struct kbsh_buffer *b, struct kbsh_buffer *top,
               const char *name)
{
  struct workflow *workflow = NULL;
  struct flags flags KBSH_CLEANUP (flags_free) = { 0 };
  struct kbsh_buffer after KBSH_CLEANUP (kbsh_buffer_free) = { 0 };
  /* One that can't be read has nothing to complete. */
  if (workflow_load (name, cli->workflow_folder, cli->overlay_folder, &workflow,
                     NULL)
      < 0)
    return 0;
  if (common_flags (&flags, NULL) == 0)
    flags_add_parameters (&flags, workflow, NULL);
  kbsh_buffer_puts (&after, "phase");
  add_flags (&after, &flags);
  arm (b, name, &after);
  phase_arms (b, workflow);
  words_arm (b, name, &flags);
  kbsh_buffer_printf (top, " %s", name);
  workflow_free (workflow);
  return 0;
}

struct commands
{
  struct kbsh_buffer *arms, *top;
};

static int
command_arm (void *data, const struct kbsh_service *service, const char *words)
{
  struct commands *c = data;
  struct flags flags KBSH_CLEANUP (flags_free) = { 0 };
  struct kbsh_buffer after KBSH_CLEANUP (kbsh_buffer_free) = { 0 };
  kbsh_autojson json_object *accepts = accepts_parse (service, NULL);
  const char *space = strchr (words, ' ');
  if (accepts)
    flags_add_accepts (&flags, accepts, NULL);
  add_flags (&after, &flags);
  arm (c->arms, words, &after);
  kbsh_buffer_printf (c->top, " %.*s",
                      (int)(space ? space - words : (long)strlen (words)),
                      words);
  if (space)
    {
      kbsh_autofree char *first = strndup (words, (size_t)(space - words));
      kbsh_buffer_printf (c->arms, "    '%s') words=\"$words %s\" ;;&\n",
                          first ? first : "", space + 1);
    }
  return 0;
}

static const char tail[]
    = "  esac\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
      "  [ ${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "
      "\"$current\"))\n"
      "}\n"
      "complete -F _" PACKAGE_NAME " " PACKAGE_NAME "\n";

static const char head[]
    = "_" PACKAGE_NAME " ()\n"
      "{\n"
      "  local current=${COMP_WORDS[COMP_CWORD]} before= words= i\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    case ${COMP_WORDS[i]} in\n"
      "      -*|=) ;;\n"
      "      *) before=${before:+$before }${COMP_WORDS[i]} ;;\n"
      "    esac\n"
      "  done\n"
      "  case $before in\n";

static void
add_core (struct kbsh_buffer *arms, struct kbsh_buffer *top)
{
  kbsh_buffer_puts (arms, "    'workflow') words='list show graph check' ;;\n"
                          "    'plugins') words='list info verify' ;;\n"
                          "    'completion') words='bash zsh' ;;\n"
                          "    'version') words='--output' ;;\n");
  for (size_t i = 0; core_words[i]; i++)
    kbsh_buffer_printf (top, " %s", core_words[i]);
}

int
cli_completion (struct cli *cli, int argc, char **argv)
{
  struct kbsh_buffer arms KBSH_CLEANUP (kbsh_buffer_free) = { 0 };
  struct kbsh_buffer top KBSH_CLEANUP (kbsh_buffer_free) = { 0 };
  struct commands commands = { &arms, &top };
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autofree char *text = NULL;
  char **names = NULL;
  if (cli->help || argc != 1)
    return cli_print ("Usage:\n  " PACKAGE_NAME " completion bash|zsh\n")
               ? CLI_FAILED
           : cli->help ? CLI_OK
                       : CLI_USAGE;
  if (strcmp (argv[0], "bash") != 0 && strcmp (argv[0], "zsh") != 0)
    return cli_unknown ("shell", argv[0], shells, "completion --help");
  if (workflow_names (cli->workflow_folder, &names, &err) < 0)
    return cli_error (&err, CLI_FAILED);
  for (char **name = names; *name; name++)
    workflow_arms (cli, &arms, &top, *name);
  strings_free (names);
  command_each (cli, NULL, command_arm, &commands);
  add_core (&arms, &top);
  arm (&arms, "", &top);
  text = kbsh_text ("%s%s%s%s",
                    argv[0][0] == 'z' ? "autoload -U +X bashcompinit && "
                                        "bashcompinit\n"
                                      : "",
                    head, arms.data ? arms.data : "", tail);
  if (!text || arms.failed || top.failed)
    return CLI_FAILED;
  return cli_print (text) ? CLI_FAILED : CLI_OK;
}
