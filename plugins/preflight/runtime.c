/* SPDX-License-Identifier: Apache-2.0
 *
 * CRI and ContainerRuntimeVersion: the container runtime that was found.
 */
#include "preflight.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>

#define REMEDY                                                                 \
  "start a container runtime (systemctl start containerd), or name its "       \
  "socket with --cri-socket"

/* What it says of itself now, or NULL with the failure recorded. */
static json_object *
describe (struct kbsh_ctx *ctx)
{
  json_object *args = NULL;
  if (kbsh_json_set_string (&args, "/socket",
                            kbsh_input_string (ctx, "runtime:/path", ""), NULL))
    {
      kbsh_fail_memory (ctx);
      return NULL;
    }
  return kbsh_call_one (ctx, "runtime",
                        kbsh_input_string (ctx, "runtime:/service", ""),
                        "describe", args);
}

static int
interface (struct kbsh_ctx *ctx, enum kbsh_severity severity,
           json_object *about)
{
  const char *path = kbsh_input_string (ctx, "runtime:/path", "");
  if (severity == KBSH_PASSED)
    return 0;
  if (!about)
    return kbsh_found (ctx, "CRI", severity, "a container runtime that runs",
                       REMEDY, "%s", ctx->host->forgive (ctx));
  if (kbsh_json_bool (about, "/ready", 1))
    return kbsh_passed (ctx, "CRI");
  return kbsh_found (ctx, "CRI", severity, "a container runtime that is ready",
                     "look into its log (journalctl -u containerd)",
                     "the container runtime at %s says that it is not ready: "
                     "%s",
                     path, kbsh_json_string (about, "/not-ready", ""));
}

/* Newer kubelets ask the runtime for its cgroup driver. */
static int
version (struct kbsh_ctx *ctx, enum kbsh_severity severity, json_object *about)
{
  static const char name[] = "ContainerRuntimeVersion";
  if (severity == KBSH_PASSED || !about)
    return 0;
  if (kbsh_json_bool (about, "/runtime-config", 0))
    return kbsh_passed (ctx, name);
  return kbsh_found (ctx, name, KBSH_WARN, "containerd 2.0 or CRI-O 1.28",
                     "upgrade the container runtime",
                     "%s %s does not tell its cgroup driver (RuntimeConfig)",
                     kbsh_json_string (about, "/name", "the runtime"),
                     kbsh_json_string (about, "/version", ""));
}

int
check_runtime (struct kbsh_ctx *ctx)
{
  enum kbsh_severity cri = severity_of (ctx, "CRI");
  kbsh_autojson json_object *about = NULL;
  if (!ctx->host->get (ctx, "runtime:/found"))
    return 0; /* nobody looked for one */
  if (!ctx->host->get_bool (ctx, "runtime:/found", 0))
    return cri == KBSH_PASSED
               ? 0
               : kbsh_found (
                   ctx, "CRI", cri, "a container runtime", REMEDY, "%s",
                   kbsh_input_string (ctx, "runtime:/problem",
                                      "no container runtime was found"));
  about = describe (ctx);
  if (interface (ctx, cri, about))
    return -1;
  return version (ctx, severity_of (ctx, "ContainerRuntimeVersion"), about);
}
