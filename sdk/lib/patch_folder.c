/* SPDX-License-Identifier: Apache-2.0
 *
 * Folders of patch files, as kubeadm's --patches knows them.
 */
#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/patch.h>
#include <kbsh/service.h>
#include <kbsh/text.h>
#include <kbsh/yaml.h>

#include <errno.h>
#include <string.h>

enum kind
{
  NONE = -1, /* not for us */
  STRATEGIC,
  MERGE,
  JSON
};

static const char *const targets[] = { "etcd",
                                       "kube-apiserver",
                                       "kube-controller-manager",
                                       "kube-scheduler",
                                       "kubeletconfiguration",
                                       "corednsdeployment",
                                       NULL };

const char *const *
kbsh_patch_targets (void)
{
  return targets;
}

static int
extension_known (const char *dot)
{
  return dot && (!strcmp (dot, ".json") || !strcmp (dot, ".yaml"));
}

/* The target of a file: its name begins with it. No target begins with
 * another one's name. */
static const char *
file_target (const char *name, const char *const *known)
{
  if (!extension_known (strrchr (name, '.')))
    return NULL;
  for (; *known; known++)
    if (!strncmp (name, *known, strlen (*known)))
      return *known;
  return NULL;
}

static enum kind
file_kind (struct kbsh_ctx *ctx, const char *folder, const char *name,
           const char *target)
{
  static const char *const words[] = { "strategic", "merge", "json" };
  const char *rest = name + strlen (target);
  rest += strcspn (rest, ".+\n");
  if (*rest != '+')
    return STRATEGIC;
  for (size_t i = 0; i < 3; i++)
    if (!strncmp (rest + 1, words[i], strlen (words[i])))
      return (enum kind)i;
  kbsh_fail (ctx, "the type of patch after '+' is missing or not known",
             "Name the file TARGET[SUFFIX]+strategic.yaml, +merge.yaml or "
             "+json.yaml.",
             "the patch %s/%s cannot be read", folder, name);
  return NONE;
}

static json_object *
apply (json_object *tree, json_object *patch, enum kind kind,
       const struct kbsh_patch_key *keys, struct kbsh_error *err)
{
  if (kind == JSON)
    return kbsh_patch_json (tree, patch, err);
  if (kind == MERGE)
    return kbsh_json_merge (tree, patch, err);
  return kbsh_patch_strategic (tree, patch, keys, err);
}

/* All documents of one file, onto *tree. */
static int
apply_file (struct kbsh_ctx *ctx, const char *path, enum kind kind,
            const struct kbsh_patch_key *keys, json_object **tree)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  KBSH_CLEANUP (kbsh_yaml_free) struct kbsh_yaml yaml = { 0 };
  size_t length;
  const char *text = ctx->host->read_file (ctx, path, &length);
  if (!text)
    return ctx->host->failed (ctx)
               ? -1
               : kbsh_fail (ctx, "the file went away while it was needed", NULL,
                            "the patch %s cannot be read", path);
  if (kbsh_yaml_parse (path, text, length, &yaml, &err))
    return kbsh_fail_error (ctx, &err);
  for (size_t i = 0; i < yaml.count; i++)
    {
      json_object *next
          = apply (*tree, yaml.documents[i].tree, kind, keys, &err);
      if (!next)
        {
          kbsh_error_wrap (&err, "the patch %s cannot be applied", path);
          return kbsh_fail_error (ctx, &err);
        }
      json_object_put (*tree);
      *tree = next;
    }
  return 0;
}

static void
free_names (struct dirent ***names)
{
  for (struct dirent **n = *names; n && *n; n++)
    free (*n);
  free (*names);
}

/* The entries in the order of their names, ended by NULL. */
static int
list_folder (struct kbsh_ctx *ctx, const char *folder, struct dirent ***out)
{
  *out = NULL;
  int count = scandir (folder, out, NULL, alphasort);
  if (count < 0)
    return kbsh_fail (ctx, strerror (errno),
                      "Give a folder that exists, or leave --patches out.",
                      "the folder of patches %s cannot be read", folder);
  struct dirent **ended = realloc (*out, ((size_t)count + 1) * sizeof **out);
  if (!ended)
    {
      while (count > 0)
        free ((*out)[--count]);
      return kbsh_fail_memory (ctx);
    }
  ended[count] = NULL;
  *out = ended;
  return 0;
}

static int
apply_entry (struct kbsh_ctx *ctx, const char *folder, const char *name,
             const char *const *known, const char *target,
             const struct kbsh_patch_key *keys, json_object **tree)
{
  const char *found = file_target (name, known);
  if (!found && *name != '.' && !strcmp (target, known[0]))
    kbsh_say (ctx, "%s/%s is ignored: it is no patch of a known target", folder,
              name);
  if (!found || strcmp (found, target))
    return 0;
  enum kind kind = file_kind (ctx, folder, name, target);
  if (kind == NONE)
    return -1;
  kbsh_autofree char *path = kbsh_text ("%s/%s", folder, name);
  if (!path)
    return kbsh_fail_memory (ctx);
  if (apply_file (ctx, path, kind, keys, tree))
    return -1;
  kbsh_say (ctx, "applied the patch %s", path);
  return 0;
}

json_object *
kbsh_patch_folder (struct kbsh_ctx *ctx, const char *folder,
                   const char *const *known, const char *target,
                   const struct kbsh_patch_key *keys, json_object *tree)
{
  KBSH_CLEANUP (free_names) struct dirent **names = NULL;
  kbsh_autojson json_object *result = kbsh_json_copy (tree);
  if (!result)
    {
      kbsh_fail_memory (ctx);
      return NULL;
    }
  if (list_folder (ctx, folder, &names))
    return NULL;
  for (struct dirent **n = names; *n; n++)
    if ((*n)->d_type != DT_DIR
        && apply_entry (ctx, folder, (*n)->d_name, known, target, keys,
                        &result))
      return NULL;
  return kbsh_steal (&result);
}
