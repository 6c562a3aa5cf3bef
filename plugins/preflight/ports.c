/* SPDX-License-Identifier: Apache-2.0
 *
 * Port-N: nothing else listens where the components will.
 */
#include "preflight.h"

#include <stdlib.h>
#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>

/* Who shall have this port, from the data; the caller frees. */
static char *
owner_of (struct kbsh_ctx *ctx, const char *port)
{
  kbsh_autojson json_object *data = data_of (ctx, "ports.yaml");
  json_object *list = kbsh_json_at (data, "/ports");
  for (size_t i = 0; i < kbsh_json_length (data, "/ports"); i++)
    {
      json_object *one = json_object_array_get_idx (list, i);
      json_object *number = kbsh_json_at (one, "/port");
      if (number && !strcmp (json_object_get_string (number), port))
        return strdup (kbsh_json_string (one, "/component", ""));
    }
  return strdup ("");
}

/* Held by the very component that kbsh itself set up here earlier. Where the
 * holder cannot be seen, that the component runs has to do. */
static int
held_by_own (struct kbsh_ctx *ctx, const char *component, int pid,
             const char *holder)
{
  if (!*component || !own_component (ctx, component))
    return 0;
  return pid ? !strncmp (holder, component, 15)
             : process_named (ctx, component) != 0;
}

static int
visit (struct kbsh_ctx *ctx, const char *name, const char *rest,
       enum kbsh_severity severity)
{
  unsigned long inode = 0;
  char holder[64] = "";
  int pid;
  if (!port_listening (ctx, atoi (rest), &inode))
    return kbsh_passed (ctx, name);
  pid = socket_holder (ctx, inode, holder);
  kbsh_autofree char *component = owner_of (ctx, rest);
  if (!component)
    return kbsh_fail_memory (ctx);
  if (held_by_own (ctx, component, pid, holder))
    return kbsh_passed (ctx, name);
  kbsh_autofree char *needed = kbsh_text (
      "a port that is free%s%s", *component ? ", for " : "", component);
  kbsh_autofree char *remedy
      = pid ? kbsh_text ("end process %d, or: ss -ltnp 'sport = :%s'", pid,
                         rest)
            : kbsh_text ("see who it is: ss -ltnp 'sport = :%s'", rest);
  return pid ? kbsh_found (ctx, name, severity, needed, remedy,
                           "port %s is in use by %s (process %d)", rest, holder,
                           pid)
             : kbsh_found (ctx, name, severity, needed, remedy,
                           "port %s is in use", rest);
}

int
check_ports (struct kbsh_ctx *ctx)
{
  return severity_each (ctx, "Port-", visit);
}
