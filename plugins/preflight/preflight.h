/* SPDX-License-Identifier: Apache-2.0
 *
 * What the checks of this pack share. Which of them a release has, and how
 * severe each is, is the release's table: config:/preflight, name -> severity.
 */
#ifndef PLUGINS_PREFLIGHT_H
#define PLUGINS_PREFLIGHT_H

#include <json-c/json.h>

#include <kbsh/plugin.h>
#include <kbsh/service.h>
#include <kbsh/text.h>

/* The severity of a check in this release: KBSH_PASSED when it is not made. */
enum kbsh_severity severity_of (struct kbsh_ctx *ctx, const char *name);

/* Call `visit` for each check of the release whose name starts with `prefix`;
 * `rest` is what follows it. Stops at -1. */
int severity_each (struct kbsh_ctx *ctx, const char *prefix,
                   int (*visit) (struct kbsh_ctx *ctx, const char *name,
                                 const char *rest,
                                 enum kbsh_severity severity));

/* A file below the parameter `root`: for fixtures. The caller frees; NULL with
 * the failure recorded when out of memory. */
char *root_path (struct kbsh_ctx *ctx, const char *path);
/* Its content, or NULL when there is none (trouble with it counts as none). */
const char *root_read (struct kbsh_ctx *ctx, const char *path);
/* 1 when it is there. */
int root_exists (struct kbsh_ctx *ctx, const char *path);

/* 1 when this machine joins as a worker: it gets no control plane. */
int joins_as_worker (struct kbsh_ctx *ctx);

/* A data file of this module filled with the configuration, or NULL with the
 * failure recorded. */
json_object *data_of (struct kbsh_ctx *ctx, const char *file);

/* Of a list in such a file the last one that this release has (`since` is a
 * minor version), or the first; NULL when there is none. */
json_object *data_since (struct kbsh_ctx *ctx, json_object *list);

/* The name of a check about a path: PREFIX and the path with '-' for '/'. The
 * caller frees. */
char *name_of_path (const char *prefix, const char *path);

/* own.c: what this machine's own earlier run of kbsh left is no obstacle to
 * the next one. 1 when kbsh's journal says that it wrote this file. */
int own_file (struct kbsh_ctx *ctx, const char *path);
/* 1 when a file is there that somebody made from one that kbsh wrote: as the
 * kubelet makes its kubeconfig from the one of its bootstrap. */
int own_made_from (struct kbsh_ctx *ctx, const char *path, const char *source);
/* 1 when kbsh itself set up what this component runs from. */
int own_component (struct kbsh_ctx *ctx, const char *component);

/* listen.c: 1 when something listens on a TCP port; the inode of its socket
 * when it is known, otherwise 0. */
int port_listening (struct kbsh_ctx *ctx, int port, unsigned long *inode);
/* The process that holds a socket: its id, and its name in `name`; 0 when it
 * is not known (it may belong to somebody else). */
int socket_holder (struct kbsh_ctx *ctx, unsigned long inode, char name[64]);
/* The id of a process with this name, or 0. */
int process_named (struct kbsh_ctx *ctx, const char *name);

/* kconfig.c: the kernel's configuration. */
struct kconfig
{
  char *text; /* as in a .config file; the caller frees */
  char source[256];
};
/* The first of a list of paths that is there. -1: none, or none that can be
 * read. */
int kconfig_load (struct kbsh_ctx *ctx, json_object *paths,
                  struct kconfig *out);
/* 'y', 'm' or 'n' (not set). */
char kconfig_get (const char *text, const char *option);

/* The checks. */
int check_user (struct kbsh_ctx *ctx);
int check_resources (struct kbsh_ctx *ctx);
int check_ports (struct kbsh_ctx *ctx);
int check_files (struct kbsh_ctx *ctx);
int check_programs (struct kbsh_ctx *ctx);
int check_contents (struct kbsh_ctx *ctx);
int check_swap (struct kbsh_ctx *ctx);
int check_system (struct kbsh_ctx *ctx);
int check_versions (struct kbsh_ctx *ctx);
int check_etcd (struct kbsh_ctx *ctx);
int check_services (struct kbsh_ctx *ctx);
int check_proxy (struct kbsh_ctx *ctx);
int check_hostname (struct kbsh_ctx *ctx);
int check_runtime (struct kbsh_ctx *ctx);
int check_arguments (struct kbsh_ctx *ctx);
int check_authorization (struct kbsh_ctx *ctx);
int check_ipvs (struct kbsh_ctx *ctx);
int check_join (struct kbsh_ctx *ctx);

#endif
