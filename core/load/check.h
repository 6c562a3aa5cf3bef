/* SPDX-License-Identifier: Apache-2.0
 *
 * What the loader looks at before it believes a module: its file, and what it
 * says about itself. Each function fills only `why` and `remedy` of the error;
 * loader.c says what was refused.
 */
#ifndef CORE_LOAD_CHECK_H
#define CORE_LOAD_CHECK_H

#include <kbsh/error.h>
#include <kbsh/plugin.h>

/* The folder is root's or ours, and nobody else may write to it, or put another
 * one in its place. */
int check_folder (const char *folder, struct kbsh_error *err);
/* The file is a plain one and no link, and it and its folder are root's or ours,
 * and nobody else may write to them. `plain` is the remedy for what is no file.
 */
int check_trusted (const char *path, const char *plain, struct kbsh_error *err);
/* The file is a plain one, root's or ours, nobody else may write to it, it is
 * a whole module for this machine, and exports a description. Nothing of it is
 * run. */
int check_file (const char *path, struct kbsh_error *err);

/* "lower case, digits and '-'", not beginning with '-'. */
int check_name (const char *name);
/* One line of text in UTF-8 that is not empty. `what` names it in the error. */
int check_line (const char *text, const char *what, struct kbsh_error *err);

/* A service (a copy in the host's memory) of the module with this name. */
int check_service (const struct kbsh_service *service, const char *module,
                   struct kbsh_error *err);
int check_accepts (const struct kbsh_service *service, struct kbsh_error *err);
int check_touches (const struct kbsh_service *service, struct kbsh_error *err);

/* Fill `why` and, unless it is NULL, `remedy`. Always -1. */
int check_refuse (struct kbsh_error *err, const char *remedy, const char *why,
                  ...) KBSH_PRINTF (3, 4);

#endif
