/* SPDX-License-Identifier: Apache-2.0
 *
 * HTTPProxy and HTTPProxyCIDR: traffic within the cluster should not go
 * through a proxy of the environment.
 */
#include "preflight.h"

#include <stdlib.h>
#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/net.h>

static const char *
environment (const char *upper, const char *lower)
{
  const char *value = getenv (upper);
  if (!value || !*value)
    value = getenv (lower);
  return value && *value ? value : NULL;
}

/* Does one entry of NO_PROXY ("*", address, network) cover the address? */
static int
covers (const char *entry, const struct kbsh_address *address)
{
  struct kbsh_network network;
  struct kbsh_address same;
  if (!strcmp (entry, "*"))
    return 1;
  if (!kbsh_network_parse (entry, 1, &network, NULL))
    return kbsh_network_contains (&network, address);
  return !kbsh_address_parse (entry, &same, NULL) && same.bits == address->bits
         && !memcmp (same.bytes, address->bytes, (size_t)same.bits / 8);
}

static int
loopback (const struct kbsh_address *address)
{
  static const uint8_t one[16] = { [15] = 1 };
  return address->bits == 32 ? address->bytes[0] == 127
                             : !memcmp (address->bytes, one, 16);
}

/* A name is covered by itself, and by the domain it is in. */
static int
covers_name (const char *entry, const char *name)
{
  size_t length, whole = strlen (name);
  if (!strcmp (entry, "*"))
    return 1;
  entry += *entry == '.';
  length = strlen (entry);
  return length && length <= whole && !strcasecmp (name + whole - length, entry)
         && (length == whole || name[whole - length - 1] == '.');
}

/* The proxy that a request to this host would go through, or NULL. Without an
 * address it is a name. */
static const char *
proxy_for (const char *host, const struct kbsh_address *address)
{
  const char *proxy = environment ("HTTPS_PROXY", "https_proxy");
  const char *list = environment ("NO_PROXY", "no_proxy");
  kbsh_autofree char *copy = list ? strdup (list) : NULL;
  char *rest = copy, *entry;
  if (!proxy || (address && loopback (address)))
    return NULL;
  while (rest && (entry = strsep (&rest, ", ")))
    if (*entry
        && (address ? covers (entry, address) : covers_name (entry, host)))
      return NULL;
  return proxy;
}

/* A proxy's address may have a password in it. */
static const char *
shown (const char *proxy)
{
  const char *at = strrchr (proxy, '@');
  return at ? at + 1 : proxy;
}

static int
report (struct kbsh_ctx *ctx, const char *name, enum kbsh_severity severity,
        const char *what, const struct kbsh_address *address)
{
  const char *proxy = proxy_for (what, address);
  kbsh_autofree char *remedy
      = kbsh_text ("export NO_PROXY=\"$NO_PROXY,%s\"", what);
  if (!proxy)
    return kbsh_passed (ctx, name);
  return kbsh_found (ctx, name, severity, "a direct connection", remedy,
                     "connections to %s go through the proxy %s", what,
                     shown (proxy));
}

/* All networks of a list with commas. */
static int
networks (struct kbsh_ctx *ctx, const char *where)
{
  enum kbsh_severity severity = severity_of (ctx, "HTTPProxyCIDR");
  kbsh_autofree char *copy = strdup (kbsh_input_string (ctx, where, ""));
  char *rest = copy, *entry;
  while (severity != KBSH_PASSED && rest && (entry = strsep (&rest, ",")))
    {
      struct kbsh_network network;
      struct kbsh_address first;
      if (!*entry || kbsh_network_parse (entry, 1, &network, NULL)
          || kbsh_network_nth (&network, 1, &first))
        continue;
      if (report (ctx, "HTTPProxyCIDR", severity, entry, &first))
        return -1;
    }
  return 0;
}

static int
host (struct kbsh_ctx *ctx, const char *text)
{
  enum kbsh_severity severity = severity_of (ctx, "HTTPProxy");
  struct kbsh_address address;
  if (severity == KBSH_PASSED || !*text)
    return 0;
  return report (ctx, "HTTPProxy", severity, text,
                 kbsh_address_parse (text, &address, NULL) ? NULL : &address);
}

/* Where the API servers are that this machine joins. */
static int
joined (struct kbsh_ctx *ctx)
{
  const char *endpoint
      = kbsh_input_string (ctx, "config:/endpoint/control-plane", "");
  char name[256];
  int port;
  if (!kbsh_input_string (ctx, "config:/discovered/server", NULL)
      || kbsh_host_port_split (endpoint, name, &port, NULL))
    return 0;
  return host (ctx, name);
}

/* A worker has no API server of its own. */
static int
own_server (struct kbsh_ctx *ctx)
{
  if (joins_as_worker (ctx))
    return 0;
  return host (ctx, kbsh_input_string (
                        ctx, "config:/init/localAPIEndpoint/advertiseAddress",
                        kbsh_input_string (ctx, "config:/node/address", "")));
}

int
check_proxy (struct kbsh_ctx *ctx)
{
  return own_server (ctx) || joined (ctx)
                 || networks (ctx, "config:/cluster/networking/serviceSubnet")
                 || networks (ctx, "config:/cluster/networking/podSubnet")
             ? -1
             : 0;
}
