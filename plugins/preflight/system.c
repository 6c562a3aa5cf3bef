/* SPDX-License-Identifier: Apache-2.0
 *
 * SystemVerification: the operating system, and docker where it is used; the
 * kernel and the cgroups are in files of their own.
 */
#include "system.h"

#include <regex.h>
#include <stdarg.h>
#include <string.h>
#include <sys/utsname.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>

int
system_found (struct system_check *check, enum kbsh_severity severity,
              const char *needed, const char *remedy, const char *found, ...)
{
  kbsh_autofree char *text = NULL;
  va_list args;
  int length;
  va_start (args, found);
  length = vasprintf (&text, found, args);
  va_end (args);
  if (length < 0)
    {
      text = NULL;
      return kbsh_fail_memory (check->ctx);
    }
  check->problems++;
  return kbsh_found (check->ctx, SYSTEM, severity, needed, remedy, "%s", text);
}

int
matches_any (json_object *patterns, const char *text)
{
  for (size_t i = 0; i < kbsh_json_length (patterns, ""); i++)
    {
      regex_t pattern;
      int r;
      if (regcomp (
              &pattern,
              json_object_get_string (json_object_array_get_idx (patterns, i)),
              REG_EXTENDED | REG_NOSUB))
        continue;
      r = regexec (&pattern, text, 0, NULL, 0);
      regfree (&pattern);
      if (!r)
        return 1;
    }
  return 0;
}

static int
operating_system (struct system_check *check)
{
  struct utsname is;
  if (uname (&is) || !strcmp (is.sysname, "Linux"))
    return 0;
  return system_found (check, check->severity, "Linux", NULL,
                       "the operating system is %s", is.sysname);
}

static int
has (json_object *list, const char *word)
{
  for (size_t i = 0; i < kbsh_json_length (list, ""); i++)
    if (!strcmp (json_object_get_string (json_object_array_get_idx (list, i)),
                 word))
      return 1;
  return 0;
}

/* A version that was never tried with this release is worth a warning. */
static int
docker (struct system_check *check)
{
  json_object *wanted = kbsh_json_at (check->spec, "/docker");
  const char *name = kbsh_input_string (check->ctx, "runtime:/name", "");
  const char *version = kbsh_input_string (check->ctx, "runtime:/version", "");
  const char *driver
      = kbsh_input_string (check->ctx, "runtime:/storageDriver", NULL);
  if (!wanted || strcmp (name, "docker"))
    return 0;
  if (!matches_any (kbsh_json_at (wanted, "/versions"), version)
      && system_found (check, KBSH_WARN, "19.03 or 20.10", NULL,
                       "docker %s is not on the list of validated versions",
                       version))
    return -1;
  if (!driver || has (kbsh_json_at (wanted, "/drivers"), driver))
    return 0;
  return system_found (check, check->severity, "overlay2",
                       "set \"storage-driver\" in /etc/docker/daemon.json, "
                       "then: systemctl restart docker",
                       "docker's storage driver %s is not supported", driver);
}

int
check_system (struct kbsh_ctx *ctx)
{
  struct system_check check
      = { .ctx = ctx, .severity = severity_of (ctx, SYSTEM) };
  const char *text = root_read (ctx, "/proc/sys/kernel/osrelease");
  kbsh_autofree char *release
      = text ? strndup (text, strcspn (text, "\n")) : NULL;
  kbsh_autojson json_object *values = NULL, *data = NULL;
  if (check.severity == KBSH_PASSED)
    return 0;
  if (!release)
    return system_found (&check, check.severity, "Linux with /proc", NULL,
                         "the kernel's release is not known");
  if (kbsh_json_set_string (&values, "/kernel/release", release, NULL))
    return kbsh_fail_memory (ctx);
  data = kbsh_data (ctx, "preflight", "system.yaml", values);
  if (!data)
    return -1;
  check.data = data;
  check.spec = data_since (ctx, kbsh_json_at (data, "/specs"));
  check.release = release;
  if (operating_system (&check) || system_cgroups (&check)
      || system_kernel (&check) || docker (&check))
    return -1;
  return check.problems ? 0 : kbsh_passed (ctx, SYSTEM);
}
