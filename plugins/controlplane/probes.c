/* SPDX-License-Identifier: Apache-2.0
 *
 * The probes of a static Pod's container, and the port that they ask.
 */
#include "controlplane.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/net.h>
#include <kbsh/rules.h>
#include <kbsh/service.h>

#include <string.h>

struct target
{
  const char *scheme;
  char host[256];
  int port;
};

/* Lay the parts of the first of some URLs, separated by commas, over it. One
 * that cannot be read is the component's trouble, not the probe's. */
static void
target_from_url (struct target *target, const char *urls)
{
  struct target url = *target;
  char authority[300];
  const char *start = strstr (urls, "://");
  size_t length = start ? strcspn (start + 3, ",/?#") : 0;
  if (!start || length >= sizeof authority)
    return;
  memcpy (authority, start + 3, length);
  authority[length] = '\0';
  url.scheme = !strncmp (urls, "https:", 6) ? "HTTPS" : "HTTP";
  if (*authority == ':')
    url.port = atoi (authority + 1);
  else if (length
           && kbsh_host_port_split (authority, url.host, &url.port, NULL))
    return;
  if (!url.port)
    url.port = target->port;
  *target = url;
}

static void
target_read (struct target *target, json_object *filled)
{
  json_object *host = kbsh_rules_first (kbsh_json_at (filled, "/probe/host"));
  const char *text = json_object_get_string (host);
  const char *urls = kbsh_json_string (filled, "/probe/url", NULL);
  *target = (struct target){
    .scheme = kbsh_json_string (filled, "/probe/scheme", "HTTPS"),
    .port = (int)kbsh_json_int (filled, "/probe/port", 0),
  };
  snprintf (target->host, sizeof target->host, "%s", text ? text : "");
  if (urls)
    target_from_url (target, urls);
  /* An address that stands for all of them cannot be asked: with none, the
   * Pod's own is. */
  if (!strcmp (target->host, "0.0.0.0") || !strcmp (target->host, "::"))
    target->host[0] = '\0';
}

/* One probe: the numbers of its kind, and what it asks. */
static json_object *
make_probe (json_object *numbers, const struct target *target, const char *path,
            json_object *port, struct kbsh_error *err)
{
  kbsh_autojson json_object *probe = kbsh_json_copy (numbers);
  if ((*target->host
       && kbsh_json_set_string (&probe, "/httpGet/host", target->host, err))
      || kbsh_json_set_string (&probe, "/httpGet/path", path, err)
      || kbsh_json_set (&probe, "/httpGet/port", json_object_get (port), err)
      || kbsh_json_set_string (&probe, "/httpGet/scheme", target->scheme, err))
    return NULL;
  return kbsh_steal (&probe);
}

/* How often the startup probe may fail, so that it lasts as long as the
 * control plane is waited for. */
static int64_t
startup_failures (struct kbsh_ctx *ctx, json_object *numbers)
{
  int64_t period = kbsh_json_int (numbers, "/periodSeconds", 10) * 1000;
  int64_t wait
      = ctx->host->get_int (ctx, "config:/timeouts/control-plane", 240000);
  return (wait + period - 1) / period;
}

static int
add_probe (struct kbsh_ctx *ctx, json_object *components, json_object *filled,
           const struct target *target, json_object *port, const char *kind,
           json_object **parts)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  char where[64];
  snprintf (where, sizeof where, "/probe/%s", kind);
  const char *path = kbsh_json_string (filled, where, NULL);
  if (!path)
    return 0;
  snprintf (where, sizeof where, "/probes/%s", kind);
  json_object *numbers = kbsh_json_at (components, where);
  json_object *probe = make_probe (numbers, target, path, port, &err);
  if (probe && !strcmp (kind, "startup")
      && kbsh_json_set (&probe, "/failureThreshold",
                        json_object_new_int64 (startup_failures (ctx, numbers)),
                        &err))
    {
      json_object_put (probe);
      probe = NULL;
    }
  return !probe || kbsh_json_set (parts, where, probe, &err)
             ? kbsh_fail_error (ctx, &err)
             : 0;
}

/* The port has a name in newer releases, by which the probes know it. */
static int
add_port (struct kbsh_ctx *ctx, const char *name, int port, json_object **parts)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *one = NULL;
  if (kbsh_json_set (&one, "/containerPort", json_object_new_int (port), &err)
      || kbsh_json_set_string (&one, "/name", name, &err)
      || kbsh_json_set_string (&one, "/protocol", "TCP", &err)
      || kbsh_json_set (parts, "/ports", json_object_new_array (), &err)
      || kbsh_json_set (parts, "/ports/-", kbsh_steal (&one), &err))
    return kbsh_fail_error (ctx, &err);
  return 0;
}

int
part_probes (struct kbsh_ctx *ctx, json_object *components, json_object *filled,
             json_object **parts)
{
  static const char *const kinds[] = { "liveness", "readiness", "startup" };
  struct target target;
  const char *name = kbsh_json_string (components, "/probe-port", NULL);
  target_read (&target, filled);
  kbsh_autojson json_object *port = name ? json_object_new_string (name)
                                         : json_object_new_int (target.port);
  if (!port)
    return kbsh_fail_memory (ctx);
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (add_probe (ctx, components, filled, &target, port, kinds[i], parts))
      return -1;
  return name ? add_port (ctx, name, target.port, parts) : 0;
}
