/* SPDX-License-Identifier: Apache-2.0
 *
 * Where in the Kubernetes API an object is.
 */
#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/kube.h>
#include <kbsh/text.h>

#define RBAC "rbac.authorization.k8s.io/v1"

static const struct kind
{
  const char *version, *kind, *plural;
  int namespaced;
} kinds[] = {
  { "v1", "ConfigMap", "configmaps", 1 },
  { "v1", "Endpoints", "endpoints", 1 },
  { "v1", "Namespace", "namespaces", 0 },
  { "v1", "Node", "nodes", 0 },
  { "v1", "Pod", "pods", 1 },
  { "v1", "Secret", "secrets", 1 },
  { "v1", "Service", "services", 1 },
  { "v1", "ServiceAccount", "serviceaccounts", 1 },
  { "apps/v1", "DaemonSet", "daemonsets", 1 },
  { "apps/v1", "Deployment", "deployments", 1 },
  { "apps/v1", "ReplicaSet", "replicasets", 1 },
  { "apps/v1", "StatefulSet", "statefulsets", 1 },
  { "batch/v1", "Job", "jobs", 1 },
  { "certificates.k8s.io/v1", "CertificateSigningRequest",
    "certificatesigningrequests", 0 },
  { "coordination.k8s.io/v1", "Lease", "leases", 1 },
  { RBAC, "ClusterRole", "clusterroles", 0 },
  { RBAC, "ClusterRoleBinding", "clusterrolebindings", 0 },
  { RBAC, "Role", "roles", 1 },
  { RBAC, "RoleBinding", "rolebindings", 1 },
  { NULL, NULL, NULL, 0 },
};

/* One part of a path. Names of RBAC have colons, which may stand there. */
static void
add_part (struct kbsh_buffer *path, const char *part)
{
  kbsh_buffer_puts (path, "/");
  for (; *part; part++)
    if ((*part >= 'a' && *part <= 'z') || (*part >= 'A' && *part <= 'Z')
        || (*part >= '0' && *part <= '9') || strchr ("-._~:", *part))
      kbsh_buffer_add (path, part, 1);
    else
      kbsh_buffer_printf (path, "%%%02X", (unsigned char)*part);
}

/* "" and what a path would take for a folder name nothing. */
static int
is_name (const char *name)
{
  return *name && strcmp (name, ".") && strcmp (name, "..");
}

static const struct kind *
find_kind (json_object *object, struct kbsh_error *err)
{
  const char *version = kbsh_json_string (object, "/apiVersion", "");
  const char *kind = kbsh_json_string (object, "/kind", "");
  for (const struct kind *k = kinds; k->kind; k++)
    if (!strcmp (k->version, version) && !strcmp (k->kind, kind))
      return k;
  kbsh_error_set (err, "the object '%s' of kind '%s' in '%s' is not known",
                  kbsh_json_string (object, "/metadata/name", ""), kind,
                  version);
  kbsh_error_remedy (err, "look at its apiVersion and kind; one that is not "
                          "known here can be sent to a path of your own");
  return NULL;
}

char *
kbsh_kube_path (json_object *object, int collection, struct kbsh_error *err)
{
  KBSH_CLEANUP (kbsh_buffer_free) struct kbsh_buffer path = { 0 };
  const struct kind *kind = find_kind (object, err);
  const char *name = kbsh_json_string (object, "/metadata/name", "");
  const char *space
      = kbsh_json_string (object, "/metadata/namespace", "default");
  char *text;
  if (!kind)
    return NULL;
  if ((!collection && !is_name (name)) || !is_name (space))
    {
      kbsh_error_set (err, "an object of kind '%s' has no usable %s",
                      kind->kind, is_name (space) ? "name" : "namespace");
      return NULL;
    }
  kbsh_buffer_printf (&path,
                      strchr (kind->version, '/') ? "/apis/%s" : "/api/%s",
                      kind->version);
  if (kind->namespaced)
    {
      kbsh_buffer_puts (&path, "/namespaces");
      add_part (&path, space);
    }
  add_part (&path, kind->plural);
  if (!collection)
    add_part (&path, name);
  if (!(text = kbsh_buffer_take (&path)))
    kbsh_error_memory (err);
  return text;
}
