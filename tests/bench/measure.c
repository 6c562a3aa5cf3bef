/* SPDX-License-Identifier: Apache-2.0
 *
 * measure FILE COMMAND...: run it, and append to FILE how many seconds it took
 * and the largest resident set, in KiB, of it and all that it started and
 * waited for. A program as small as this one, as a process counts what it was
 * before it became another program.
 */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double
now (void)
{
  struct timespec t = { 0 };
  clock_gettime (CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int
main (int argc, char **argv)
{
  double start = now ();
  struct rusage usage = { 0 };
  int status = 0;
  FILE *file;
  pid_t child = argc < 3 ? -1 : fork ();
  if (!child)
    {
      execvp (argv[2], argv + 2);
      _exit (127);
    }
  if (child < 0 || wait4 (child, &status, 0, &usage) != child)
    return 126;
  start = now () - start;
  file = fopen (argv[1], "a");
  if (!file || fprintf (file, "%.4f %ld\n", start, usage.ru_maxrss) < 0
      || fclose (file))
    return 126;
  return WIFEXITED (status) ? WEXITSTATUS (status) : 125;
}
