/* SPDX-License-Identifier: Apache-2.0
 *
 * kbsh/patch.h - patches of JSON trees: JSON Patch (RFC 6902), and strategic
 * merge as Kubernetes knows it; JSON Merge Patch (RFC 7386) is kbsh_json_merge
 * of kbsh/json.h. And folders of patch files. Since 1.0.
 */
#ifndef KBSH_PATCH_H
#define KBSH_PATCH_H

#include <json-c/json.h>

#include <kbsh/error.h>
#include <kbsh/plugin.h>

/* Both return what the caller owns and leave their arguments as they are; a
 * patch is applied as a whole or not at all. */
json_object *kbsh_patch_json (json_object *tree, json_object *operations,
                              struct kbsh_error *err);

/* Which member tells the elements of a list apart, so that the list is merged
 * and not replaced. `key` NULL: plain values, merged as a set. */
struct kbsh_patch_key
{
  const char *list; /* the list's name; NULL ends the table */
  const char *key;
};

/* The lists of a Kubernetes Pod. */
const struct kbsh_patch_key *kbsh_patch_pod_keys (void);

/* Strategic merge, with its directives $patch (replace, delete, merge),
 * $retainKeys, $deleteFromPrimitiveList and $setElementOrder. `keys` may be
 * NULL: every list is replaced. */
json_object *kbsh_patch_strategic (json_object *tree, json_object *patch,
                                   const struct kbsh_patch_key *keys,
                                   struct kbsh_error *err);

/* Apply the files of a folder that are meant for one target, in the order of
 * their names: TARGET[SUFFIX][+strategic|+merge|+json].{json,yaml}, strategic
 * when nothing is said; SUFFIX has no '.' and no '+'. Files may have several
 * documents. `targets` (ends with NULL) are all targets that there are: a
 * file that is for none of them is said to be ignored when `target` is the
 * first one. The caller owns the result; NULL: recorded in the context. */
json_object *kbsh_patch_folder (struct kbsh_ctx *ctx, const char *folder,
                                const char *const *targets, const char *target,
                                const struct kbsh_patch_key *keys,
                                json_object *tree);

/* The targets of kubeadm's patch folders. */
const char *const *kbsh_patch_targets (void);

#endif
