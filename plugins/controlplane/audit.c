/* SPDX-License-Identifier: Apache-2.0
 *
 * controlplane.audit-policy: the API server's audit policy.
 */
#include "controlplane.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/yaml.h>

#include <string.h>

static int
is_policy (json_object *tree)
{
  return !strcmp (kbsh_json_string (tree, "/kind", ""), "Policy")
         && !strncmp (kbsh_json_string (tree, "/apiVersion", ""),
                      "audit.k8s.io/", strlen ("audit.k8s.io/"))
         && kbsh_json_length (tree, "/rules");
}

/* The user's policy, looked at: a policy that the API server refuses would
 * only be seen as one that never starts. */
static int
copy_policy (struct kbsh_ctx *ctx, const char *file, const char *to)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *policy = NULL;
  size_t length;
  const char *text = ctx->host->read_file (ctx, file, &length);
  if (!text)
    return ctx->host->failed (ctx)
               ? -1
               : kbsh_fail (ctx, "there is no such file",
                            "Name a file with a Policy of audit.k8s.io/v1, or "
                            "\"default\".",
                            "the audit policy %s cannot be read", file);
  policy = kbsh_yaml_one (file, text, length, &err);
  if (!policy)
    return kbsh_fail_error (ctx, &err);
  if (!is_policy (policy))
    return kbsh_fail (ctx,
                      "it must be of the kind Policy of audit.k8s.io/v1 "
                      "with a list of rules",
                      NULL, "%s is no audit policy", file);
  return kbsh_write (ctx, to, text, 0600);
}

/* The arguments and volumes of the API server come with the configuration. */
int
audit_policy_run (struct kbsh_ctx *ctx)
{
  const char *file = kbsh_input_string (ctx, "file", "default");
  const char *to = kbsh_input_string (ctx, "config:/audit/policy", "");
  const char *log = kbsh_input_string (ctx, "config:/audit/log", "");
  if (kbsh_make_folder_of (ctx, to, 0700)
      || kbsh_make_folder_of (ctx, log, 0700))
    return -1;
  if (strcmp (file, "default"))
    return copy_policy (ctx, file, to);
  kbsh_autojson json_object *policy
      = kbsh_data (ctx, "controlplane", "audit-policy.yaml", NULL);
  return policy ? kbsh_write_yaml (ctx, to, policy, 0600) : -1;
}
