/* SPDX-License-Identifier: Apache-2.0
 *
 * Service-NAME, Firewalld, IsDockerSystemdCheck: the services of the machine.
 */
#include "preflight.h"

#include <ctype.h>
#include <string.h>

#include <kbsh/cleanup.h>

static int
is_docker (struct kbsh_ctx *ctx)
{
  return !strcmp (kbsh_input_string (ctx, "runtime:/name", ""), "docker");
}

/* No service manager that can be asked is worth a warning, no more. */
static int
state_of (struct kbsh_ctx *ctx, const char *name, const char *unit,
          struct kbsh_unit_state *state)
{
  if (!ctx->host->unit (ctx, unit, KBSH_UNIT_STATE, state))
    return 0;
  kbsh_found (ctx, name, KBSH_WARN, "systemd", NULL,
              "the state of %s is not known: %s", unit,
              ctx->host->forgive (ctx));
  return -1;
}

static int
service (struct kbsh_ctx *ctx, const char *name, const char *unit, int active,
         enum kbsh_severity severity)
{
  struct kbsh_unit_state state = { 0 };
  kbsh_autofree char *enable = kbsh_text ("systemctl enable %s", unit);
  kbsh_autofree char *start = kbsh_text ("systemctl start %s", unit);
  if (state_of (ctx, name, unit, &state))
    return 0;
  if (!state.known)
    return kbsh_found (ctx, name, severity, NULL, NULL,
                       "there is no service %s", unit);
  if (active && !state.active)
    return kbsh_found (ctx, name, KBSH_ERROR, "the service, running", start,
                       "%s does not run", unit);
  if (!state.enabled)
    return kbsh_found (ctx, name, severity, "a service that starts at boot",
                       enable, "%s is not enabled", unit);
  return kbsh_passed (ctx, name);
}

static int
visit (struct kbsh_ctx *ctx, const char *name, const char *rest,
       enum kbsh_severity severity)
{
  kbsh_autofree char *unit = kbsh_text ("%s.service", rest);
  if (!unit)
    return kbsh_fail_memory (ctx);
  unit[0] = (char)tolower ((unsigned char)unit[0]);
  if (strcmp (unit, "docker.service"))
    return service (ctx, name, unit, 0, severity);
  return is_docker (ctx) ? service (ctx, name, unit, 1, severity) : 0;
}

static int
firewalld (struct kbsh_ctx *ctx)
{
  enum kbsh_severity severity = severity_of (ctx, "Firewalld");
  int64_t port = ctx->host->get_int (
      ctx, "config:/init/localAPIEndpoint/bindPort", 6443);
  struct kbsh_unit_state state = { 0 };
  if (severity == KBSH_PASSED
      || state_of (ctx, "Firewalld", "firewalld.service", &state))
    return 0;
  if (!state.known || !state.active)
    return kbsh_passed (ctx, "Firewalld");
  kbsh_autofree char *remedy
      = kbsh_text ("firewall-cmd --permanent --add-port=%d/tcp "
                   "--add-port=10250/tcp && firewall-cmd --reload",
                   (int)port);
  kbsh_autofree char *needed
      = kbsh_text ("the ports %d and 10250, open", (int)port);
  return kbsh_found (ctx, "Firewalld", severity, needed, remedy,
                     "firewalld is active");
}

static int
docker_systemd (struct kbsh_ctx *ctx)
{
  enum kbsh_severity severity = severity_of (ctx, "IsDockerSystemdCheck");
  const char *driver
      = kbsh_input_string (ctx, "runtime:/cgroupDriver", "unknown");
  if (severity == KBSH_PASSED || !is_docker (ctx))
    return 0;
  if (!strcmp (driver, "systemd"))
    return kbsh_passed (ctx, "IsDockerSystemdCheck");
  return kbsh_found (ctx, "IsDockerSystemdCheck", severity, "systemd",
                     "put \"exec-opts\": [\"native.cgroupdriver=systemd\"] "
                     "into /etc/docker/daemon.json, then: systemctl restart "
                     "docker",
                     "docker's cgroup driver is %s", driver);
}

int
check_services (struct kbsh_ctx *ctx)
{
  return severity_each (ctx, "Service-", visit) || firewalld (ctx)
                 || docker_systemd (ctx)
             ? -1
             : 0;
}
