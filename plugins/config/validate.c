/* SPDX-License-Identifier: Apache-2.0
 *
 * What a schema cannot say: values that have to fit to one another, to the
 * release, or to the machine.
 */
#include "config.h"

#include <kbsh/net.h>

#define INIT "InitConfiguration"
#define CLUSTER "ClusterConfiguration"

static const char *
text_at (struct config *config, const char *pointer)
{
  return kbsh_json_string (config->tree, pointer, "");
}

void
validate_name (struct config *config, const char *kind)
{
  kbsh_autofree char *at = kbsh_text ("/%s/nodeRegistration/name", kind);
  const char *name = at ? text_at (config, at) : "";
  if (!*name)
    config_problem (config, kind, "/nodeRegistration/name",
                    "the node has no name: this machine has no host name; "
                    "give one with --node-name");
  else if (!format_dns_valid (name))
    config_problem (config, kind, "/nodeRegistration/name", "\"%s\" is not %s",
                    name, format_find ("dns")->allowed);
}

static int
is_unusable (const struct kbsh_address *a)
{
  static const struct kbsh_address loopback6 = { { [15] = 1 }, 128 };
  if (a->bits == 32)
    return a->bytes[0] == 127 || a->bytes[0] == 0 || a->bytes[0] >= 224
           || (a->bytes[0] == 169 && a->bytes[1] == 254);
  return a->bytes[0] == 0xff
         || (a->bytes[0] == 0xfe && (a->bytes[1] & 0xc0) == 0x80)
         || !memcmp (a->bytes, loopback6.bytes, 16);
}

void
validate_address (struct config *config, const char *kind, const char *pointer)
{
  kbsh_autofree char *at = kbsh_text ("/%s%s", kind, pointer);
  const char *text = at ? text_at (config, at) : "";
  struct kbsh_address address;
  if (!kbsh_address_parse (text, &address, NULL) && is_unusable (&address))
    config_problem (config, kind, pointer,
                    "%s is an address that other machines cannot reach "
                    "(loopback, link-local or multicast)",
                    text);
}

static void
check_tokens (struct config *config)
{
  json_object *list = kbsh_json_at (config->tree, "/" INIT "/bootstrapTokens");
  for (size_t i = 0; list && i < json_object_array_length (list); i++)
    {
      json_object *token = json_object_array_get_idx (list, i);
      kbsh_autofree char *at = kbsh_text ("/bootstrapTokens/%zu", i);
      kbsh_autofree char *groups = kbsh_text ("/bootstrapTokens/%zu/groups", i);
      json_object *usages = kbsh_json_at (token, "/usages");
      int signs_in = 0;
      for (size_t j = 0; usages && j < json_object_array_length (usages); j++)
        signs_in |= !strcmp (
            json_object_get_string (json_object_array_get_idx (usages, j)),
            "authentication");
      if (!at || !groups)
        return;
      if (kbsh_json_at (token, "/ttl") && kbsh_json_at (token, "/expires"))
        config_problem (config, INIT, at, "ttl and expires exclude each other");
      if (!signs_in && kbsh_json_length (token, "/groups"))
        config_problem (config, INIT, groups,
                        "groups need the usage \"authentication\"");
    }
}

static void
check_gates (struct config *config)
{
  json_object *given = kbsh_json_at (config->tree, "/" CLUSTER "/featureGates");
  json_object *known = kbsh_json_at (config->release, "/feature-gates");
  struct kbsh_buffer names = { 0 };
  if (!given || !known)
    return;
  json_object_object_foreach (known, name, facts)
  {
    (void)facts;
    kbsh_buffer_printf (&names, "%s%s", names.length ? ", " : "", name);
  }
  json_object_object_foreach (given, gate, on)
  {
    kbsh_autofree char *at = kbsh_text ("/featureGates/%s", gate);
    json_object *is = NULL;
    if (!at)
      break;
    if (!json_object_object_get_ex (known, gate, &is))
      config_problem_name (config, CLUSTER, at,
                           "release %s has no such gate; it has: %s",
                           text_at (config, "/" CLUSTER "/kubernetesVersion"),
                           names.data ? names.data : "none");
    else if (kbsh_json_bool (is, "/locked", 0)
             && kbsh_json_bool (is, "/default", 0)
                    != json_object_get_boolean (on))
      config_problem (config, CLUSTER, at, "this gate is locked to %s",
                      kbsh_json_bool (is, "/default", 0) ? "true" : "false");
  }
  kbsh_buffer_free (&names);
}

static void
check_external (struct config *config)
{
  json_object *external
      = kbsh_json_at (config->tree, "/" CLUSTER "/etcd/external");
  json_object *endpoints = kbsh_json_at (external, "/endpoints");
  int ca = *kbsh_json_string (external, "/caFile", "") != '\0';
  int cert = *kbsh_json_string (external, "/certFile", "") != '\0';
  int key = *kbsh_json_string (external, "/keyFile", "") != '\0';
  if (cert != key)
    config_problem (config, CLUSTER, "/etcd/external",
                    "certFile and keyFile belong together: give both or none");
  if (cert && key && !ca)
    config_problem (config, CLUSTER, "/etcd/external",
                    "certFile and keyFile need caFile");
  if (!kbsh_json_length (external, "/endpoints"))
    config_problem (config, CLUSTER, "/etcd/external",
                    "endpoints: at least one is needed");
  for (size_t i = 0; (ca || cert || key) && endpoints
                     && i < json_object_array_length (endpoints);
       i++)
    {
      kbsh_autofree char *at = kbsh_text ("/etcd/external/endpoints/%zu", i);
      const char *url
          = json_object_get_string (json_object_array_get_idx (endpoints, i));
      if (at && strncmp (url, "https://", 8))
        config_problem (config, CLUSTER, at,
                        "\"%s\" has to begin with https:// when certificates "
                        "are given",
                        url);
    }
}

