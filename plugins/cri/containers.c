/* SPDX-License-Identifier: Apache-2.0
 *
 * The containers of a runtime, with how they ended and where their log is.
 */
#include "api.h"

#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>

static const char *
label (const Cri__Container *container, const char *key)
{
  for (size_t i = 0; i < container->n_labels; i++)
    if (!strcmp (container->labels[i]->key, key))
      return container->labels[i]->value;
  return "";
}

static const char *
state (Cri__ContainerState value)
{
  static const char *const names[]
      = { "created", "running", "exited", "unknown" };
  return (unsigned)value < 4 ? names[value] : "unknown";
}

static int
set (json_object *to, const char *name, json_object *value)
{
  return json_object_object_add (to, name, value);
}

static json_object *
text (const char *value)
{
  return json_object_new_string (value ? value : "");
}

static json_object *
tree (const Cri__Container *container, const Cri__ContainerStatus *status)
{
  json_object *to = json_object_new_object ();
  if (!to)
    return NULL;
  set (to, "id", text (container->id));
  set (to, "name", text (container->metadata ? container->metadata->name : ""));
  set (to, "pod", text (label (container, "io.kubernetes.pod.name")));
  set (to, "namespace",
       text (label (container, "io.kubernetes.pod.namespace")));
  set (to, "state", text (state (status->state)));
  set (to, "exit-code", json_object_new_int (status->exit_code));
  set (to, "attempt",
       json_object_new_int64 (container->metadata ? container->metadata->attempt
                                                  : 0));
  set (to, "reason", text (status->reason));
  set (to, "message", text (status->message));
  set (to, "log", status->log_path[0] ? text (status->log_path) : NULL);
  return to;
}

/* A container may be gone between the two calls: that is no failure. */
static int
add (struct cri *cri, const Cri__Container *container)
{
  Cri__ContainerStatusRequest request = CRI__CONTAINER_STATUS_REQUEST__INIT;
  CRI_FREE Cri__ContainerStatusResponse *answer = NULL;
  struct grpc_status status;
  json_object *one;
  request.container_id = container->id;
  int r = cri_call (cri, 0, "ContainerStatus", &request.base,
                    &cri__container_status_response__descriptor,
                    (ProtobufCMessage **)&answer, &status);
  if (r < 0)
    return -1;
  if (r || !answer->status)
    return 0;
  one = tree (container, answer->status);
  return one ? kbsh_put (cri->ctx, "/containers/-", one)
             : kbsh_fail_memory (cri->ctx);
}

/* "key=value" split in place into a filter of one label. */
static void
select_label (char *given, Cri__Pair *pair)
{
  char *equals = strchr (given, '=');
  pair->key = given;
  pair->value = equals ? equals + 1 : (char *)"";
  if (equals)
    *equals = '\0';
}

int
cri_containers (struct kbsh_ctx *ctx)
{
  CRI_AUTO struct cri cri = { 0 };
  Cri__ListContainersRequest request = CRI__LIST_CONTAINERS_REQUEST__INIT;
  Cri__ContainerFilter filter = CRI__CONTAINER_FILTER__INIT;
  Cri__Pair pair = CRI__PAIR__INIT;
  Cri__Pair *pairs[] = { &pair };
  CRI_FREE Cri__ListContainersResponse *answer = NULL;
  const char *given = kbsh_input_string (ctx, "label", NULL);
  kbsh_autofree char *selector = given ? strdup (given) : NULL;
  if (given && !selector)
    return kbsh_fail_memory (ctx);
  if (selector)
    {
      select_label (selector, &pair);
      filter.label_selector = pairs;
      filter.n_label_selector = 1;
      request.filter = &filter;
    }
  if (cri_open_input (ctx, &cri)
      || cri_ask (&cri, 0, "ListContainers", &request.base,
                  &cri__list_containers_response__descriptor,
                  (ProtobufCMessage **)&answer)
      || ctx->host->put (ctx, "/containers", "[]"))
    return -1;
  for (size_t i = 0; i < answer->n_containers; i++)
    if (add (&cri, answer->containers[i]))
      return -1;
  return 0;
}
