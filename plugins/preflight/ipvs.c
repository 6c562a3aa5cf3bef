/* SPDX-License-Identifier: Apache-2.0
 *
 * RequiredIPVSKernelModulesAvailable: what kube-proxy needs in the mode ipvs.
 */
#include "preflight.h"

#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>

#define NAME "RequiredIPVSKernelModulesAvailable"

/* A module that is loaded, or built into the kernel. */
static int
there (struct kbsh_ctx *ctx, const char *release, const char *module)
{
  kbsh_autofree char *loaded = kbsh_text ("/sys/module/%s", module);
  kbsh_autofree char *list = kbsh_text ("/lib/modules/%.*s/modules.builtin",
                                        (int)strcspn (release, "\n"), release);
  kbsh_autofree char *file = kbsh_text ("/%s.ko", module);
  const char *builtin;
  if (!loaded || !list || !file)
    return 0;
  if (root_exists (ctx, loaded))
    return 1;
  builtin = root_read (ctx, list);
  return builtin && strstr (builtin, file);
}

int
check_ipvs (struct kbsh_ctx *ctx)
{
  KBSH_CLEANUP (kbsh_buffer_free) struct kbsh_buffer missing = { 0 };
  kbsh_autojson json_object *data = NULL;
  const char *release;
  if (strcmp (kbsh_input_string (ctx, "config:/kubeProxy/mode", ""), "ipvs"))
    return 0;
  data = kbsh_data (ctx, "preflight", "ipvs.yaml", NULL);
  if (!data)
    return -1;
  release = root_read (ctx, "/proc/sys/kernel/osrelease");
  for (size_t i = 0; i < kbsh_json_length (data, "/modules"); i++)
    {
      const char *module = json_object_get_string (
          json_object_array_get_idx (kbsh_json_at (data, "/modules"), i));
      if (!there (ctx, release ? release : "", module))
        kbsh_buffer_printf (&missing, " %s", module);
    }
  if (!missing.length)
    return kbsh_passed (ctx, NAME);
  kbsh_autofree char *names = kbsh_buffer_take (&missing);
  kbsh_autofree char *remedy = kbsh_text ("modprobe -a%s", names ? names : "");
  return kbsh_found (ctx, NAME, KBSH_WARN,
                     "the kernel modules of IPVS: without them kube-proxy "
                     "falls back to iptables",
                     remedy, "kernel modules are not loaded:%s",
                     names ? names : "");
}
