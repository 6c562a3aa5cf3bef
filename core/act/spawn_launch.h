/* SPDX-License-Identifier: Apache-2.0
 *
 * From words to a process: what spawn.c then watches.
 */
#ifndef CORE_ACT_SPAWN_LAUNCH_H
#define CORE_ACT_SPAWN_LAUNCH_H

#include "act/spawn.h"

/* All that the child needs, made before the fork. */
struct launch
{
  char *path;
  const char **env;
  int in, out[2], err[2], told[2];
};

/* Find the program, make its environment, input and pipes. */
int spawn_prepare (const struct spawn *spawn, struct launch *launch,
                   struct kbsh_error *err);
/* Fork, and wait until the child is the program or has told why not. */
int spawn_launch (struct spawn *spawn, struct launch *launch,
                  struct kbsh_error *err);
void spawn_launch_close (struct launch *launch);

#endif
