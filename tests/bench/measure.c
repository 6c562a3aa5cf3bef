/* SPDX-License-Identifier: Apache-2.0
 *
 * measure FILE COMMAND...: run it and, if it went well, append to FILE how many
 * seconds it took, the largest resident set, in KiB, of it and all that it
 * started and waited for, and their seconds of processor time. A program as
 * small as this one, as a process counts what it was before it became another
 * program.
 *
 * measure --memory FILE COMMAND...: look at the processes while they run
 * (which takes time: the first column is no measure then), and append to each
 * line the largest resident set of one and the most that all had at a time, a
 * shared page counted as a share (PSS). A kubelet that is asked for its
 * version is not counted: it is the same for every tool, and larger than most.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum
{
  LOOK_US = 10000,
  MOST = 512 /* descendants that are looked at */
};

struct memory
{
  long largest, together; /* KiB */
};

static double
seconds (struct timeval t)
{
  return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static double
now (void)
{
  struct timespec t = { 0 };
  clock_gettime (CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static FILE *
open_of (long pid, const char *name)
{
  char path[64];
  snprintf (path, sizeof path, "/proc/%ld/%s", pid, name);
  return fopen (path, "r");
}

/* "Name:  123 kB"; 0: it is not there */
static long
field (long pid, const char *file, const char *name)
{
  char line[256];
  long value = 0;
  size_t length = strlen (name);
  FILE *f = open_of (pid, file);
  while (f && !value && fgets (line, sizeof line, f))
    if (!strncmp (line, name, length) && line[length] == ':')
      value = strtol (line + length + 1, NULL, 10);
  if (f)
    fclose (f);
  return value;
}

/* The parent of a process, and its program's name. */
static long
parent (long pid, char name[64])
{
  char line[512] = "", *open, *close;
  long of = 0;
  FILE *f = open_of (pid, "stat");
  if (f && fgets (line, sizeof line, f) && (open = strchr (line, '('))
      && (close = strrchr (line, ')')))
    {
      *close = 0;
      snprintf (name, 64, "%s", open + 1);
      of = strtol (close + 4, NULL, 10);
    }
  if (f)
    fclose (f);
  return of;
}

static int
is_among (const long *pids, size_t count, long pid)
{
  while (count-- > 0)
    if (pids[count] == pid)
      return 1;
  return 0;
}

/* Numbers grow, but for a wrap, so that parents come before their children. */
static void
look (long root, struct memory *memory)
{
  long pids[MOST], together = 0;
  size_t count = 0;
  struct dirent *entry;
  DIR *proc = opendir ("/proc");
  pids[count++] = root;
  while (proc && count < MOST && (entry = readdir (proc)))
    {
      char name[64] = "";
      long pid = strtol (entry->d_name, NULL, 10), own;
      if (pid <= 0
          || (pid != root && !is_among (pids, count, parent (pid, name))))
        continue;
      if (pid != root)
        pids[count++] = pid;
      if (!strcmp (name, "kubelet") || !strcmp (name, "measure"))
        continue;
      own = field (pid, "status", "VmHWM");
      if (own > memory->largest)
        memory->largest = own;
      together += field (pid, "smaps_rollup", "Pss");
    }
  if (proc)
    closedir (proc);
  if (together > memory->together)
    memory->together = together;
}

/* Until it ends; with MEMORY, looking at it meanwhile. */
static int
wait_for (pid_t child, struct memory *memory, int *status, struct rusage *usage)
{
  pid_t done;
  while (!(done = wait4 (child, status, memory ? WNOHANG : 0, usage)))
    {
      look (child, memory);
      usleep (LOOK_US);
    }
  return done == child ? 0 : -1;
}

static int
note (const char *path, double wall, const struct rusage *usage,
      const struct memory *memory)
{
  FILE *file = fopen (path, "a");
  if (!file)
    return -1;
  fprintf (file, "%.4f %ld %.4f", wall, usage->ru_maxrss,
           seconds (usage->ru_utime) + seconds (usage->ru_stime));
  if (memory)
    fprintf (file, " %ld %ld", memory->largest, memory->together);
  fputc ('\n', file);
  return fclose (file);
}

int
main (int argc, char **argv)
{
  double start = now ();
  struct memory seen = { 0 }, *memory = NULL;
  struct rusage usage = { 0 };
  int status = 0;
  pid_t child;
  if (argc > 1 && !strcmp (argv[1], "--memory"))
    {
      memory = &seen;
      argc--;
      argv++;
    }
  child = argc < 3 ? -1 : fork ();
  if (!child)
    {
      execvp (argv[2], argv + 2);
      _exit (127);
    }
  if (child < 0 || wait_for (child, memory, &status, &usage))
    return 126;
  if (!WIFEXITED (status))
    return 125;
  if (!WEXITSTATUS (status) && note (argv[1], now () - start, &usage, memory))
    return 126;
  return WEXITSTATUS (status);
}
