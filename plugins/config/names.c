/* SPDX-License-Identifier: Apache-2.0
 *
 * Certificates, kubeconfigs and checks: the release's templates, filled.
 */
#include "config.h"

#include <kbsh/net.h>

#define CLUSTER "/ClusterConfiguration"

/* Addresses and names go to different lists of a certificate. */
static int
add_san (struct config *config, const char *of, const char *san)
{
  struct kbsh_address address;
  int ip = !kbsh_address_parse (san, &address, NULL);
  kbsh_autofree char *to = kbsh_text ("/sans/%s/%s/-", of, ip ? "ip" : "dns");
  return to ? facts_put (config, to, json_object_new_string (san))
            : kbsh_fail_memory (config->ctx);
}

static int
put_sans (struct config *config, const char *of, const char *from,
          const char *first)
{
  json_object *list = kbsh_json_at (config->tree, from);
  kbsh_autofree char *dns = kbsh_text ("/sans/%s/dns", of);
  kbsh_autofree char *ip = kbsh_text ("/sans/%s/ip", of);
  if (!dns || !ip)
    return kbsh_fail_memory (config->ctx);
  if (facts_put (config, dns, json_object_new_array ())
      || facts_put (config, ip, json_object_new_array ())
      || (first && add_san (config, of, first)))
    return -1;
  for (size_t i = 0; list && i < json_object_array_length (list); i++)
    if (add_san (config, of,
                 json_object_get_string (json_object_array_get_idx (list, i))))
      return -1;
  return 0;
}

static int
put_all_sans (struct config *config)
{
  char host[256];
  int port;
  const char *endpoint
      = kbsh_json_string (config->tree, CLUSTER "/controlPlaneEndpoint", NULL);
  const char *first
      = endpoint && !kbsh_host_port_split (endpoint, host, &port, NULL) ? host
                                                                        : NULL;
  return put_sans (config, "apiserver", CLUSTER "/apiServer/certSANs", first)
         || put_sans (config, "etcd-server",
                      CLUSTER "/etcd/local/serverCertSANs", NULL)
         || put_sans (config, "etcd-peer", CLUSTER "/etcd/local/peerCertSANs",
                      NULL);
}

static int
has_text (json_object *list, json_object *value)
{
  for (size_t i = 0; i < json_object_array_length (list); i++)
    if (kbsh_json_equal (json_object_array_get_idx (list, i), value))
      return 1;
  return 0;
}

static int
flatten (json_object *from, json_object *into)
{
  for (size_t i = 0; i < json_object_array_length (from); i++)
    {
      json_object *one = json_object_array_get_idx (from, i);
      if (json_object_is_type (one, json_type_array))
        {
          if (flatten (one, into))
            return -1;
        }
      else if (!has_text (into, one)
               && json_object_array_add (into, json_object_get (one)))
        return -1;
    }
  return 0;
}

/* A list of the filled template: lists in it become its elements, and what is
 * there twice is there once; there and empty when it was not given. */
static int
settle_list (json_object *spec, const char *name)
{
  json_object *from = NULL, *into = json_object_new_array ();
  if (!into)
    return -1;
  if (json_object_object_get_ex (spec, name, &from) && from
      && flatten (from, into))
    {
      json_object_put (into);
      return -1;
    }
  return json_object_object_add (spec, name, into);
}

static json_object *
seconds (json_object *rules, const char *pointer)
{
  int64_t ms = 0;
  kbsh_duration_parse (kbsh_json_string (rules, pointer, "0s"), &ms, NULL);
  return json_object_new_int64 (ms / 1000);
}

