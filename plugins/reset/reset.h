/* SPDX-License-Identifier: Apache-2.0
 *
 * What a node has of a cluster, taken away. Where it is stands in the facts of
 * the step `config` (config.reset: doc/configuration.md).
 */
#ifndef PLUGINS_RESET_H
#define PLUGINS_RESET_H

#include <json-c/json.h>

#include <kbsh/plugin.h>
#include <kbsh/text.h>

#define CNI_FILE "/etc/cni/net.d/10-kbsh-bridge.conflist"

/* guard.c: is this a folder that nobody means to have emptied? Why, or NULL. */
const char *foolish (const char *folder);
/* The same as a failure, with what the folder is meant for. */
int guard_folder (struct kbsh_ctx *ctx, const char *folder, const char *what);

/* manifest.c: where the static Pods of this machine are described. */
const char *manifest_folder (struct kbsh_ctx *ctx);
/* That of "etcd" or "kube-apiserver", say: the caller's own. NULL: there is
 * none, or it is no YAML; or, where ctx->host->failed() says so, it could not
 * be read. */
json_object *manifest_read (struct kbsh_ctx *ctx, const char *name);

/* iptables.c: from what iptables-save prints to what takes the chains KUBE-*
 * and the rules that lead to them away (iptables-restore --noflush). Nothing
 * is appended where there are none. */
void iptables_script (const char *saved, struct kbsh_buffer *out);
/* Are there such chains? */
int iptables_has (const char *saved);
/* What PROGRAM (such as "ip6tables") has, or NULL: there is none. */
const char *iptables_saved (struct kbsh_ctx *ctx, const char *program);
extern const char *const iptables_programs[]; /* NULL-ended */

/* The services' functions. */
int look_run (struct kbsh_ctx *ctx);
int status_run (struct kbsh_ctx *ctx);
int stop_run (struct kbsh_ctx *ctx);
int pods_run (struct kbsh_ctx *ctx);
int unmount_run (struct kbsh_ctx *ctx);
int empty_run (struct kbsh_ctx *ctx);
int etcd_data_run (struct kbsh_ctx *ctx);
int files_run (struct kbsh_ctx *ctx);
int leftovers_run (struct kbsh_ctx *ctx);
int iptables_run (struct kbsh_ctx *ctx);
int cgroups_run (struct kbsh_ctx *ctx);
int left_run (struct kbsh_ctx *ctx);

#endif
