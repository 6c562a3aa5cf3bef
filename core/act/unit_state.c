/* SPDX-License-Identifier: Apache-2.0
 *
 * What systemctl says of a unit, and which operation would change it.
 */
#include "config.h"

#include "act/unit_state.h"

#include <stdlib.h>
#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/plugin.h>

static int
one_of (const char *text, const char *const *words)
{
  for (; *words; words++)
    if (!strcmp (text, *words))
      return 1;
  return 0;
}

/* One line of `systemctl show`. */
static void
take_property (struct unit_state *state, const char *line)
{
  static const char *const enabled[] = { "enabled", "enabled-runtime", NULL };
  static const char *const active[]
      = { "active", "activating", "reloading", NULL };
  size_t length = strcspn (line, "=");
  const char *value = line + length + 1;
  if (!line[length])
    return;
  if (!strncmp (line, "LoadState", length))
    state->known = strcmp (value, "not-found") != 0;
  else if (!strncmp (line, "UnitFileState", length))
    state->enabled = one_of (value, enabled);
  else if (!strncmp (line, "ActiveState", length))
    state->active = one_of (value, active);
  else if (!strncmp (line, "NeedDaemonReload", length))
    state->stale = !strcmp (value, "yes");
}

struct unit_state
unit_state_read (const struct spawn *spawn)
{
  struct unit_state state = { 0, 0, 0, 0 };
  kbsh_autofree char *text = strdup (spawn->out.data ? spawn->out.data : "");
  char *rest = text;
  for (char *line; text && (line = strsep (&rest, "\n"));)
    take_property (&state, line);
  return state;
}

int
unit_state_needs (const struct unit_state *now, int op, const char *name)
{
  switch (op)
    {
    case KBSH_UNIT_ENABLE:
      return !now->enabled;
    case KBSH_UNIT_DISABLE:
      return now->enabled;
    case KBSH_UNIT_START:
      return !now->active;
    case KBSH_UNIT_STOP:
      return now->active;
    case KBSH_UNIT_RELOAD:
      /* A unit that the manager does not know yet it reads when asked. */
      return now->stale || !name;
    default:
      return op == KBSH_UNIT_RESTART;
    }
}

json_object *
unit_state_tree (const struct unit_state *state)
{
  json_object *tree = json_object_new_object ();
  if (!tree)
    return NULL;
  json_object_object_add (tree, "enabled",
                          json_object_new_boolean (state->enabled));
  json_object_object_add (tree, "active",
                          json_object_new_boolean (state->active));
  return tree;
}
