/* SPDX-License-Identifier: Apache-2.0
 *
 * Landlock: a process gives up what it must not do.
 */
#ifndef CORE_ACT_LANDLOCK_H
#define CORE_ACT_LANDLOCK_H

#include <kbsh/error.h>

/* From now on this process and what it starts can change no file, folder or
 * name anywhere; /dev/null, /dev/zero, /dev/full, the terminal and what is
 * open already stay writable. 0: it is so; 1: this kernel has no Landlock;
 * -1. Sets no_new_privs. */
int landlock_forbid_writes (struct kbsh_error *err);

#endif
