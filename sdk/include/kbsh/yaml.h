/* SPDX-License-Identifier: Apache-2.0
 *
 * kbsh/yaml.h - YAML 1.1 as Kubernetes reads it (and so JSON) into JSON trees,
 * with the place of each value, and back. Since 1.0.
 */
#ifndef KBSH_YAML_H
#define KBSH_YAML_H

#include <json-c/json.h>
#include <stddef.h>

#include <kbsh/error.h>

/* One document of a stream. */
struct kbsh_yaml_document
{
  json_object *tree;
  int line; /* where it begins */
  json_object *places; /* pointer -> [line, column] of each value, and
                          pointer + "\tkey" -> of each member's name */
};

struct kbsh_yaml
{
  struct kbsh_yaml_document *documents;
  size_t count;
};

/* Parse a stream of documents; empty documents are left out. `name` is used in
 * errors (file:line:column). A duplicate key, an anchor that is not defined,
 * a key that is no scalar, a text with a NUL in it, more than 64 levels,
 * 50000 values, 16 MiB of pointers to them, 1 MiB of aliases expanded, are
 * errors. Integers, floats, booleans (true/false/yes/no/on/off) and null
 * (~, null, empty) of plain scalars get their types; YAML timestamps stay
 * strings. */
int kbsh_yaml_parse (const char *name, const char *text, size_t length,
                     struct kbsh_yaml *out, struct kbsh_error *err);
void kbsh_yaml_free (struct kbsh_yaml *yaml);

/* The tree of a text that has to hold exactly one document, the caller's; NULL
 * with the error set. */
json_object *kbsh_yaml_one (const char *name, const char *text, size_t length,
                            struct kbsh_error *err);

/* Where a value stands; 0 when found, otherwise the nearest enclosing one. */
int kbsh_yaml_place (const struct kbsh_yaml_document *document,
                     const char *pointer, int *line, int *column);

/* A tree as block style YAML, members in the order of their names, without
 * "---"; strings are quoted where they would be read as another type. The
 * caller frees. */
char *kbsh_yaml_text (json_object *tree, struct kbsh_error *err);

#endif
