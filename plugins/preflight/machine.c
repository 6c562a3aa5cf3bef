/* SPDX-License-Identifier: Apache-2.0
 *
 * IsPrivilegedUser, NumCPU, Mem, Swap: what the machine has, and who asks.
 */
#include "preflight.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>

int
check_user (struct kbsh_ctx *ctx)
{
  enum kbsh_severity severity = severity_of (ctx, "IsPrivilegedUser");
  if (severity == KBSH_PASSED)
    return 0;
  if (!geteuid ())
    return kbsh_passed (ctx, "IsPrivilegedUser");
  return kbsh_found (ctx, "IsPrivilegedUser", severity, "root (user id 0)",
                     "run it with sudo", "it runs as user id %u",
                     (unsigned)geteuid ());
}

/* Those that may be used, which a container or taskset makes fewer. */
static int
processors (struct kbsh_ctx *ctx, int needed)
{
  enum kbsh_severity severity = severity_of (ctx, "NumCPU");
  cpu_set_t set;
  char text[64];
  int is;
  if (severity == KBSH_PASSED)
    return 0;
  is = sched_getaffinity (0, sizeof set, &set)
           ? (int)sysconf (_SC_NPROCESSORS_ONLN)
           : CPU_COUNT (&set);
  if (is >= needed)
    return kbsh_passed (ctx, "NumCPU");
  snprintf (text, sizeof text, "at least %d", needed);
  return kbsh_found (
      ctx, "NumCPU", severity, text, NULL,
      is == 1 ? "there is %d processor" : "there are %d processors", is);
}

static int
memory (struct kbsh_ctx *ctx, unsigned long needed)
{
  enum kbsh_severity severity = severity_of (ctx, "Mem");
  const char *text = root_read (ctx, "/proc/meminfo");
  unsigned long kib = 0;
  char least[64];
  if (severity == KBSH_PASSED)
    return 0;
  text = text ? strstr (text, "MemTotal:") : NULL;
  if (!text || sscanf (text, "MemTotal: %lu", &kib) != 1)
    return kbsh_found (ctx, "Mem", KBSH_WARN, NULL, NULL,
                       "the size of the memory is not known");
  if (kib / 1024 >= needed)
    return kbsh_passed (ctx, "Mem");
  snprintf (least, sizeof least, "at least %lu MB", needed);
  return kbsh_found (ctx, "Mem", severity, least, NULL,
                     "there are %lu MB of memory", kib / 1024);
}

int
check_resources (struct kbsh_ctx *ctx)
{
  kbsh_autojson json_object *limits
      = kbsh_data (ctx, "preflight", "limits.yaml", NULL);
  if (!limits)
    return -1;
  return processors (ctx, (int)kbsh_json_int (limits, "/cpus", 2))
                 || memory (ctx, (unsigned long)kbsh_json_int (
                                     limits, "/memory-mb", 1700))
             ? -1
             : 0;
}

/* /proc/swaps has a line of titles, and one for each area. */
int
check_swap (struct kbsh_ctx *ctx)
{
  enum kbsh_severity severity = severity_of (ctx, "Swap");
  const char *text = root_read (ctx, "/proc/swaps");
  const char *area = text ? strchr (text, '\n') : NULL;
  if (severity == KBSH_PASSED)
    return 0;
  area = area ? area + 1 : "";
  if (!*area)
    return kbsh_passed (ctx, "Swap");
  return kbsh_found (ctx, "Swap", severity,
                     severity == KBSH_ERROR
                         ? "no swap"
                         : "no swap, or a kubelet that is set up for it "
                           "(cgroup v2 only)",
                     "swapoff -a, and take it out of /etc/fstab",
                     "swap is on: %.*s", (int)strcspn (area, " \t\n"), area);
}
