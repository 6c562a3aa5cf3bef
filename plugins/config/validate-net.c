/* SPDX-License-Identifier: Apache-2.0
 *
 * Subnets: their number and families, their sizes, the nodes' parts of the
 * pods' one, and that none lies in another.
 */
#include "config.h"

#include <kbsh/net.h>

#define CLUSTER "ClusterConfiguration"

enum
{
  LEAST_SERVICES = 10, /* DNS has the tenth address */
  LEAST_PODS = 14,
  MOST_SERVICE_BITS = 20, /* the API server's own limit */
  MOST_NODE_BITS = 16     /* the controller manager's own limit */
};

struct subnets
{
  const char *pointer, *text;
  struct kbsh_network networks[2];
  int count;
};

static int
free_bits (const struct kbsh_network *network)
{
  return network->address.bits - network->prefix;
}

static int
dual_stack (struct config *config)
{
  const char *gate = kbsh_json_string (config->release, "/dual-stack-gate", "");
  return !*gate || config_gate (config, gate);
}

/* What the schema found wrong already has no networks here. */
static void
read_subnets (struct config *config, struct subnets *s)
{
  kbsh_autofree char *at = kbsh_text ("/" CLUSTER "%s", s->pointer);
  s->text = at ? kbsh_json_string (config->tree, at, "") : "";
  s->count = *s->text ? format_networks (s->text, s->networks, 2) : 0;
  if (s->count < 2)
    return;
  if (s->networks[0].address.bits == s->networks[1].address.bits)
    config_problem (config, CLUSTER, s->pointer,
                    "\"%s\": two subnets have to be one of each family",
                    s->text);
  else if (!dual_stack (config))
    config_problem (config, CLUSTER, s->pointer,
                    "\"%s\": this release needs the gate %s for two subnets",
                    s->text,
                    kbsh_json_string (config->release, "/dual-stack-gate", ""));
}

static void
check_least (struct config *config, const struct subnets *s, uint64_t least)
{
  char text[50];
  for (int i = 0; i < s->count; i++)
    if (free_bits (&s->networks[i]) < 20
        && (1ULL << free_bits (&s->networks[i])) < least)
      {
        kbsh_network_text (&s->networks[i], text);
        config_problem (config, CLUSTER, s->pointer,
                        "%s is too small: at least %llu addresses are needed",
                        text, (unsigned long long)least);
      }
}

static void
check_services (struct config *config, const struct subnets *s)
{
  char text[50];
  check_least (config, s, LEAST_SERVICES);
  for (int i = 0; i < s->count; i++)
    if (free_bits (&s->networks[i]) > MOST_SERVICE_BITS)
      {
        kbsh_network_text (&s->networks[i], text);
        config_problem (config, CLUSTER, s->pointer,
                        "%s is too large: the prefix has to be /%d or longer",
                        text, s->networks[i].address.bits - MOST_SERVICE_BITS);
      }
}

/* The controller manager's argument, or its default. */
static int
node_prefix (struct config *config, int bits, int both)
{
  json_object *args
      = kbsh_json_at (config->tree, "/" CLUSTER "/controllerManager/extraArgs");
  const char *name = !both        ? "node-cidr-mask-size"
                     : bits == 32 ? "node-cidr-mask-size-ipv4"
                                  : "node-cidr-mask-size-ipv6";
  int prefix = bits == 32 ? 24 : 64;
  for (size_t i = 0; args && i < json_object_array_length (args); i++)
    {
      json_object *one = json_object_array_get_idx (args, i);
      if (!strcmp (kbsh_json_string (one, "/name", ""), name))
        prefix = atoi (kbsh_json_string (one, "/value", "0"));
    }
  return prefix;
}

static void
check_pods (struct config *config, const struct subnets *s)
{
  char text[50];
  check_least (config, s, LEAST_PODS);
  for (int i = 0; i < s->count; i++)
    {
      const struct kbsh_network *n = &s->networks[i];
      int prefix = node_prefix (config, n->address.bits, s->count > 1);
      kbsh_network_text (n, text);
      if (n->prefix > prefix)
        config_problem (config, CLUSTER, s->pointer,
                        "%s is smaller than one node's part of it, a /%d", text,
                        prefix);
      else if (prefix - n->prefix > MOST_NODE_BITS)
        config_problem (config, CLUSTER, s->pointer,
                        "%s is too large for nodes with a /%d each: the "
                        "difference cannot be more than %d",
                        text, prefix, MOST_NODE_BITS);
    }
}

static void
check_apart (struct config *config, const struct subnets *pods,
             const struct subnets *services)
{
  char a[50], b[50];
  for (int i = 0; i < pods->count; i++)
    for (int j = 0; j < services->count; j++)
      if (kbsh_network_overlap (&pods->networks[i], &services->networks[j]))
        {
          kbsh_network_text (&pods->networks[i], a);
          kbsh_network_text (&services->networks[j], b);
          config_problem (config, CLUSTER, pods->pointer,
                          "%s overlaps with the serviceSubnet %s", a, b);
        }
}

/* A node's own address has to lie outside. */
static void
check_address (struct config *config, const struct subnets *s)
{
  const char *address = kbsh_json_string (
      config->tree, "/InitConfiguration/localAPIEndpoint/advertiseAddress", "");
  struct kbsh_address a;
  if (kbsh_address_parse (address, &a, NULL))
    return;
  for (int i = 0; i < s->count; i++)
    if (kbsh_network_contains (&s->networks[i], &a))
      config_warn (config, CLUSTER, s->pointer,
                   "the API server's address %s lies in it: what is sent "
                   "there may not arrive",
                   address);
}

void
validate_networking (struct config *config)
{
  struct subnets pods = { .pointer = "/networking/podSubnet" };
  struct subnets services = { .pointer = "/networking/serviceSubnet" };
  read_subnets (config, &pods);
  read_subnets (config, &services);
  check_services (config, &services);
  check_pods (config, &pods);
  check_apart (config, &pods, &services);
  check_address (config, &pods);
  check_address (config, &services);
}
