/* SPDX-License-Identifier: Apache-2.0
 *
 * A part of a YAML file together with the places of all that is in it, so that
 * it can be moved and merged and an error still says where it was written.
 */
#ifndef CORE_FLOW_NODE_H
#define CORE_FLOW_NODE_H

#include <json-c/json.h>
#include <stdint.h>

#include <kbsh/error.h>

/* Both are owned. places: pointer within the tree (and pointer + "\tkey" for
 * the name of a member) -> [file, line, column]. */
struct node
{
  json_object *tree;
  json_object *places;
};

/* Read a file of one document. */
int node_read (const char *path, struct node *out, struct kbsh_error *err);
void node_free (struct node *node);
/* The part at a pointer, which shares the tree. */
int node_part (const struct node *node, const char *pointer, struct node *out,
               struct kbsh_error *err);
/* The elements of the list at a member, each as a part; `out` has room for
 * `count` that are empty, the caller's even when it fails. */
int node_split (const struct node *node, const char *key, struct node *out,
                size_t count, struct kbsh_error *err);
/* Merge the members of `over` named in `keys` (NULL-ended) into a copy of the
 * tree; objects are merged, everything else replaced, null removes. */
int node_merge (struct node *node, const struct node *over,
                const char *const *keys, struct kbsh_error *err);

/* Complete an error with the place of a value (of its name: `key`), or of
 * what encloses it. Always returns -1. */
int node_at (const struct node *node, const char *pointer, int key,
             struct kbsh_error *err);
void node_place (const struct node *node, const char *pointer,
                 const char **file, int *line, int *column);

/* It has to be an object with none but these members (NULL-ended). */
int node_keys (const struct node *node, const char *what,
               const char *const *keys, struct kbsh_error *err);

/* Members by name. Each leaves *out alone when there is no such member (or it
 * is null), and fails with its place when it has another type. */
int node_string (const struct node *node, const char *key, char **out,
                 struct kbsh_error *err);
int node_bool (const struct node *node, const char *key, int *out,
               struct kbsh_error *err);
int node_count (const struct node *node, const char *key, int *out,
                struct kbsh_error *err);
int node_duration (const struct node *node, const char *key, int64_t *ms,
                   struct kbsh_error *err);
/* A list of texts (NULL-ended); one text alone counts as a list of one. */
int node_strings (const struct node *node, const char *key, char ***out,
                  struct kbsh_error *err);
/* A new reference; `type` json_type_null: any. */
int node_value (const struct node *node, const char *key, json_type type,
                json_object **out, struct kbsh_error *err);
/* A text that has to be there. */
int node_need_string (const struct node *node, const char *what,
                      const char *key, char **out, struct kbsh_error *err);

void strings_free (char **strings);
size_t strings_count (const char *const *strings);

#endif
