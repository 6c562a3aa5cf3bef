/* SPDX-License-Identifier: Apache-2.0
 *
 * SystemVerification: its parts, each of which reports what it finds.
 */
#ifndef PLUGINS_PREFLIGHT_SYSTEM_H
#define PLUGINS_PREFLIGHT_SYSTEM_H

#include "preflight.h"

#define SYSTEM "SystemVerification"

struct system_check
{
  struct kbsh_ctx *ctx;
  enum kbsh_severity severity; /* of what is an error */
  json_object *data;           /* system.yaml */
  json_object *spec;           /* of this release; borrowed from data */
  const char *release;         /* of the kernel */
  int unified;                 /* cgroup v2 */
  int problems;                /* how many were reported */
};

/* Report a problem; counts it. */
int system_found (struct system_check *check, enum kbsh_severity severity,
                  const char *needed, const char *remedy, const char *found,
                  ...) KBSH_PRINTF (5, 6);

int system_kernel (struct system_check *check);  /* kernel.c */
int system_cgroups (struct system_check *check); /* cgroups.c */

/* 1 when one of a list of extended regular expressions matches. */
int matches_any (json_object *patterns, const char *text);

#endif
