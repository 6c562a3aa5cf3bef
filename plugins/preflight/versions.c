/* SPDX-License-Identifier: Apache-2.0
 *
 * KubeletVersion and KubernetesVersion: what is installed fits what is asked
 * for. How far apart they may be is the release's table.
 */
#include "preflight.h"

#include <stdio.h>
#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/version.h>

/* "Kubernetes v1.20.2". To start a kubelet takes longer than all other checks
 * together: a join asked it already. */
static int
kubelet_version (struct kbsh_ctx *ctx, struct kbsh_version *out)
{
  const char *known
      = kbsh_input_string (ctx, "settings:/installed/kubelet", NULL);
  static const char *const argv[] = { "kubelet", "--version", NULL };
  struct kbsh_program program = { .size = sizeof program,
                                  .argv = argv,
                                  .timeout_ms = 30000,
                                  .flags = KBSH_QUERY };
  struct kbsh_output output = { 0 };
  const char *word;
  if (known)
    return kbsh_version_parse (known, out, NULL);
  if (ctx->host->run_program (ctx, &program, &output))
    return -1;
  word = strrchr (output.out, ' ');
  word = word ? word + 1 : output.out;
  kbsh_autofree char *text = strndup (word, strcspn (word, "\n"));
  return text ? kbsh_version_parse (text, out, NULL) : -1;
}

static int
compare (struct kbsh_ctx *ctx, enum kbsh_severity severity,
         const struct kbsh_version *is)
{
  int64_t minor = ctx->host->get_int (ctx, "config:/version/minor", 0);
  int64_t oldest
      = minor
        - ctx->host->get_int (ctx, "config:/release/skew/kubelet-older", 1);
  int64_t newest
      = minor
        + ctx->host->get_int (ctx, "config:/release/skew/kubelet-newer", 0);
  if (is->minor >= oldest && is->minor <= newest)
    return kbsh_passed (ctx, "KubeletVersion");
  kbsh_autofree char *needed
      = kbsh_text ("1.%d to 1.%d, for a control plane of 1.%d", (int)oldest,
                   (int)newest, (int)minor);
  int joins
      = kbsh_input_string (ctx, "config:/discovered/server", NULL) != NULL;
  kbsh_autofree char *remedy
      = kbsh_text ("install a kubelet 1.%d%s", (int)minor,
                   joins ? "" : ", or choose with --kubernetes-version");
  return kbsh_found (ctx, "KubeletVersion", severity, needed, remedy,
                     "the kubelet is %d.%d.%d, %s than the control plane may "
                     "have it",
                     is->major, is->minor, is->patch,
                     is->minor < oldest ? "older" : "newer");
}

static int
kubelet (struct kbsh_ctx *ctx)
{
  enum kbsh_severity severity = severity_of (ctx, "KubeletVersion");
  struct kbsh_version is = { 0 };
  if (severity == KBSH_PASSED)
    return 0;
  if (!kubelet_version (ctx, &is))
    return compare (ctx, severity, &is);
  return kbsh_found (
      ctx, "KubeletVersion", severity, "the kubelet, in the system's path",
      "install the package kubelet", "the kubelet's version is not known: %s",
      ctx->host->failed (ctx) ? ctx->host->forgive (ctx)
                              : "it does not say it");
}

static int
kubernetes (struct kbsh_ctx *ctx)
{
  enum kbsh_severity severity = severity_of (ctx, "KubernetesVersion");
  const char *wanted = kbsh_input_string (ctx, "config:/version/text", "");
  const char *latest = kbsh_input_string (ctx, "config:/release/latest", "");
  struct kbsh_version is, known;
  if (severity == KBSH_PASSED)
    return 0;
  if (kbsh_version_parse (wanted, &is, NULL)
      || kbsh_version_parse (latest, &known, NULL)
      || kbsh_version_compare (&is, &known) <= 0)
    return kbsh_passed (ctx, "KubernetesVersion");
  return kbsh_found (ctx, "KubernetesVersion", severity, NULL,
                     "look for a newer kbsh",
                     "Kubernetes %s is newer than %s, the newest that this "
                     "kbsh was made for",
                     wanted, latest);
}

int
check_versions (struct kbsh_ctx *ctx)
{
  return kubelet (ctx) || kubernetes (ctx) ? -1 : 0;
}
