/* SPDX-License-Identifier: Apache-2.0
 *
 * What modules there are. A module's name is its file: NAME.so in one of the
 * plugin folders, looked at in their order; a service "NAME.x" is in module
 * NAME. Modules are opened when they are asked for.
 */
#ifndef CORE_LOAD_REGISTRY_H
#define CORE_LOAD_REGISTRY_H

#include <json-c/json.h>

#include <kbsh/error.h>
#include <kbsh/plugin.h>

struct registry;

struct registry_module
{
  char *name;
  char *path;
  int opened;                        /* it was tried */
  const struct kbsh_module *module;  /* NULL: refused, or not yet opened */
  struct kbsh_error refusal;         /* why it was refused */
};

/* Folders end with NULL. A folder that is not there is fine; one that others
 * may write to is refused. */
int registry_new (const char *const *folders, struct registry **out,
                  struct kbsh_error *err);
void registry_free (struct registry *registry);

/* One by its short name; the error names the nearest one. */
struct registry_module *registry_open (struct registry *registry,
                                       const char *name,
                                       struct kbsh_error *err);
/* A service by its whole name; `role` may be NULL for any. Errors: no such
 * module, refused, no such service (with the nearest), another role. */
const struct kbsh_service *registry_service (struct registry *registry,
                                             const char *name,
                                             const char *role,
                                             struct kbsh_error *err);
/* Open all; refused ones stay in the list with their reason. */
int registry_open_all (struct registry *registry, struct kbsh_error *err);
size_t registry_count (struct registry *registry);
struct registry_module *registry_at (struct registry *registry, size_t index);
/* The module that a service belongs to. */
struct registry_module *registry_owner (struct registry *registry,
                                        const struct kbsh_service *service);

#endif
