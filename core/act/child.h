/* SPDX-License-Identifier: Apache-2.0
 *
 * How a process that was forked from the core begins: a worker, a program of
 * a step, kbsh-http.
 */
#ifndef CORE_ACT_CHILD_H
#define CORE_ACT_CHILD_H

#include <sys/types.h>

/* Its signals are as any program expects them, and it ends with `core`. -1:
 * the core has ended already, or it would be outlived. */
int child_begin (pid_t core);

#endif
