/* SPDX-License-Identifier: Apache-2.0
 *
 * What the parts of the module kubelet share.
 */
#ifndef PLUGINS_KUBELET_H
#define PLUGINS_KUBELET_H

#include <json-c/json.h>
#include <kbsh/kube.h>
#include <kbsh/plugin.h>

#define KUBELET_UNIT "kubelet"

/* tables.c: the release's table about the kubelet, filled. */
json_object *kubelet_rules (struct kbsh_ctx *ctx);
/* The content of the file that hands flags to the kubelet; the caller frees.
 * `registers`: the kubelet gives its node the taints when it makes it, whatever
 * the release says. */
char *kubelet_flags_text (struct kbsh_ctx *ctx, json_object *rules,
                          int registers);
/* The configuration, with the release's part and the user's patches. */
json_object *kubelet_configuration (struct kbsh_ctx *ctx, json_object *rules);

/* files.c: one of the kubelet's files, and what it shall hold. */
struct kubelet_file
{
  char *path;
  char *text; /* NULL: there is none. Wiped when it is freed */
  int secret;
};

enum
{
  KUBELET_CA, /* join alone */
  KUBELET_BOOTSTRAP,
  KUBELET_FLAGS,
  KUBELET_INSTANCE,
  KUBELET_CONFIG,
  KUBELET_FILES
};

struct kubelet_files
{
  struct kubelet_file file[KUBELET_FILES];
  int restart; /* although nothing differs */
};

void kubelet_files_free (struct kubelet_files *files);
/* Those that every kubelet has. */
int kubelet_files_prepare (struct kbsh_ctx *ctx, struct kubelet_files *files,
                           int registers);
/* Write them, with the kubelet stopped, and start it; with nothing to change
 * and the kubelet active nothing is done. */
int kubelet_files_start (struct kbsh_ctx *ctx,
                         const struct kubelet_files *files);

/* names.c. The callers free. */
const char *kubelet_folder (struct kbsh_ctx *ctx);
char *kubelet_node (struct kbsh_ctx *ctx); /* the node's name */
char *kubelet_node_path (struct kbsh_ctx *ctx,
                         const char *node);      /* in the API */
char *kubelet_kubeconfig (struct kbsh_ctx *ctx); /* kubelet.conf */
char *kubelet_bootstrap_kubeconfig (struct kbsh_ctx *ctx);
/* The client certificate with its key that the kubelet keeps by itself. */
char *kubelet_certificate (struct kbsh_ctx *ctx);

/* joined.c: 1 when this machine is the node of the cluster already, 0 when it
 * is not, -1 when it is one of another cluster, or another node. */
int kubelet_joined (struct kbsh_ctx *ctx, const struct kbsh_kube *cluster,
                    const char *node);
/* The same certificates, whatever stands around them? */
int kubelet_same_certificates (const char *a, const char *b);

/* taken.c: an error when another machine that is well has this name. */
int kubelet_check_name (struct kbsh_ctx *ctx, const struct kbsh_kube *kube,
                        const char *node);

/* request.c: the newest request for a certificate that was sent for a node. */
struct kubelet_request
{
  enum
  {
    REQUEST_NONE,
    REQUEST_PENDING,
    REQUEST_APPROVED,
    REQUEST_ISSUED,
    REQUEST_DENIED,
    REQUEST_FAILED
  } state;
  char name[256];
  char why[512]; /* what whoever denied it says */
};
/* -1: the API server did not tell; the failure is recorded. */
int kubelet_request_state (struct kbsh_ctx *ctx, const struct kbsh_kube *kube,
                           const char *node, struct kubelet_request *request);

int kubelet_start (struct kbsh_ctx *ctx);          /* start.c */
int kubelet_finalize (struct kbsh_ctx *ctx);       /* finalize.c */
int kubelet_bootstrap (struct kbsh_ctx *ctx);      /* bootstrap.c */
int kubelet_name_run (struct kbsh_ctx *ctx);       /* taken.c */
int kubelet_wait_bootstrap (struct kbsh_ctx *ctx); /* wait.c */

#endif