static void
check_etcd (struct config *config)
{
  int local = kbsh_json_at (config->tree, "/" CLUSTER "/etcd/local") != NULL;
  int external
      = kbsh_json_at (config->tree, "/" CLUSTER "/etcd/external") != NULL;
  if (local && external)
    config_problem (config, CLUSTER, "/etcd",
                    "local and external exclude each other");
  else if (external)
    check_external (config);
}

static void
check_validity (struct config *config)
{
  static const char *const names[]
      = { "/certificateValidityPeriod", "/caCertificateValidityPeriod" };
  int64_t ms[2] = { 0, 0 };
  for (int i = 0; i < 2; i++)
    {
      kbsh_autofree char *at = kbsh_text ("/" CLUSTER "%s", names[i]);
      if (!at || kbsh_duration_parse (text_at (config, at), &ms[i], NULL))
        return;
      if (ms[i] <= 0)
        config_problem (config, CLUSTER, names[i],
                        "a certificate has to be valid for some time");
    }
  if (ms[0] > ms[1])
    config_problem (
        config, CLUSTER, names[0],
        "certificates cannot be valid for longer than their CA "
        "(%s)",
        text_at (config, "/" CLUSTER "/caCertificateValidityPeriod"));
}

/* kbsh makes keys of any kind for any release; that release's kubeadm, which
 * may renew them one day, does not. */
static void
check_algorithm (struct config *config)
{
  const char *given = text_at (config, "/" CLUSTER "/encryptionAlgorithm");
  json_object *known
      = kbsh_json_at (config->release, "/certificate-rules/algorithms");
  int found = 0, ecdsa = !strcmp (given, "ECDSA-P256");
  for (size_t i = 0; known && i < json_object_array_length (known); i++)
    found |= !strcmp (
        given, json_object_get_string (json_object_array_get_idx (known, i)));
  if (!found)
    config_warn (config, CLUSTER, "/encryptionAlgorithm",
                 "kubeadm of %s makes no %s keys: it would renew "
                 "certificates with another kind",
                 text_at (config, "/" CLUSTER "/kubernetesVersion"), given);
  else if (ecdsa && kbsh_json_at (config->release, "/api/stored")
           && strcmp (kbsh_json_string (config->release, "/api/stored", ""),
                      CONFIG_NEWEST)
           && !config_gate (config, "PublicKeysECDSA"))
    config_warn (config, CLUSTER, "/encryptionAlgorithm",
                 "kubeadm of %s makes ECDSA keys only with the gate "
                 "PublicKeysECDSA",
                 text_at (config, "/" CLUSTER "/kubernetesVersion"));
}

/* "all" is not for files, and stands alone. */
void
validate_ignored (struct config *config, const char *kind, const char *pointer)
{
  kbsh_autofree char *at = kbsh_text ("/%s%s", kind, pointer);
  json_object *list = at ? kbsh_json_at (config->tree, at) : NULL;
  kbsh_autojson json_object *flag
      = kbsh_input (config->ctx, "ignore-preflight-errors");
  size_t count = list ? json_object_array_length (list) : 0;
  size_t from_flag = json_object_is_type (flag, json_type_array)
                         ? json_object_array_length (flag)
                     : flag ? 1
                            : 0;
  for (size_t i = 0; i < count; i++)
    {
      const char *name
          = json_object_get_string (json_object_array_get_idx (list, i));
      if (strcasecmp (name, "all"))
        continue;
      if (i + from_flag < count)
        config_problem (config, kind, pointer,
                        "\"all\" cannot be said in a file: name the checks");
      else if (count > 1)
        config_problem (config, kind, pointer,
                        "beside \"all\" there is nothing more to ignore");
    }
}

void
validate_timeouts (struct config *config, const char *kind)
{
  kbsh_autofree char *all = kbsh_text ("/%s/timeouts", kind);
  json_object *timeouts = all ? kbsh_json_at (config->tree, all) : NULL;
  if (!timeouts)
    return;
  json_object_object_foreach (timeouts, name, value)
  {
    kbsh_autofree char *at = kbsh_text ("/timeouts/%s", name);
    int64_t ms = 0;
    if (at && !kbsh_duration_parse (json_object_get_string (value), &ms, NULL)
        && ms <= 0)
      config_problem (config, kind, at, "a time-out has to be more than 0");
  }
}

void
config_validate (struct config *config)
{
  validate_name (config, INIT);
  validate_address (config, INIT, "/localAPIEndpoint/advertiseAddress");
  check_tokens (config);
  check_gates (config);
  check_etcd (config);
  check_validity (config);
  check_algorithm (config);
  validate_ignored (config, INIT, "/nodeRegistration/ignorePreflightErrors");
  validate_timeouts (config, INIT);
  validate_networking (config);
}
