/* SPDX-License-Identifier: Apache-2.0
 *
 * The state of a unit of systemd.
 */
#ifndef CORE_ACT_UNIT_STATE_H
#define CORE_ACT_UNIT_STATE_H

#include <json-c/json.h>

#include "act/spawn.h"

struct unit_state
{
  int known, enabled, active, stale;
};

/* What `systemctl show -p UNIT_PROPERTIES` printed. */
#define UNIT_PROPERTIES "LoadState,UnitFileState,ActiveState,NeedDaemonReload"
struct unit_state unit_state_read (const struct spawn *spawn);
/* Is there something to do for this operation (KBSH_UNIT_*) at all? `name`
 * NULL: the manager itself. */
int unit_state_needs (const struct unit_state *now, int op, const char *name);
/* {enabled, active}, for the journal. */
json_object *unit_state_tree (const struct unit_state *state);

#endif
