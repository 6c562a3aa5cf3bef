/* SPDX-License-Identifier: Apache-2.0
 *
 * SystemVerification: the kernel's release and configuration.
 */
#include "system.h"

#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>

#define CONFIG_REMEDY                                                          \
  "modprobe configs (for /proc/config.gz), or install the file /boot/config-"  \
  "RELEASE of this kernel"

/* The state of an option that may have several names: "A|B". */
static char
option_state (const char *text, const char *names)
{
  char state = 'n';
  while (*names && state == 'n')
    {
      size_t length = strcspn (names, "|");
      kbsh_autofree char *name = strndup (names, length);
      state = name ? kconfig_get (text, name) : 'n';
      names += length + (names[length] == '|');
    }
  return state;
}

/* Those of a list that are set (or are not), as text that the caller frees;
 * NULL when there are none. */
static char *
those (const char *text, json_object *list, int set)
{
  KBSH_CLEANUP (kbsh_buffer_free) struct kbsh_buffer out = { 0 };
  for (size_t i = 0; i < kbsh_json_length (list, ""); i++)
    {
      const char *names
          = json_object_get_string (json_object_array_get_idx (list, i));
      if ((option_state (text, names) != 'n') == set)
        kbsh_buffer_printf (&out, "%sCONFIG_%.*s", out.length ? " " : "",
                            (int)strcspn (names, "|"), names);
    }
  return out.length ? kbsh_buffer_take (&out) : NULL;
}

static int
missing (struct system_check *check, const struct kconfig *config,
         const char *list)
{
  kbsh_autofree char *names
      = those (config->text, kbsh_json_at (check->spec, list), 0);
  if (!names)
    return 0;
  return system_found (
      check, check->severity, "a kernel that is built with these options",
      "use your distribution's standard kernel",
      "kernel options are not set: %s (in %s)", names, config->source);
}

/* What is optional is worth a line that says what it is for, to who asks for
 * the details. */
static void
optional (struct system_check *check, const struct kconfig *config)
{
  json_object *list = kbsh_json_at (check->spec, "/optional");
  for (size_t i = 0; i < kbsh_json_length (list, ""); i++)
    {
      const char *names
          = json_object_get_string (json_object_array_get_idx (list, i));
      int length = (int)strcspn (names, "|");
      kbsh_autofree char *at = kbsh_text ("/purpose/%.*s", length, names);
      if (at && option_state (config->text, names) == 'n')
        kbsh_debug (check->ctx,
                    "the kernel option CONFIG_%.*s is not set: no %s", length,
                    names, kbsh_json_string (check->data, at, "such feature"));
    }
}

static int
forbidden (struct system_check *check, const struct kconfig *config)
{
  kbsh_autofree char *names
      = those (config->text, kbsh_json_at (check->spec, "/forbidden"), 1);
  if (!names)
    return 0;
  return system_found (
      check, check->severity, "a kernel that is built without these options",
      NULL, "kernel options are set: %s (in %s)", names, config->source);
}

static int
options (struct system_check *check)
{
  struct kconfig config;
  kbsh_autofree char *text = NULL;
  if (kconfig_load (check->ctx, kbsh_json_at (check->data, "/kernel-config"),
                    &config))
    return system_found (
        check, check->severity, "the kernel's configuration, to look into",
        CONFIG_REMEDY, "the configuration of kernel %s was not found",
        check->release);
  text = config.text;
  optional (check, &config);
  return missing (check, &config, "/required")
                 || missing (check, &config,
                             check->unified ? "/required-v2" : "/required-v1")
                 || forbidden (check, &config)
             ? -1
             : 0;
}

int
system_kernel (struct system_check *check)
{
  if (!matches_any (kbsh_json_at (check->spec, "/kernel"), check->release)
      && system_found (check, check->severity,
                       kbsh_json_string (check->spec, "/kernel-note", ""),
                       "install a newer kernel, and restart the machine",
                       "kernel %s is not supported", check->release))
    return -1;
  return options (check);
}
