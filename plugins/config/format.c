/* SPDX-License-Identifier: Apache-2.0
 *
 * The formats that schemas name: what a single value has to look like, and
 * the words in which that is said.
 */
#include "config.h"

#include <ctype.h>
#include <kbsh/net.h>

#define HEX "0123456789abcdefABCDEF"
#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"

int
format_networks (const char *text, struct kbsh_network *out, int room)
{
  kbsh_autofree char *copy = strdup (text);
  char *rest = copy;
  int count = 0;
  if (!copy)
    return -1;
  for (char *part; (part = strsep (&rest, ",")); count++)
    if (count >= room || kbsh_network_parse (part, 0, &out[count], NULL))
      return -1;
  return count;
}

static int
is_ip (const char *text)
{
  struct kbsh_address address;
  return !kbsh_address_parse (text, &address, NULL);
}

static int
is_cidr (const char *text)
{
  struct kbsh_network network;
  return format_networks (text, &network, 1) == 1;
}

static int
is_cidrs (const char *text)
{
  struct kbsh_network networks[2];
  return format_networks (text, networks, 2) > 0;
}

static int
is_duration (const char *text)
{
  int64_t ms;
  return *text && !isdigit ((unsigned char)text[strlen (text) - 1])
             ? !kbsh_duration_parse (text, &ms, NULL)
             : !strcmp (text, "0");
}

static int
is_quantity (const char *text)
{
  static const char *const units[]
      = { "",   "m",  "k",  "M",  "G",  "T",  "P", "E",
          "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", NULL };
  size_t digits = strspn (text, DIGITS ".");
  for (size_t i = 0; digits && units[i]; i++)
    if (!strcmp (text + digits, units[i]))
      return 1;
  return 0;
}

int
format_dns_valid (const char *text)
{
  return kbsh_dns_name_valid (text);
}

static int
is_dns_label (const char *text)
{
  return !strchr (text, '.') && strlen (text) <= 63
         && kbsh_dns_name_valid (text);
}

/* Upper case is allowed: it is made lower case afterwards. */
static int
is_san (const char *text)
{
  kbsh_autofree char *low = strdup (text);
  for (char *c = low; c && *c; c++)
    *c = (char)tolower ((unsigned char)*c);
  return low
         && (is_ip (low)
             || kbsh_dns_name_valid (!strncmp (low, "*.", 2) ? low + 2 : low));
}

static int
is_path (const char *text)
{
  return *text == '/';
}

static int
is_url (const char *text)
{
  if (!strncmp (text, "https://", 8))
    return text[8] && !strpbrk (text, " \t");
  return !strncmp (text, "http://", 7) && text[7] && !strpbrk (text, " \t");
}

static int
is_host_port (const char *text)
{
  char host[256];
  int port = 0;
  return !kbsh_host_port_split (text, host, &port, NULL)
         && (is_ip (host) || kbsh_dns_name_valid (host));
}

/* Two parts of lower case letters and digits, of 6 and 16. */
static int
is_token (const char *text)
{
  return strlen (text) == 23 && strspn (text, LOWER DIGITS) == 6
         && text[6] == '.' && strspn (text + 7, LOWER DIGITS) == 16;
}

static int
is_hex_key (const char *text)
{
  return strlen (text) == 64 && strspn (text, HEX) == 64;
}

static int
is_ca_hash (const char *text)
{
  return !strncasecmp (text, "sha256:", 7) && is_hex_key (text + 7);
}

static int
is_argument (const char *text)
{
  return isalnum ((unsigned char)*text) && !strpbrk (text, "= \t\n");
}

static int
is_socket (const char *text)
{
  return *text == '/' || (!strncmp (text, "unix:///", 8) && text[8]);
}

static int
is_token_group (const char *text)
{
  static const char prefix[] = "system:bootstrappers:";
  size_t length = strlen (text), skip = sizeof prefix - 1;
  return !strncmp (text, prefix, skip) && length > skip
         && strspn (text + skip, LOWER DIGITS ":-") == length - skip
         && strchr (LOWER DIGITS, text[length - 1]);
}

/* RFC 3339: 2026-01-31T12:00:00Z, or with an offset. */
static int
is_time (const char *text)
{
  static const char shape[] = "0000-00-00T00:00:00";
  for (size_t i = 0; shape[i]; i++)
    if (shape[i] == '0' ? !isdigit ((unsigned char)text[i])
                        : text[i] != shape[i])
      return 0;
  return strpbrk (text + sizeof shape - 1, "Z+-") != NULL;
}

static const struct format formats[] = {
  { "string", json_type_string, "a text", NULL, 0 },
  { "bool", json_type_boolean, "true or false", NULL, 0 },
  { "int", json_type_int, "a whole number", NULL, 0 },
  { "number", json_type_double, "a number", NULL, 0 },
  { "port", json_type_int, "a port, 1 to 65535", NULL, 0 },
  { "any", json_type_null, "any value", NULL, 0 },
  { "ip", json_type_string, "an IP address such as 192.0.2.1 or 2001:db8::1",
    is_ip, 0 },
  { "cidr", json_type_string, "an address range such as 10.244.0.0/16", is_cidr,
    0 },
  { "cidrs", json_type_string,
    "an address range such as 10.244.0.0/16, or an IPv4 and an IPv6 one with "
    "a comma between them",
    is_cidrs, 0 },
  { "duration", json_type_string, "a duration such as 4m0s, 90s or 1h30m",
    is_duration, 0 },
  { "quantity", json_type_string, "a quantity such as 500m, 2 or 10Mi",
    is_quantity, 0 },
  { "dns", json_type_string,
    "a DNS name (RFC 1123: lower case letters, digits, '-' and '.')",
    format_dns_valid, 0 },
  { "dns-label", json_type_string,
    "a DNS label (lower case letters, digits and '-')", is_dns_label, 0 },
  { "san", json_type_string,
    "an IP address or a DNS name (\"*.\" may stand in front)", is_san, 0 },
  { "path", json_type_string, "an absolute path", is_path, 0 },
  { "url", json_type_string, "an http:// or https:// URL", is_url, 0 },
  { "host-port", json_type_string,
    "an address or DNS name, with or without "
    "a port, such as api.example.com:6443",
    is_host_port, 0 },
  { "token", json_type_string,
    "a bootstrap token such as abcdef.0123456789abcdef", is_token, 1 },
  { "hex-key", json_type_string, "a key of 64 hexadecimal digits", is_hex_key,
    1 },
  { "ca-hash", json_type_string, "sha256: and 64 hexadecimal digits",
    is_ca_hash, 0 },
  { "argument", json_type_string,
    "the name of an argument, without dashes in front of it", is_argument, 0 },
  { "socket", json_type_string, "an absolute path, or unix:// and one",
    is_socket, 0 },
  { "token-group", json_type_string,
    "a group such as system:bootstrappers:kubeadm:default-node-token",
    is_token_group, 0 },
  { "time", json_type_string, "a time such as 2026-01-31T12:00:00Z", is_time,
    0 },
  { NULL, json_type_null, NULL, NULL, 0 },
};

const struct format *
format_find (const char *name)
{
  for (const struct format *f = formats; f->name; f++)
    if (!strcmp (f->name, name))
      return f;
  return NULL;
}
