/* SPDX-License-Identifier: Apache-2.0
 *
 * kbsh/net.h - addresses and networks, IPv4 and IPv6. Since 1.0.
 */
#ifndef KBSH_NET_H
#define KBSH_NET_H

#include <stddef.h>
#include <stdint.h>

#include <kbsh/error.h>

struct kbsh_address
{
  uint8_t bytes[16]; /* network order; IPv4 uses the first four */
  int bits;          /* 32 or 128 */
};

struct kbsh_network
{
  struct kbsh_address address; /* host bits are zero */
  int prefix;
};

int kbsh_address_parse (const char *text, struct kbsh_address *out,
                        struct kbsh_error *err);
/* Canonical text (RFC 5952); out has room for 46 bytes. */
void kbsh_address_text (const struct kbsh_address *address, char out[46]);

/* "10.96.0.0/12": host bits must be zero unless `lenient`. */
int kbsh_network_parse (const char *text, int lenient,
                        struct kbsh_network *out, struct kbsh_error *err);
void kbsh_network_text (const struct kbsh_network *network, char out[50]);
int kbsh_network_contains (const struct kbsh_network *network,
                           const struct kbsh_address *address);
int kbsh_network_overlap (const struct kbsh_network *a,
                          const struct kbsh_network *b);
/* The address `index` places after the first one of the network (index 0);
 * -1 when it is outside. */
int kbsh_network_nth (const struct kbsh_network *network, uint64_t index,
                      struct kbsh_address *out);

/* The address by which this machine reaches the default gateway (IPv4 first,
 * then IPv6), else the first global address of any link that is up. */
int kbsh_address_default (struct kbsh_address *out, struct kbsh_error *err);

/* "host:port" or "[v6]:port" or "host" (port 0). host has room for 256. */
int kbsh_host_port_split (const char *text, char host[256], int *port,
                          struct kbsh_error *err);
/* With brackets around IPv6; the caller frees. */
char *kbsh_host_port_join (const char *host, int port);
/* RFC 1123 subdomain, as Kubernetes wants for the names of nodes. */
int kbsh_dns_name_valid (const char *text);

#endif
