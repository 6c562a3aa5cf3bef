/* SPDX-License-Identifier: Apache-2.0
 *
 * The address by which this machine is known to others: the one that its
 * default route would use.
 */
#include <kbsh/cleanup.h>
#include <kbsh/net.h>

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

static void
from_sockaddr (const struct sockaddr *sa, struct kbsh_address *out)
{
  memset (out, 0, sizeof *out);
  if (sa->sa_family == AF_INET)
    {
      memcpy (out->bytes, &((const struct sockaddr_in *)sa)->sin_addr, 4);
      out->bits = 32;
    }
  else
    {
      memcpy (out->bytes, &((const struct sockaddr_in6 *)sa)->sin6_addr, 16);
      out->bits = 128;
    }
}

/* Usable from other machines: no loopback, no link-local address. */
static int
is_global (const struct ifaddrs *i, int family)
{
  struct kbsh_address a;
  if (!i->ifa_addr || i->ifa_addr->sa_family != family
      || !(i->ifa_flags & IFF_UP) || (i->ifa_flags & IFF_LOOPBACK))
    return 0;
  from_sockaddr (i->ifa_addr, &a);
  if (a.bits == 32)
    return a.bytes[0] != 127 && !(a.bytes[0] == 169 && a.bytes[1] == 254);
  return !(a.bytes[0] == 0xfe && (a.bytes[1] & 0xc0) == 0x80);
}

/* The first global address of this link (NULL: of any). 0 when found. */
static int
link_address (const struct ifaddrs *list, const char *link, int family,
              struct kbsh_address *out)
{
  for (const struct ifaddrs *i = list; i; i = i->ifa_next)
    if ((!link || strcmp (i->ifa_name, link) == 0) && is_global (i, family))
      {
        from_sockaddr (i->ifa_addr, out);
        return 0;
      }
  return -1;
}

/* The link of the IPv4 default route: destination and mask are zero. */
static int
default_link4 (char link[IF_NAMESIZE])
{
  kbsh_autofile FILE *file = fopen ("/proc/net/route", "re");
  char line[256];
  unsigned destination, gateway, flags, mask;
  while (file && fgets (line, sizeof line, file))
    if (sscanf (line, "%15s %x %x %x %*s %*s %*s %x", link, &destination,
                &gateway, &flags, &mask)
            == 5
        && destination == 0 && mask == 0 && (flags & 3) == 3)
      return 0;
  return -1;
}

/* The link of the IPv6 default route: a destination of length zero. */
static int
default_link6 (char link[IF_NAMESIZE])
{
  kbsh_autofile FILE *file = fopen ("/proc/net/ipv6_route", "re");
  char line[256];
  unsigned length, flags;
  while (file && fgets (line, sizeof line, file))
    if (sscanf (line, "%*32s %x %*32s %*x %*32s %*x %*x %*x %x %15s", &length,
                &flags, link)
            == 3
        && length == 0 && (flags & 3) == 3 && strcmp (link, "lo") != 0)
      return 0;
  return -1;
}

static int
choose (const struct ifaddrs *list, struct kbsh_address *out)
{
  char link[IF_NAMESIZE] = "";
  if (default_link4 (link) == 0 && link_address (list, link, AF_INET, out) == 0)
    return 0;
  if (default_link6 (link) == 0
      && link_address (list, link, AF_INET6, out) == 0)
    return 0;
  if (link_address (list, NULL, AF_INET, out) == 0)
    return 0;
  return link_address (list, NULL, AF_INET6, out);
}

int
kbsh_address_default (struct kbsh_address *out, struct kbsh_error *err)
{
  struct ifaddrs *list = NULL;
  int found;
  if (getifaddrs (&list))
    return kbsh_error_set (err,
                           "the addresses of this machine are unknown: %m");
  found = choose (list, out);
  freeifaddrs (list);
  if (found == 0)
    return 0;
  kbsh_error_set (err, "this machine has no address that others can reach");
  kbsh_error_why (err, "no link that is up has a global address");
  return kbsh_error_remedy (err, "give a link an address and a default route");
}
