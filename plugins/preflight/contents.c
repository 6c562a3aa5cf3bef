/* SPDX-License-Identifier: Apache-2.0
 *
 * FileContent-PATH: the kernel's network settings.
 */
#include "preflight.h"

#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>

/* Is an address or network of this family used? */
static int
family_used (struct kbsh_ctx *ctx, const char *family)
{
  static const char *const where[]
      = { "config:/node/address", "config:/cluster/networking/serviceSubnet",
          "config:/cluster/networking/podSubnet", NULL };
  int six = !strcmp (family, "ipv6");
  if (!*family)
    return 1;
  for (size_t i = 0; where[i]; i++)
    {
      const char *text = kbsh_input_string (ctx, where[i], "");
      /* A list has both: only IPv6 has colons, only IPv4 has dots. */
      if (strchr (text, six ? ':' : '.'))
        return 1;
    }
  return 0;
}

static int
content (struct kbsh_ctx *ctx, json_object *entry)
{
  const char *path = kbsh_json_string (entry, "/path", "");
  const char *starts = kbsh_json_string (entry, "/starts", "");
  const char *sysctl = kbsh_json_string (entry, "/sysctl", "");
  const char *module = kbsh_json_string (entry, "/module", "");
  kbsh_autofree char *name = name_of_path ("FileContent", path);
  enum kbsh_severity severity = name ? severity_of (ctx, name) : KBSH_PASSED;
  const char *text;
  if (!name)
    return kbsh_fail_memory (ctx);
  if (severity == KBSH_PASSED
      || !family_used (ctx, kbsh_json_string (entry, "/family", "")))
    return 0;
  text = root_read (ctx, path);
  if (text && !strncmp (text, starts, strlen (starts)))
    return kbsh_passed (ctx, name);
  kbsh_autofree char *needed = kbsh_text ("%s in %s", starts, path);
  kbsh_autofree char *remedy
      = !text && *module
            ? kbsh_text ("modprobe %s && sysctl -w %s", module, sysctl)
            : kbsh_text ("sysctl -w %s", sysctl);
  return text
             ? kbsh_found (ctx, name, severity, needed, remedy, "%s holds %.*s",
                           path, (int)strcspn (text, "\n"), text)
             : kbsh_found (ctx, name, severity, needed, remedy,
                           "%s does not exist", path);
}

int
check_contents (struct kbsh_ctx *ctx)
{
  kbsh_autojson json_object *data
      = kbsh_data (ctx, "preflight", "contents.yaml", NULL);
  if (!data)
    return -1;
  for (size_t i = 0; i < kbsh_json_length (data, "/contents"); i++)
    if (content (ctx, json_object_array_get_idx (
                          kbsh_json_at (data, "/contents"), i)))
      return -1;
  return 0;
}
