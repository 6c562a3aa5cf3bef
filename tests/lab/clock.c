/* SPDX-License-Identifier: Apache-2.0
 *
 * A library to preload: the program's clock, and that of what it starts, is
 * KBSH_CLOCK seconds ahead of the machine's. (libfaketime ends a program that
 * may not write, as kbsh-http.)
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

static long long
ahead (void)
{
  const char *text = getenv ("KBSH_CLOCK");
  return text ? atoll (text) : 0;
}

/* The C library's own function of this name. */
static void
next (const char *name, void *function)
{
  void *found = dlsym (RTLD_NEXT, name);
  memcpy (function, &found, sizeof found);
}

int
clock_gettime (clockid_t id, struct timespec *t)
{
  int (*real) (clockid_t, struct timespec *), status;
  next ("clock_gettime", &real);
  status = real (id, t);
  if (!status && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
    t->tv_sec += (time_t)ahead ();
  return status;
}

time_t
time (time_t *out)
{
  struct timespec t;
  clock_gettime (CLOCK_REALTIME, &t);
  if (out)
    *out = t.tv_sec;
  return t.tv_sec;
}

int
gettimeofday (struct timeval *restrict out, void *restrict zone)
{
  struct timespec t;
  (void)zone;
  clock_gettime (CLOCK_REALTIME, &t);
  out->tv_sec = t.tv_sec;
  out->tv_usec = t.tv_nsec / 1000;
  return 0;
}
