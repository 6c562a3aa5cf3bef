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

static int
refuse (struct kbsh_ctx *ctx, const char *file, const char *why)
{
  return kbsh_fail (ctx, why,
                    "Name a file with a Policy of audit.k8s.io/v1, or "
                    "\"default\".",
                    "the audit policy %s cannot be used", file);
}

/* The user's policy, looked at: a policy that the API server refuses would
 * only be seen as one that never starts. The host's memory. */
static const char *
read_policy (struct kbsh_ctx *ctx, const char *file)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autojson json_object *policy = NULL;
  char why[sizeof err];
  size_t length;
  const char *text = ctx->host->read_file (ctx, file, &length);
  if (!text && !ctx->host->failed (ctx))
    refuse (ctx, file, "there is no such file");
  if (!text)
    return NULL;
  policy = kbsh_yaml_one (file, text, length, &err);
  if (!policy)
    refuse (ctx, file, kbsh_error_text (&err, why, sizeof why));
  else if (!is_policy (policy))
    refuse (ctx, file,
            "it must be of the kind Policy of audit.k8s.io/v1 with a list of "
            "rules");
  return ctx->host->failed (ctx) ? NULL : text;
}

static int
write_default (struct kbsh_ctx *ctx, const char *to)
{
  kbsh_autojson json_object *policy
      = kbsh_data (ctx, "controlplane", "audit-policy.yaml", NULL);
  return policy ? kbsh_write_yaml (ctx, to, policy, 0600) : -1;
}

/* The arguments and volumes of the API server come with the configuration. */
int
audit_policy_run (struct kbsh_ctx *ctx)
{
  const char *file = kbsh_input_string (ctx, "file", "default");
  const char *to = kbsh_input_string (ctx, "config:/audit/policy", "");
  const char *log = kbsh_input_string (ctx, "config:/audit/log", "");
  int given = strcmp (file, "default");
  const char *text = given ? read_policy (ctx, file) : NULL;
  if ((given && !text) || kbsh_make_folder_of (ctx, to, 0700)
      || kbsh_make_folder_of (ctx, log, 0700))
    return -1;
  return given ? kbsh_write (ctx, to, text, 0600) : write_default (ctx, to);
}
