/* SPDX-License-Identifier: Apache-2.0
 *
 * Plugins as trees, for `plugins list` and `plugins info`.
 */
#ifndef CORE_CLI_DESCRIBE_H
#define CORE_CLI_DESCRIBE_H

#include <json-c/json.h>
#include <stdio.h>

#include "load/registry.h"

/* {name, path, state, version, abi, licence, vendor, summary, roles,
 * services: [{name, role, summary, accepts, touches}]}, or {name, path, state,
 * error}. The caller owns it; NULL: out of memory. */
json_object *describe_module (const struct registry_module *module);
/* The whole of it, for people. */
void describe_text (json_object *module, FILE *out);
/* A table with a line for each of a list of modules. */
void describe_table (json_object *list, int wide, FILE *out);

#endif
