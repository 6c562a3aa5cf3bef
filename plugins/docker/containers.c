/* SPDX-License-Identifier: Apache-2.0
 *
 * Docker's containers. The kubelet's names for them are labels, and their
 * names are k8s_CONTAINER_POD_NAMESPACE_UID_ATTEMPT.
 */
#include "engine.h"

#include <stdlib.h>
#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

/* A label, whose name has no '/' or '~' in it. */
static json_object *
label (json_object *container, const char *name)
{
  kbsh_autofree char *at = kbsh_text ("/Labels/%s", name);
  return json_object_new_string (at ? kbsh_json_string (container, at, "")
                                    : "");
}

static int64_t
attempt (const char *name)
{
  const char *last = strrchr (name, '_');
  return strncmp (name, "/k8s_", 5) || !last ? 0 : strtoll (last + 1, NULL, 10);
}

static json_object *
tree (json_object *container, json_object *about)
{
  json_object *to = json_object_new_object ();
  const char *log = kbsh_json_string (about, "/LogPath", "");
  const char *name = kbsh_json_string (about, "/Name", "");
  if (!to)
    return NULL;
  json_object_object_add (
      to, "id",
      json_object_new_string (kbsh_json_string (container, "/Id", "")));
  json_object_object_add (to, "name",
                          label (container, "io.kubernetes.container.name"));
  json_object_object_add (to, "pod",
                          label (container, "io.kubernetes.pod.name"));
  json_object_object_add (to, "namespace",
                          label (container, "io.kubernetes.pod.namespace"));
  json_object_object_add (
      to, "state",
      json_object_new_string (kbsh_json_string (container, "/State", "")));
  json_object_object_add (
      to, "exit-code",
      json_object_new_int64 (kbsh_json_int (about, "/State/ExitCode", 0)));
  json_object_object_add (to, "attempt",
                          json_object_new_int64 (attempt (name)));
  json_object_object_add (
      to, "reason",
      json_object_new_string (kbsh_json_string (about, "/State/Error", "")));
  json_object_object_add (to, "log",
                          *log ? json_object_new_string (log) : NULL);
  return to;
}

/* A container may be gone between the two requests: that is no failure. */
static int
add (struct kbsh_ctx *ctx, const char *path, json_object *container)
{
  kbsh_autofree char *url = kbsh_text ("/containers/%s/json",
                                       kbsh_json_string (container, "/Id", ""));
  kbsh_autojson json_object *about = url ? engine_get (ctx, path, url) : NULL;
  json_object *one;
  if (!about)
    {
      ctx->host->forgive (ctx);
      return 0;
    }
  one = tree (container, about);
  return one ? kbsh_put (ctx, "/containers/-", one) : kbsh_fail_memory (ctx);
}

/* The list, with a filter for one label; the caller frees. */
static char *
list_url (const char *selector)
{
  kbsh_autojson json_object *filters = NULL;
  kbsh_autofree char *escaped = NULL;
  if (!selector)
    return strdup ("/containers/json?all=1");
  if (kbsh_json_set (&filters, "/label", json_object_new_array (), NULL)
      || kbsh_json_set (&filters, "/label/-", json_object_new_string (selector),
                        NULL))
    return NULL;
  escaped = engine_escape (kbsh_json_text (filters, 0));
  return escaped ? kbsh_text ("/containers/json?all=1&filters=%s", escaped)
                 : NULL;
}

int
docker_containers (struct kbsh_ctx *ctx)
{
  const char *path = engine_path (ctx);
  kbsh_autofree char *url = list_url (kbsh_input_string (ctx, "label", NULL));
  kbsh_autojson json_object *list = url ? engine_get (ctx, path, url) : NULL;
  if (!url)
    return kbsh_fail_memory (ctx);
  if (!list || ctx->host->put (ctx, "/containers", "[]"))
    return -1;
  for (size_t i = 0; i < kbsh_json_length (list, ""); i++)
    if (add (ctx, path, json_object_array_get_idx (list, i)))
      return -1;
  return 0;
}
