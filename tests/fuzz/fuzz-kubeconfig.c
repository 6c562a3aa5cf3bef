/* SPDX-License-Identifier: Apache-2.0
 *
 * Kubeconfig files, which may come from somebody else.
 */
#include <kbsh/cleanup.h>
#include <kbsh/kube.h>

#include "fake-host.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  struct kbsh_kube kube;
  struct fake fake;
  json_object *files;
  if (size > 1 << 20)
    return 0;
  fake_open (&fake, "{'files':{'/d/file':'content'}}");
  json_object_object_get_ex (fake.world, "files", &files);
  json_object_object_add (
      files, "/d/config",
      json_object_new_string_len ((const char *)data, (int)size));
  if (!kbsh_kube_open (&fake.ctx, "/d/config", &kube))
    MUST (!fake.has_failed && kube.server && !kube.key == !kube.certificate);
  else
    MUST (fake.has_failed && !kube.server && !kube.key);
  kbsh_kube_close (&kube);
  fake_close (&fake);
  return 0;
}
