/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes kubeconfig files (client-go's kubeconfig v1), as trees.
 */
#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/kube.h>
#include <kbsh/text.h>

#include "tree.h"

struct maker
{
  json_object *tree;
  struct kbsh_error *err;
};

static int
set (struct maker *m, const char *pointer, const char *text)
{
  return kbsh_json_set_string (&m->tree, pointer, text, m->err);
}

/* PEM text as "...-data" wants it. */
static int
set_data (struct maker *m, const char *pointer, const char *pem)
{
  kbsh_autowipe char *data = kbsh_base64 (pem, strlen (pem));
  return data ? set (m, pointer, data) : kbsh_error_memory (m->err);
}

static int
set_empty (struct maker *m, const char *pointer)
{
  json_object *empty = json_object_new_object ();
  if (!empty)
    return kbsh_error_memory (m->err);
  return kbsh_json_set (&m->tree, pointer, empty, m->err);
}

static int
add_cluster (struct maker *m, const struct kbsh_kubeconfig *spec)
{
  if (set_empty (m, "/clusters/-")
      || set (m, "/clusters/0/name", spec->cluster ? spec->cluster : "")
      || set (m, "/clusters/0/cluster/server", spec->server))
    return -1;
  if (!spec->ca)
    return 0;
  return set_data (m, "/clusters/0/cluster/certificate-authority-data",
                   spec->ca);
}

static int
add_user (struct maker *m, const struct kbsh_kubeconfig *spec)
{
  if (set_empty (m, "/users/-") || set (m, "/users/0/name", spec->user)
      || set_empty (m, "/users/0/user"))
    return -1;
  if (spec->certificate_path)
    return set (m, "/users/0/user/client-certificate", spec->certificate_path)
           || set (m, "/users/0/user/client-key", spec->certificate_path);
  if (spec->certificate
      && set_data (m, "/users/0/user/client-certificate-data",
                   spec->certificate))
    return -1;
  if (spec->key && set_data (m, "/users/0/user/client-key-data", spec->key))
    return -1;
  return 0;
}

static int
add_context (struct maker *m, const struct kbsh_kubeconfig *spec)
{
  const char *cluster = spec->cluster ? spec->cluster : "";
  kbsh_autofree char *name = kbsh_text ("%s@%s", spec->user, cluster);
  if (!name)
    return kbsh_error_memory (m->err);
  return set_empty (m, "/contexts/-") || set (m, "/contexts/0/name", name)
         || set (m, "/contexts/0/context/cluster", cluster)
         || set (m, "/contexts/0/context/user", spec->user)
         || set (m, "/current-context", name);
}

/* For whoever brings credentials of their own. */
static int
add_nobody (struct maker *m)
{
  return kbsh_json_set (&m->tree, "/contexts", NULL, m->err)
         || kbsh_json_set (&m->tree, "/users", NULL, m->err)
         || set (m, "/current-context", "");
}

json_object *
kbsh_kubeconfig (const struct kbsh_kubeconfig *spec, struct kbsh_error *err)
{
  struct maker m = { NULL, err };
  int failed = set (&m, "/apiVersion", "v1") || set (&m, "/kind", "Config")
               || add_cluster (&m, spec);
  if (!failed && spec->user)
    failed = add_user (&m, spec) || add_context (&m, spec);
  else if (!failed)
    failed = add_nobody (&m);
  if (!failed)
    return m.tree;
  json_object_put (m.tree);
  return NULL;
}
