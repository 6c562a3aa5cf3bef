/* SPDX-License-Identifier: Apache-2.0
 *
 * Hostname: the node's name is a valid one, and leads to an address.
 */
#include "preflight.h"

#include <netdb.h>
#include <stdlib.h>
#include <string.h>

#include <kbsh/net.h>

/* /etc/hosts answers without asking anybody. */
static int
in_hosts (struct kbsh_ctx *ctx, const char *name)
{
  const char *text = root_read (ctx, "/etc/hosts");
  size_t length = strlen (name);
  while (text && (text = strstr (text, name)))
    {
      if (strchr (" \t", text[-1]) && strchr (" \t\n", text[length]))
        return 1;
      text += length;
    }
  return 0;
}

static int
resolves (const char *name)
{
  struct addrinfo *list = NULL;
  int r;
  /* A name server that is not there must not keep everything waiting. */
  setenv ("RES_OPTIONS", "timeout:1 attempts:2", 1);
  r = getaddrinfo (name, NULL, NULL, &list);
  if (!r)
    freeaddrinfo (list);
  return !r;
}

int
check_hostname (struct kbsh_ctx *ctx)
{
  enum kbsh_severity severity = severity_of (ctx, "Hostname");
  const char *name = kbsh_input_string (ctx, "config:/node/name", "");
  if (severity == KBSH_PASSED || !*name)
    return 0;
  if (!kbsh_dns_name_valid (name))
    return kbsh_found (ctx, "Hostname", severity,
                       "lower case letters, digits, '-' and '.'",
                       "choose another one with --node-name",
                       "'%s' is not a valid name of a node", name);
  if (in_hosts (ctx, name) || resolves (name))
    return kbsh_passed (ctx, "Hostname");
  return kbsh_found (ctx, "Hostname", severity, "a name that has an address",
                     "add it to /etc/hosts, with this machine's address",
                     "the host name %s could not be resolved", name);
}
