/* SPDX-License-Identifier: Apache-2.0
 *
 * The user's wish for an end, from the signal handler to who can heed it.
 */
#ifndef CORE_FLOW_INTERRUPT_H
#define CORE_FLOW_INTERRUPT_H

#include <signal.h>
#include <stddef.h>

struct interrupt
{
  volatile sig_atomic_t heeded; /* somebody asks for it; until then a signal
                                   ends the program by itself */
  volatile sig_atomic_t count;  /* how often it was wished for */
  volatile sig_atomic_t seen;   /* how often of these was noticed: who does
                                   not notice one is ended by the next */
  volatile sig_atomic_t number; /* the first signal */
};

/* How often so far. `interrupt` may be NULL: never. */
static inline int
interrupt_wished (struct interrupt *interrupt)
{
  if (!interrupt)
    return 0;
  interrupt->heeded = 1;
  return interrupt->seen = interrupt->count;
}

#endif
