/* SPDX-License-Identifier: Apache-2.0
 *
 * What a service declared that it may touch, and what it asks for.
 */
#ifndef CORE_ACT_TOUCHES_H
#define CORE_ACT_TOUCHES_H

#include "flow/job.h"

/* 0, or -1 with an error that says what the plugin must declare. Paths are
 * normal ones (path_normal). `looks`: the effect changes nothing. */
int touches_path (struct job *job, const char *path, struct kbsh_error *err);
/* The folder with all below it. */
int touches_folder (struct job *job, const char *path, struct kbsh_error *err);
int touches_program (struct job *job, const char *name, int looks,
                     struct kbsh_error *err);
/* unit NULL: the manager itself */
int touches_unit (struct job *job, const char *unit, int looks,
                  struct kbsh_error *err);
/* `url` for the host in it; `socket`: "unix:PATH" instead, or NULL. */
int touches_host (struct job *job, const char *url, const char *socket,
                  int looks, struct kbsh_error *err);
int touches_call (struct job *job, const char *role, struct kbsh_error *err);

#endif
