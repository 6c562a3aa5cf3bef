/* SPDX-License-Identifier: Apache-2.0
 *
 * Where a runtime answers, and what it says of itself.
 */
#include "api.h"

#include <string.h>
#include <unistd.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

/* Where containerd, CRI-O and cri-dockerd listen unless told otherwise. */
static const char *const usual[]
    = { "/run/containerd/containerd.sock", "/var/run/crio/crio.sock",
        "/var/run/cri-dockerd.sock", NULL };

/* Does a runtime answer here? What stood in the way is kept as /problem: a
 * probe that finds nothing has not failed. */
static int
probe (struct kbsh_ctx *ctx, const char *socket, int tell)
{
  CRI_AUTO struct cri cri = { 0 };
  if (!cri_open (ctx, socket, &cri))
    return ctx->host->put_string (ctx, "/sockets/-", socket);
  const char *problem = ctx->host->forgive (ctx);
  return tell ? ctx->host->put_string (ctx, "/problem", problem) : 0;
}

int
cri_detect (struct kbsh_ctx *ctx)
{
  const char *socket = kbsh_input_string (ctx, "socket", NULL);
  if (ctx->host->put (ctx, "/sockets", "[]"))
    return -1;
  if (socket)
    return probe (ctx, socket, 1);
  for (size_t i = 0; usual[i]; i++)
    if (probe (ctx, usual[i], !access (usual[i], F_OK)))
      return -1;
  return 0;
}

/* Whether it says that it is ready, and if not why. */
static int
put_ready (struct kbsh_ctx *ctx, const Cri__RuntimeStatus *status)
{
  for (size_t i = 0; status && i < status->n_conditions; i++)
    {
      const Cri__Condition *one = status->conditions[i];
      if (!strcmp (one->type, "RuntimeReady") && !one->status)
        return ctx->host->put (ctx, "/ready", "false")
                       || ctx->host->put_string (ctx, "/not-ready",
                                                 one->message)
                   ? -1
                   : 0;
    }
  return ctx->host->put (ctx, "/ready", "true");
}

/* The runtime's configuration, as JSON in the verbose status: its form is the
 * runtime's own affair, so that nothing is required of it. */
static int
status_of (struct cri *cri, json_object **config)
{
  Cri__StatusRequest request = CRI__STATUS_REQUEST__INIT;
  CRI_FREE Cri__StatusResponse *answer = NULL;
  request.verbose = 1;
  if (cri_ask (cri, 0, "Status", &request.base,
               &cri__status_response__descriptor, (ProtobufCMessage **)&answer)
      || put_ready (cri->ctx, answer->status))
    return -1;
  for (size_t i = 0; i < answer->n_info; i++)
    if (!strcmp (answer->info[i]->key, "config"))
      *config = kbsh_json_parse (answer->info[i]->value,
                                 strlen (answer->info[i]->value), NULL);
  return 0;
}

/* runc's own option, for runtimes that do not answer RuntimeConfig. */
static const char *
driver_of_config (json_object *config)
{
  const char *name
      = kbsh_json_string (config, "/containerd/defaultRuntimeName", NULL);
  kbsh_autofree char *at = NULL;
  json_object *options;
  if (!name)
    return NULL;
  at = kbsh_text ("/containerd/runtimes/%s/options", name);
  options = at ? kbsh_json_at (config, at) : NULL;
  if (!options)
    return NULL;
  return kbsh_json_bool (options, "/SystemdCgroup", 0) ? "systemd" : "cgroupfs";
}

/* "systemd", "cgroupfs" or NULL (not known); *asked: it answered itself. */
static int
driver (struct cri *cri, json_object *config, const char **out, int *asked)
{
  Cri__RuntimeConfigRequest request = CRI__RUNTIME_CONFIG_REQUEST__INIT;
  CRI_FREE Cri__RuntimeConfigResponse *answer = NULL;
  struct grpc_status status;
  int r = cri_call (cri, 0, "RuntimeConfig", &request.base,
                    &cri__runtime_config_response__descriptor,
                    (ProtobufCMessage **)&answer, &status);
  if (r < 0)
    return -1;
  *asked = r == 0;
  if (answer && answer->linux_configuration)
    *out = answer->linux_configuration->cgroup_driver
                   == CRI__CGROUP_DRIVER__SYSTEMD
               ? "systemd"
               : "cgroupfs";
  else
    *out = driver_of_config (config);
  return 0;
}

static int
put_or_null (struct kbsh_ctx *ctx, const char *pointer, const char *text)
{
  return text && *text ? ctx->host->put_string (ctx, pointer, text)
                       : ctx->host->put (ctx, pointer, "null");
}

int
cri_describe (struct kbsh_ctx *ctx)
{
  CRI_AUTO struct cri cri = { 0 };
  kbsh_autojson json_object *config = NULL;
  const char *cgroups = NULL;
  int asked = 0;
  if (cri_open_input (ctx, &cri) || status_of (&cri, &config)
      || driver (&cri, config, &cgroups, &asked))
    return -1;
  if (ctx->host->put_string (ctx, "/name", cri.version->runtime_name)
      || ctx->host->put_string (ctx, "/version", cri.version->runtime_version)
      || ctx->host->put_string (ctx, "/api", cri.api)
      || ctx->host->put (ctx, "/runtime-config", asked ? "true" : "false"))
    return -1;
  return put_or_null (ctx, "/sandbox-image",
                      kbsh_json_string (config, "/sandboxImage", NULL))
                 || put_or_null (ctx, "/cgroup-driver", cgroups)
             ? -1
             : 0;
}
