/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of this module share: the configuration being read, and the
 * steps that make it the tree of doc/configuration.md.
 */
#ifndef CONFIG_H
#define CONFIG_H

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/service.h>
#include <kbsh/text.h>
#include <kbsh/version.h>
#include <kbsh/yaml.h>

#define CONFIG_NEWEST "v1beta4"

/* One document of the file given with --config. */
struct document
{
  const struct kbsh_yaml_document *yaml;
  const char *kind;   /* borrowed from the tree */
  const char *schema; /* "v1beta2", "kubelet", ... */
};

struct config
{
  struct kbsh_ctx *ctx;
  const char *command; /* "join", "reset"; NULL: init. Of one that is not init
                          the file's own kind alone counts */
  const char *kind;    /* that kind */
  int lenient;         /* what the cluster stores: what is not known here is
                          passed on, and nothing is recommended */
  const char *file;    /* --config, or NULL */
  struct kbsh_yaml yaml;
  struct document *documents;
  size_t count;
  struct kbsh_buffer problems; /* lines */
  int problem_count;

  json_object
      *join;  /* the JoinConfiguration of a machine that joins, or NULL */
  int worker; /* it gets no control plane */
  uint32_t patience_ms; /* for an API server that can't answer just now */
  json_object *schemas; /* name -> schema */
  json_object *flags;   /* pointer that a flag set -> the flag's name */
  json_object *given;   /* kind -> what was given, in the newest API */
  json_object *tree;    /* kind -> given, and defaults */
  json_object *release; /* the table, gates applied */
  json_object *facts;   /* doc/configuration.md */
  struct kbsh_version version;
  char *version_text; /* "v1.20.2" */
  char *kubelet;      /* the installed one's; NULL: not asked, or not known */
  int ci;             /* a CI build: its images are elsewhere */
};

void config_free (struct config *config);

/* problems.c: what is wrong with the configuration. All of it is gathered
 * first, and told at once. */

/* Note a problem with what stands at a pointer of a kind. */
void config_problem (struct config *config, const char *kind,
                     const char *pointer, const char *format, ...)
    KBSH_PRINTF (4, 5);
/* The same, at the name of a member. */
void config_problem_name (struct config *config, const char *kind,
                          const char *pointer, const char *format, ...)
    KBSH_PRINTF (4, 5);
/* A warning, with its place. */
void config_warn (struct config *config, const char *kind, const char *pointer,
                  const char *format, ...) KBSH_PRINTF (4, 5);
/* -1 with the failure recorded when there was a problem. */
int config_settle (struct config *config);
/* parent + "/" + key, with the escapes of RFC 6901. The caller frees. */
char *config_pointer (const char *parent, const char *key);

/* table.c: data files that say what differs from another one (`base`). */

/* Members of maps are laid over one another, anything else replaces; null is
 * a value. Returns a new tree; either may be NULL. */
json_object *config_overlay (json_object *base, json_object *over);
/* FOLDER/NAME.yaml of this module with its bases. NULL: failed. */
json_object *config_table (struct kbsh_ctx *ctx, const char *folder,
                           const char *name);
/* The minor releases that there are tables of, oldest first. */
json_object *config_releases (struct kbsh_ctx *ctx);
/* Apply what the feature gates of the configuration change. */
int config_apply_gates (struct config *config);
/* Is a gate of this release on? */
int config_gate (struct config *config, const char *gate);

/* format.c: what a single value may be. */
struct format
{
  const char *name;
  json_type type;
  const char *allowed;             /* "an IP address such as ..." */
  int (*valid) (const char *text); /* or NULL */
  int secret;                      /* not to be shown */
};
const struct format *format_find (const char *name);
int format_dns_valid (const char *text);
/* "10.244.0.0/16,fd00::/64": parts, at most `room`. -1: not valid. */
struct kbsh_network;
int format_networks (const char *text, struct kbsh_network *out, int room);

/* schema.c */
json_object *schema_get (struct config *config, const char *name);
/* Check what stands in a document of the configuration. */
void schema_check (struct config *config, const char *schema, const char *kind,
                   json_object *tree);

/* convert.c: between the versions of the API. `tree` is kind -> document,
 * without apiVersion and kind. */
int convert_to_newest (struct config *config, const char *schema,
                       json_object **tree);
int convert_to_older (struct config *config, const char *schema,
                      json_object **tree, int quiet);

