/* SPDX-License-Identifier: Apache-2.0
 *
 * Addresses and networks: parsing, containment, counting.
 */
#include <kbsh/net.h>
#include <kbsh/text.h>

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
kbsh_address_parse (const char *text, struct kbsh_address *out,
                    struct kbsh_error *err)
{
  struct kbsh_address a = { { 0 }, 0 };
  if (inet_pton (AF_INET, text, a.bytes) == 1)
    a.bits = 32;
  else if (inet_pton (AF_INET6, text, a.bytes) == 1)
    a.bits = 128;
  else
    return kbsh_error_set (err, "\"%.80s\" is no IP address", text);
  *out = a;
  return 0;
}

void
kbsh_address_text (const struct kbsh_address *address, char out[46])
{
  if (!inet_ntop (address->bits == 32 ? AF_INET : AF_INET6, address->bytes, out,
                  46))
    out[0] = '\0';
}

/* Zero what is beyond the prefix; 1 when there was something. */
static int
mask (struct kbsh_address *a, int prefix)
{
  int had = 0;
  for (int bit = prefix; bit < a->bits; bit++)
    {
      uint8_t flag = (uint8_t)(0x80 >> (bit % 8));
      had |= a->bytes[bit / 8] & flag;
      a->bytes[bit / 8] &= (uint8_t)~flag;
    }
  return had != 0;
}

static int
parse_prefix (const char *text, int bits)
{
  size_t n = strlen (text);
  int value;
  if (n < 1 || n > 3 || strspn (text, "0123456789") != n
      || (n > 1 && *text == '0'))
    return -1;
  value = atoi (text);
  return value <= bits ? value : -1;
}

int
kbsh_network_parse (const char *text, int lenient, struct kbsh_network *out,
                    struct kbsh_error *err)
{
  struct kbsh_network n;
  char address[64];
  const char *slash = strchr (text, '/');
  size_t length = slash ? (size_t)(slash - text) : 0;
  if (!slash || length >= sizeof address)
    {
      kbsh_error_set (err, "\"%.80s\" is no network", text);
      return kbsh_error_remedy (err, "write it as in 10.96.0.0/12");
    }
  memcpy (address, text, length);
  address[length] = '\0';
  if (kbsh_address_parse (address, &n.address, err))
    return kbsh_error_wrap (err, "\"%.80s\" is no network", text);
  n.prefix = parse_prefix (slash + 1, n.address.bits);
  if (n.prefix < 0)
    return kbsh_error_set (err,
                           "\"%.80s\" is no network: the prefix must be a "
                           "number from 0 to %d",
                           text, n.address.bits);
  if (mask (&n.address, n.prefix) && !lenient)
    {
      char right[50];
      kbsh_network_text (&n, right);
      return kbsh_error_set (
          err,
          "\"%.80s\" is no network: it has host bits set; did you mean %s?",
          text, right);
    }
  *out = n;
  return 0;
}

void
kbsh_network_text (const struct kbsh_network *network, char out[50])
{
  char address[46];
  kbsh_address_text (&network->address, address);
  snprintf (out, 50, "%s/%d", address, network->prefix);
}

int
kbsh_network_contains (const struct kbsh_network *network,
                       const struct kbsh_address *address)
{
  struct kbsh_address a = *address;
  if (a.bits != network->address.bits)
    return 0;
  mask (&a, network->prefix);
  return memcmp (a.bytes, network->address.bytes, 16) == 0;
}

int
kbsh_network_overlap (const struct kbsh_network *a,
                      const struct kbsh_network *b)
{
  return kbsh_network_contains (a, &b->address)
         || kbsh_network_contains (b, &a->address);
}

int
kbsh_network_nth (const struct kbsh_network *network, uint64_t index,
                  struct kbsh_address *out)
{
  struct kbsh_address a = network->address;
  int host_bits = a.bits - network->prefix;
  if (host_bits < 64 && index >> host_bits)
    return -1;
  for (int i = a.bits / 8 - 1; i >= 0 && index; i--)
    {
      index += a.bytes[i];
      a.bytes[i] = (uint8_t)index;
      index >>= 8;
    }
  *out = a;
  return 0;
}

static int
parse_port (const char *text, int *port)
{
  size_t n = strlen (text);
  if (n < 1 || n > 5 || strspn (text, "0123456789") != n)
    return -1;
  *port = atoi (text);
  return *port >= 1 && *port <= 65535 ? 0 : -1;
}

/* Where the host ends and, unless there is none, the port begins. */
static const char *
split_bracket (const char *text, const char **host, size_t *length)
{
  const char *end = strchr (text, ']');
  if (!end || (end[1] && end[1] != ':'))
    return NULL;
  *host = text + 1;
  *length = (size_t)(end - text - 1);
  return end[1] ? end + 2 : "";
}

static const char *
split_plain (const char *text, const char **host, size_t *length)
{
  const char *colon = strchr (text, ':');
  *host = text;
  *length = colon ? (size_t)(colon - text) : strlen (text);
  if (colon && strchr (colon + 1, ':')) /* a bare IPv6 address */
    {
      *length = strlen (text);
      return "";
    }
  return colon ? (colon[1] ? colon + 1 : NULL) : "";
}

int
kbsh_host_port_split (const char *text, char host[256], int *port,
                      struct kbsh_error *err)
{
  const char *begin = NULL, *rest;
  size_t length = 0;
  rest = *text == '[' ? split_bracket (text, &begin, &length)
                      : split_plain (text, &begin, &length);
  if (!rest || length == 0 || length > 255)
    return kbsh_error_set (err, "\"%.80s\" is no host or host:port", text);
  *port = 0;
  if (*rest && parse_port (rest, port))
    return kbsh_error_set (err,
                           "\"%.80s\": the port must be a number from 1 to "
                           "65535",
                           text);
  memcpy (host, begin, length);
  host[length] = '\0';
  return 0;
}

char *
kbsh_host_port_join (const char *host, int port)
{
  return strchr (host, ':') ? kbsh_text ("[%s]:%d", host, port)
                            : kbsh_text ("%s:%d", host, port);
}

static int
label_valid (const char *label, size_t n)
{
  if (n < 1 || n > 63 || label[0] == '-' || label[n - 1] == '-')
    return 0;
  for (size_t i = 0; i < n; i++)
    if (!islower ((unsigned char)label[i]) && !isdigit ((unsigned char)label[i])
        && label[i] != '-')
      return 0;
  return 1;
}

int
kbsh_dns_name_valid (const char *text)
{
  if (strlen (text) > 253)
    return 0;
  for (;;)
    {
      size_t n = strcspn (text, ".");
      if (!label_valid (text, n))
        return 0;
      if (!text[n])
        return 1;
      text += n + 1;
    }
}
