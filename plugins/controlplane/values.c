/* SPDX-License-Identifier: Apache-2.0
 *
 * The values that the tables of the components are filled from.
 */
#include "controlplane.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/rules.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

#include <string.h>

static const struct kbsh_value inputs[] = {
  { "/cluster", "config:/cluster" },
  { "/init", "config:/init" },
  { "/node", "config:/node" },
  { "/endpoint", "config:/endpoint" },
  { "/service", "config:/service" },
  { "/images", "config:/images" },
  { "/timeouts", "config:/timeouts" },
  { "/paths", "config:/paths" },
  { "/version", "config:/version" },
  { "/initial-cluster", "initial-cluster" },
  { NULL, NULL },
};

json_object *
controlplane_given (struct kbsh_ctx *ctx, json_object *component,
                    const char *what)
{
  kbsh_autofree char *where
      = kbsh_text ("config:/cluster/%s/%s",
                   kbsh_json_string (component, "/config", ""), what);
  if (!where)
    kbsh_fail_memory (ctx);
  return where ? kbsh_input (ctx, where) : NULL;
}

/* /args/COMPONENT/NAME: the arguments that the user gave. */
static json_object *
arguments (struct kbsh_ctx *ctx, json_object *component)
{
  kbsh_autojson json_object *given
      = controlplane_given (ctx, component, "extraArgs");
  kbsh_autojson json_object *map = json_object_new_object ();
  size_t n = json_object_is_type (given, json_type_array)
                 ? json_object_array_length (given)
                 : 0;
  for (size_t i = 0; map && i < n; i++)
    {
      json_object *one = json_object_array_get_idx (given, i);
      json_object_object_add (
          map, kbsh_json_string (one, "/name", ""),
          json_object_new_string (kbsh_json_string (one, "/value", "")));
    }
  return ctx->host->failed (ctx) ? NULL : kbsh_steal (&map);
}

static int
add_arguments (struct kbsh_ctx *ctx, json_object *components,
               json_object **values)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  json_object_object_foreach (components, name, component)
  {
    kbsh_autofree char *pointer = kbsh_text ("/args/%s", name);
    if (!kbsh_json_string (component, "/config", NULL))
      continue;
    json_object *map = arguments (ctx, component);
    if (!pointer || !map)
      {
        json_object_put (map);
        return kbsh_fail_memory (ctx);
      }
    if (kbsh_json_set (values, pointer, map, &err))
      return kbsh_fail_error (ctx, &err);
  }
  return 0;
}

/* /local: this machine, in the family of addresses of the API server. */
static int
add_local (struct kbsh_ctx *ctx, json_object **values)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  const char *address = kbsh_json_string (
      *values, "/init/localAPIEndpoint/advertiseAddress", "");
  int ipv6 = strchr (address, ':') != NULL;
  kbsh_autofree char *url_host
      = ipv6 ? kbsh_text ("[%s]", address) : strdup (address);
  if (!url_host)
    return kbsh_fail_memory (ctx);
  if (kbsh_json_set_string (values, "/local/address-url-host", url_host, &err)
      || kbsh_json_set_string (values, "/local/host",
                               ipv6 ? "::1" : "127.0.0.1", &err)
      || kbsh_json_set_string (values, "/local/url-host",
                               ipv6 ? "[::1]" : "127.0.0.1", &err))
    return kbsh_fail_error (ctx, &err);
  return 0;
}

/* /etcd-endpoints: those of an external etcd, as one text. */
static int
add_endpoints (struct kbsh_ctx *ctx, json_object **values)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  KBSH_CLEANUP (kbsh_buffer_free) struct kbsh_buffer text = { 0 };
  json_object *list
      = kbsh_json_at (*values, "/cluster/etcd/external/endpoints");
  if (!json_object_is_type (list, json_type_array))
    return 0;
  for (size_t i = 0; i < json_object_array_length (list); i++)
    {
      kbsh_buffer_puts (&text, i ? "," : "");
      kbsh_buffer_puts (
          &text, json_object_get_string (json_object_array_get_idx (list, i)));
    }
  kbsh_autofree char *joined = kbsh_buffer_take (&text);
  if (!joined)
    return kbsh_fail_memory (ctx);
  return kbsh_json_set_string (values, "/etcd-endpoints", joined, &err)
             ? kbsh_fail_error (ctx, &err)
             : 0;
}

/* A CA's certificate without its key: somebody else signs. The key is written
 * before the certificate, so that this is never seen halfway. */
static int
add_external_ca (struct kbsh_ctx *ctx, json_object **values)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  const char *folder = kbsh_json_string (*values, "/paths/pki", "");
  kbsh_autofree char *certificate = kbsh_text ("%s/ca.crt", folder);
  kbsh_autofree char *key = kbsh_text ("%s/ca.key", folder);
  if (!certificate || !key)
    return kbsh_fail_memory (ctx);
  int external = ctx->host->read_file (ctx, certificate, NULL) != NULL;
  if (external)
    external = ctx->host->read_file (ctx, key, NULL) == NULL;
  if (ctx->host->failed (ctx))
    return -1;
  return kbsh_json_set (values, "/external-ca",
                        json_object_new_boolean (external), &err)
             ? kbsh_fail_error (ctx, &err)
             : 0;
}

json_object *
controlplane_values (struct kbsh_ctx *ctx, json_object *components)
{
  kbsh_autojson json_object *values = kbsh_values (ctx, inputs);
  if (!values || add_arguments (ctx, components, &values)
      || add_local (ctx, &values) || add_endpoints (ctx, &values)
      || add_external_ca (ctx, &values))
    return NULL;
  return kbsh_steal (&values);
}
