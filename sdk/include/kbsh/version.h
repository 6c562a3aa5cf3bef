/* SPDX-License-Identifier: Apache-2.0
 *
 * kbsh/version.h - versions (Semantic Versioning 2.0.0, "v" in front allowed).
 * Since 1.0.
 */
#ifndef KBSH_VERSION_H
#define KBSH_VERSION_H

#include <kbsh/error.h>

struct kbsh_version
{
  int major, minor, patch;
  char pre[64]; /* pre-release without '-', or "" */
};

int kbsh_version_parse (const char *text, struct kbsh_version *out,
                        struct kbsh_error *err);
int kbsh_version_compare (const struct kbsh_version *a,
                          const struct kbsh_version *b);

#endif
