/* SPDX-License-Identifier: Apache-2.0
 *
 * The roles that this host knows, and what a service of each must have.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "load/check.h"
#include "load/loader.h"

#define OFFSET(table, name) offsetof (struct kbsh_##table##_ops, name)
#define MAX_FUNCTIONS 7

/* A role: its functions in the order of its table, which is the order of both
 * arrays, and the size that its table has at least: what is beyond that may be
 * missing. */
struct role
{
  const char *name;
  size_t size;
  const char *functions[MAX_FUNCTIONS];
  size_t offsets[MAX_FUNCTIONS];
};

static const struct role roles[] = {
  { "step",
    OFFSET (step, run) + sizeof (void *),
    { "run", NULL },
    { OFFSET (step, run) } },
  { "check",
    OFFSET (check, run) + sizeof (void *),
    { "run", NULL },
    { OFFSET (check, run) } },
  { "ca",
    OFFSET (ca, sign) + sizeof (void *),
    { "root", "sign", NULL },
    { OFFSET (ca, root), OFFSET (ca, sign) } },
  { "addon",
    OFFSET (addon, remove) + sizeof (void *),
    { "render", "apply", "verify", "remove", NULL },
    { OFFSET (addon, render), OFFSET (addon, apply), OFFSET (addon, verify),
      OFFSET (addon, remove) } },
  { "runtime",
    OFFSET (runtime, containers) + sizeof (void *),
    { "detect", "describe", "images", "pull", "containers", "clear", NULL },
    { OFFSET (runtime, detect), OFFSET (runtime, describe),
      OFFSET (runtime, images), OFFSET (runtime, pull),
      OFFSET (runtime, containers), OFFSET (runtime, clear) } },
  { "command",
    OFFSET (command, run) + sizeof (void *),
    { "run", NULL },
    { OFFSET (command, run) } },
};
#define ROLE_COUNT (sizeof roles / sizeof *roles)

static const struct role *
find_role (const char *name)
{
  size_t i;
  for (i = 0; i < ROLE_COUNT; i++)
    if (!strcmp (roles[i].name, name))
      return &roles[i];
  return NULL;
}

const char *const *
loader_roles (void)
{
  static const char *names[ROLE_COUNT + 1];
  size_t i;
  for (i = 0; i < ROLE_COUNT; i++)
    names[i] = roles[i].name;
  return names;
}

kbsh_function *
loader_function (const struct kbsh_service *service, const char *name)
{
  const struct role *role = find_role (service->role);
  kbsh_function *function = NULL;
  size_t i, size = 0;
  if (role)
    memcpy (&size, service->ops, sizeof size);
  for (i = 0; role && role->functions[i]; i++)
    if (!strcmp (role->functions[i], name)
        && role->offsets[i] + sizeof function <= size)
      memcpy (&function, (const char *)service->ops + role->offsets[i],
              sizeof function);
  return function;
}

int
check_name (const char *name)
{
  size_t length = strspn (name, "abcdefghijklmnopqrstuvwxyz0123456789-");
  return length > 0 && length < 64 && !name[length] && name[0] != '-';
}

/* The length of the UTF-8 sequence (RFC 3629) at `s`, or 0. */
static int
sequence (const unsigned char *s)
{
  int length = *s < 0x80                  ? 1
               : *s >= 0xc2 && *s <= 0xdf ? 2
               : (*s & 0xf0) == 0xe0      ? 3
               : *s >= 0xf0 && *s <= 0xf4 ? 4
                                          : 0;
  int i;
  for (i = 1; i < length; i++)
    if ((s[i] & 0xc0) != 0x80)
      return 0;
  return length;
}

int
check_line (const char *text, const char *what, struct kbsh_error *err)
{
  const unsigned char *s = (const unsigned char *)text;
  int length;
  if (!text)
    return check_refuse (err, "set it in the description", "%s is NULL", what);
  if (!*text)
    return check_refuse (err, "set it in the description", "%s is empty", what);
  for (; *s; s += length)
    {
      length = sequence (s);
      if (!length || *s < 0x20 || *s == 0x7f)
        return check_refuse (err, "use one line of UTF-8 text",
                             "%s is not one line of UTF-8 text", what);
    }
  return 0;
}

static int
check_service_name (const struct kbsh_service *service, const char *module,
                    struct kbsh_error *err)
{
  size_t length = strlen (module);
  if (check_line (service->name, "the name of one of its services", err))
    return -1;
  if (strncmp (service->name, module, length) || service->name[length] != '.'
      || !check_name (service->name + length + 1))
    {
      kbsh_error_remedy (err,
                         "name it %s.NAME, with lower case letters, digits "
                         "and '-'",
                         module);
      return kbsh_error_why (
          err, "its service '%s' is not named after the module", service->name);
    }
  return 0;
}

static const struct role *
check_role (const struct kbsh_service *service, struct kbsh_error *err)
{
  const struct role *role = service->role ? find_role (service->role) : NULL;
  char known[128] = "";
  size_t i;
  for (i = 0; i < ROLE_COUNT; i++)
    {
      strcat (known, i ? ", " : "");
      strcat (known, roles[i].name);
    }
  if (role)
    return role;
  kbsh_error_remedy (err, "the roles that this program knows: %s", known);
  kbsh_error_why (err, "the role of its service %s is %s%s%s", service->name,
                  service->role ? "not known: '" : "NULL",
                  service->role ? service->role : "", service->role ? "'" : "");
  return NULL;
}

static int
check_functions (const struct kbsh_service *service, const struct role *role,
                 struct kbsh_error *err)
{
  size_t size, i;
  if (!service->ops)
    return check_refuse (err, "set .ops to the table of its role",
                         "its service %s has no table of functions",
                         service->name);
  memcpy (&size, service->ops, sizeof size);
  if (size < role->size)
    return check_refuse (err, "set .size to the size of the table",
                         "the table of its service %s says that it has %zu "
                         "bytes, and role %s has %zu",
                         service->name, size, role->name, role->size);
  for (i = 0; role->functions[i]; i++)
    if (role->offsets[i] < role->size
        && !loader_function (service, role->functions[i]))
      return check_refuse (err, "write it: its role needs it",
                           "its service %s lacks the function '%s'",
                           service->name, role->functions[i]);
  return 0;
}

/* What the user types: names with single spaces between. */
static int
check_words (const struct kbsh_service *service, struct kbsh_error *err)
{
  const struct kbsh_command_ops *ops = service->ops;
  const char *at = ops->words;
  char word[64];
  size_t length = 0;
  while (at)
    {
      length = strcspn (at, " ");
      snprintf (word, sizeof word, "%.*s", (int)length, at);
      if (length >= sizeof word || !check_name (word))
        break;
      at = at[length] ? at + length + 1 : NULL;
    }
  if (!at && ops->words)
    return 0;
  return check_refuse (err, "set .words to \"WORD\" or \"WORD WORD\"",
                       "the words of its command %s are %s%s%s", service->name,
                       ops->words ? "not allowed: '" : "NULL",
                       ops->words ? ops->words : "", ops->words ? "'" : "");
}

int
check_service (const struct kbsh_service *service, const char *module,
               struct kbsh_error *err)
{
  const struct role *role;
  char what[160];
  if (check_service_name (service, module, err))
    return -1;
  snprintf (what, sizeof what, "the summary of its service %s", service->name);
  if (check_line (service->summary, what, err))
    return -1;
  role = check_role (service, err);
  if (!role || check_functions (service, role, err))
    return -1;
  if (!strcmp (role->name, "command") && check_words (service, err))
    return -1;
  if (check_accepts (service, err))
    return -1;
  return check_touches (service, err);
}