/* read.c: all documents, each checked and converted, into `given`. */
int config_take (struct config *config);
int config_read (struct config *config, const char *file);
int config_given (struct config *config);
/* The same for a file in memory (tests, fuzzing). */
int config_read_text (struct config *config, const char *file, const char *text,
                      size_t length);

/* flags.c */
int config_flags (struct config *config);
/* The flag that set what stands at a pointer, as it is shown; or NULL. */
const char *config_flag_of (struct config *config, const char *pointer);

/* release.c: which release it is. */
int config_choose_release (struct config *config);
int config_use_release (struct config *config, const char *version);
/* Is there a table of this version's release? */
int config_has_release (struct config *config,
                        const struct kbsh_version *version);

/* defaults.c */
int config_defaults (struct config *config);
json_object *config_default_tree (struct config *config);
/* Lay what is given over the defaults of one kind alone, as the tree. */
int config_defaults_of (struct config *config, const char *pointer);
/* Name and socket of the nodeRegistration of a kind ("/JoinConfiguration"),
 * and the release's taints where there are none. */
int defaults_node (struct config *config, const char *kind, int taints);
/* The API server's own address, at a pointer. */
int defaults_address (struct config *config, const char *pointer);
/* A socket without unix:// becomes one, in releases that need it. */
int defaults_socket (struct config *config, const char *kind,
                     const char *pointer);

/* validate.c, validate-net.c */
void config_validate (struct config *config);
void validate_networking (struct config *config);
/* What several kinds have; pointers are within the kind. */
void validate_name (struct config *config, const char *kind);
void validate_address (struct config *config, const char *kind,
                       const char *pointer);
void validate_ignored (struct config *config, const char *kind,
                       const char *pointer);
void validate_timeouts (struct config *config, const char *kind);

/* join.c, reset.c, validate-join.c */
int config_join_flags (struct config *config);
void config_join_validate (struct config *config);
/* Fill in the defaults of a JoinConfiguration, or ResetConfiguration, that was
 * given, and tell what is wrong with it. */
int config_join_check (struct config *config);
int config_reset_check (struct config *config);
/* The paths that a join needs beside those of init; `ca`: caCertPath. */
int config_join_paths (struct config *config, const char *ca);

/* fetch.c: what the cluster stores, into `given`; with the release chosen. */
struct kbsh_kube;
int config_fetch (struct config *config, const struct kbsh_kube *kube);
/* Of this no more than the ClusterConfiguration. */
int config_fetch_release (struct config *config, const struct kbsh_kube *kube);

/* load.c */
/* What a command other than init was given: by a file, which has to have the
 * command's own kind (no file is fine), and by flags. Checked by `check`. */
int config_make_own (struct config *config,
                     int (*check) (struct config *config));
/* What such a command reads: only its own kind. */
int config_own_kind (struct config *config);
/* The folder of patches that this kind names can be read: a problem otherwise,
 * and settled. */
int config_check_patches (struct config *config, const char *kind);
/* All facts gathered so far become the step's. */
int config_put_all (struct config *config);

/* facts.c, components.c, names.c, stored.c */
int config_facts (struct config *config);
int facts_text (struct config *config, const char *pointer, const char *text);
/* A kind at a pointer: what may be empty is there, and empty. */
int facts_kind (struct config *config, const char *pointer, const char *kind,
                json_object *empty);
int facts_timeouts (struct config *config, const char *kind);
/* Put a fact; takes over `value`. */
int facts_put (struct config *config, const char *pointer, json_object *value);
int facts_names (struct config *config);
int facts_components (struct config *config);
int facts_images (struct config *config);
json_object *config_stored (struct config *config, json_object *cluster);
/* This node's part of ClusterStatus. */
json_object *config_stored_status (struct config *config);

/* The services. */
int config_load_run (struct kbsh_ctx *ctx);
int config_read_run (struct kbsh_ctx *ctx);
int config_join_run (struct kbsh_ctx *ctx);
int config_cluster_run (struct kbsh_ctx *ctx);
int config_reset_run (struct kbsh_ctx *ctx);
int config_print_init_run (struct kbsh_ctx *ctx);
int config_print_join_run (struct kbsh_ctx *ctx);
int config_print_reset_run (struct kbsh_ctx *ctx);
int config_print_upgrade_run (struct kbsh_ctx *ctx);
int config_validate_run (struct kbsh_ctx *ctx);
int config_migrate_run (struct kbsh_ctx *ctx);
int config_images_list_run (struct kbsh_ctx *ctx);
int config_images_pull_run (struct kbsh_ctx *ctx);

#endif