/* Add the rules of its sort to a certificate. */
static int
settle_certificate (struct config *config, json_object *spec,
                    json_object *all_rules)
{
  static const char *const lists[]
      = { "organizations", "dnsNames", "ipAddresses", "usages" };
  int leaf = kbsh_json_at (spec, "/ca") != NULL;
  json_object *rules = kbsh_json_at (all_rules, leaf ? "/leaf" : "/ca");
  const char *name = kbsh_json_string (spec, "/commonName", "");
  for (size_t i = 0; i < 4; i++)
    if (settle_list (spec, lists[i]))
      return kbsh_fail_memory (config->ctx);
  if (json_object_object_add (
          spec, "algorithm",
          json_object_new_string (kbsh_json_string (
              config->tree, CLUSTER "/encryptionAlgorithm", ""))))
    return kbsh_fail_memory (config->ctx);
  json_object_object_add (spec, "validity", seconds (rules, "/validity"));
  json_object_object_add (spec, "backdate", seconds (rules, "/backdate"));
  json_object_object_add (
      spec, "notBefore",
      json_object_new_string (kbsh_json_string (rules, "/not-before", "now")));
  if (leaf)
    json_object_object_add (
        spec, "caFalse",
        json_object_new_boolean (kbsh_json_bool (rules, "/ca-false", 0)));
  else
    json_object_object_add (
        spec, "dnsName",
        json_object_new_string (kbsh_json_bool (rules, "/dns-name", 0) ? name
                                                                       : ""));
  return 0;
}

/* A section of the release, filled. The caller owns it. */
static json_object *
fill (struct config *config, const char *section)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  json_object *tree = kbsh_json_at (config->release, section);
  json_object *filled
      = tree ? kbsh_template_values (tree, config->facts, &err) : NULL;
  if (!filled)
    {
      if (tree)
        kbsh_fail_error (config->ctx, &err);
      else
        kbsh_fail (config->ctx, NULL, "install kbsh again",
                   "the release table has no %s", section + 1);
    }
  return filled;
}

static int
put_certificates (struct config *config, json_object *rules)
{
  json_object *all = fill (config, "/certificates");
  if (!all)
    return -1;
  json_object_object_foreach (all, name, spec)
  {
    (void)name;
    if (settle_certificate (config, spec, rules))
      {
        json_object_put (all);
        return -1;
      }
  }
  return facts_put (config, "/certificates", all);
}

static int
put_kubeconfigs (struct config *config, json_object *rules)
{
  json_object *all = fill (config, "/kubeconfigs");
  if (!all)
    return -1;
  json_object_object_foreach (all, name, spec)
  {
    (void)name;
    const char *user = kbsh_json_string (spec, "/commonName", "");
    static const char usages[] = "usages";
    json_object *client = json_object_new_array ();
    json_object_array_add (client, json_object_new_string ("client"));
    if (json_object_object_add (spec, "user", json_object_new_string (user))
        || json_object_object_add (spec, "ca", json_object_new_string ("ca"))
        || json_object_object_add (spec, usages, client)
        || settle_certificate (config, spec, rules))
      {
        json_object_put (all);
        return kbsh_fail_memory (config->ctx);
      }
  }
  return facts_put (config, "/kubeconfigs", all);
}

/* Over the checks of init those that joining changes. */
static int
lay_join (struct config *config, json_object **all)
{
  kbsh_autojson json_object *base = *all;
  kbsh_autojson json_object *over
      = fill (config, config->worker ? "/join-preflight/worker"
                                     : "/join-preflight/control-plane");
  *all = over ? config_overlay (base, over) : NULL;
  if (over && !*all)
    return kbsh_fail_memory (config->ctx);
  return over ? 0 : -1;
}

static int
put_preflight (struct config *config)
{
  json_object *all = fill (config, "/preflight");
  if (!all || (config->join && lay_join (config, &all)))
    return -1;
  json_object_object_foreach (all, name, severity)
  {
    if (!strcmp (json_object_get_string (severity), "none"))
      json_object_object_del (all, name);
  }
  return facts_put (config, "/preflight", all);
}

int
facts_names (struct config *config)
{
  kbsh_autojson json_object *rules = NULL;
  if (put_all_sans (config))
    return -1;
  rules = fill (config, "/certificate-rules");
  return !rules || put_certificates (config, rules)
                 || put_kubeconfigs (config, rules) || put_preflight (config)
             ? -1
             : 0;
}
