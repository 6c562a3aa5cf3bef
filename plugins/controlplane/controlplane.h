/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of this plugin share: the parts of a static Pod, each made
 * from a component's table in the release data ("filled": its texts are
 * filled from the values) and from what the user gave.
 */
#ifndef CONTROLPLANE_H
#define CONTROLPLANE_H

#include <json-c/json.h>

#include <kbsh/plugin.h>

/* The values that the tables are filled from; the caller owns them. */
json_object *controlplane_values (struct kbsh_ctx *ctx,
                                  json_object *components);
/* What the user gave for a component: "config:/cluster/apiServer/WHAT". */
json_object *controlplane_given (struct kbsh_ctx *ctx, json_object *component,
                                 const char *what);

/* The parts, set in `parts`: /command; /volumes and /mounts; /probes and
 * /ports; /env. */
int part_command (struct kbsh_ctx *ctx, const char *name, json_object *filled,
                  json_object **parts);
int part_mounts (struct kbsh_ctx *ctx, json_object *filled,
                 json_object **parts);
int part_probes (struct kbsh_ctx *ctx, json_object *components,
                 json_object *filled, json_object **parts);
int part_env (struct kbsh_ctx *ctx, json_object *filled, json_object **parts);

int manifest_run (struct kbsh_ctx *ctx);
int audit_policy_run (struct kbsh_ctx *ctx);

#endif
