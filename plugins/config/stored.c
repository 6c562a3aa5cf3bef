/* SPDX-License-Identifier: Apache-2.0
 *
 * What the release's own kubeadm stores in the cluster: ClusterConfiguration
 * and, in old releases, ClusterStatus.
 */
#include "config.h"

#define KINDS_INIT "/InitConfiguration"
#define KINDS_CLUSTER "/ClusterConfiguration"

/* Lists and texts that are empty are not written. */
static void
prune (json_object *tree)
{
  json_object_object_foreach (tree, key, value)
  {
    if ((json_object_is_type (value, json_type_array)
         && !json_object_array_length (value))
        || (json_object_is_type (value, json_type_string)
            && !json_object_get_string_len (value)))
      json_object_object_del (tree, key);
    else if (json_object_is_type (value, json_type_object))
      prune (value);
  }
}

json_object *
config_stored (struct config *config, json_object *given)
{
  const char *api
      = kbsh_json_string (config->release, "/api/stored", CONFIG_NEWEST);
  kbsh_autojson json_object *tree
      = kbsh_json_copy (given ? given : config->tree);
  kbsh_autofree char *version = kbsh_text ("kubeadm.k8s.io/%s", api);
  json_object *cluster, *whole;
  if (!tree || !version || convert_to_older (config, api, &tree, 1))
    return NULL;
  cluster = kbsh_json_at (tree, KINDS_CLUSTER);
  if (!cluster)
    return NULL;
  prune (cluster);
  whole = config_overlay (kbsh_json_at (config->release, "/stored/cluster"),
                          cluster);
  if (kbsh_json_set_string (&whole, "/apiVersion", version, NULL)
      || kbsh_json_set_string (&whole, "/kind", "ClusterConfiguration", NULL))
    {
      json_object_put (whole);
      return NULL;
    }
  return whole;
}

json_object *
config_stored_status (struct config *config)
{
  json_object *status = NULL;
  const char *name = kbsh_json_string (config->tree,
                                       KINDS_INIT "/nodeRegistration/name", "");
  kbsh_autofree char *version = kbsh_text (
      "kubeadm.k8s.io/%s",
      kbsh_json_string (config->release, "/api/stored", CONFIG_NEWEST));
  kbsh_autofree char *place = config_pointer ("/apiEndpoints", name);
  if (version && place
      && !kbsh_json_set (&status, place,
                         kbsh_json_copy (kbsh_json_at (config->tree, KINDS_INIT
                                                       "/localAPIEndpoint")),
                         NULL)
      && !kbsh_json_set_string (&status, "/apiVersion", version, NULL)
      && !kbsh_json_set_string (&status, "/kind", "ClusterStatus", NULL))
    return status;
  json_object_put (status);
  kbsh_fail_memory (config->ctx);
  return NULL;
}
