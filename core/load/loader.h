/* SPDX-License-Identifier: Apache-2.0
 *
 * Opens one module file and says the true reason when it can't. The only file
 * that knows libltdl is loader.c. A module is opened by exact path, bound at
 * once, kept local, and stays resident: it is never unmapped.
 */
#ifndef CORE_LOAD_LOADER_H
#define CORE_LOAD_LOADER_H

#include <kbsh/error.h>
#include <kbsh/plugin.h>

/* The description is a copy in the host's memory with fields that an older
 * module lacks set to zero; its services are checked (roles, names, required
 * functions). NULL with the reason in `err` otherwise. Never freed. */
const struct kbsh_module *loader_open (const char *path,
                                       struct kbsh_error *err);

/* The function of a service by name, or NULL. */
kbsh_function *loader_function (const struct kbsh_service *service,
                                const char *name);
const char *const *loader_roles (void);

#endif
