/* SPDX-License-Identifier: Apache-2.0
 *
 * kbsh/service.h - the host table with less typing: what the functions of a
 * plugin call most. All of it is built on kbsh/plugin.h. Since 1.0.
 */
#ifndef KBSH_SERVICE_H
#define KBSH_SERVICE_H

#include <json-c/json.h>

#include <kbsh/error.h>
#include <kbsh/plugin.h>

/* A service and the table of its role, as `static const struct kbsh_service
 * ID`. What is given last are the other members of it:
 *
 *   KBSH_STEP (note, run_note, .name = "example.note", .summary = "...");
 */
#define KBSH_STEP(id, function, ...)                                           \
  static const struct kbsh_step_ops id##_ops = { sizeof id##_ops, function };  \
  KBSH_SERVICE_ (id, "step", __VA_ARGS__)
#define KBSH_CHECK(id, function, ...)                                          \
  static const struct kbsh_check_ops id##_ops = { sizeof id##_ops, function }; \
  KBSH_SERVICE_ (id, "check", __VA_ARGS__)
#define KBSH_SERVICE_(id, its_role, ...)                                       \
  static const struct kbsh_service id                                          \
      = { .size = sizeof id, .role = its_role, .ops = &id##_ops, __VA_ARGS__ }

/* An input as a tree the caller owns (NULL: none). See host->get. */
json_object *kbsh_input (struct kbsh_ctx *ctx, const char *where);
/* host->get_string; "" counts as none when `otherwise` is NULL. */
const char *kbsh_input_string (struct kbsh_ctx *ctx, const char *where,
                               const char *otherwise);

/* Put a result; takes over `value`. */
int kbsh_put (struct kbsh_ctx *ctx, const char *pointer, json_object *value);

/* Record an error; all return -1. */
int kbsh_fail (struct kbsh_ctx *ctx, const char *why, const char *remedy,
               const char *what, ...) KBSH_PRINTF (4, 5);
int kbsh_fail_error (struct kbsh_ctx *ctx, const struct kbsh_error *err);
int kbsh_fail_memory (struct kbsh_ctx *ctx);

void kbsh_say (struct kbsh_ctx *ctx, const char *format, ...)
    KBSH_PRINTF (2, 3);
void kbsh_warn (struct kbsh_ctx *ctx, const char *format, ...)
    KBSH_PRINTF (2, 3);
void kbsh_debug (struct kbsh_ctx *ctx, const char *format, ...)
    KBSH_PRINTF (2, 3);
/* What is being waited for or worked on; a `format` of NULL: nothing any
 * more. See host->progress. */
void kbsh_progress (struct kbsh_ctx *ctx, const char *format, ...)
    KBSH_PRINTF (2, 3);
int kbsh_print (struct kbsh_ctx *ctx, const char *format, ...)
    KBSH_PRINTF (2, 3);

/* Report a check: passed, or what was found, is needed, and mends it. */
int kbsh_passed (struct kbsh_ctx *ctx, const char *name);
int kbsh_found (struct kbsh_ctx *ctx, const char *name,
                enum kbsh_severity severity, const char *needed,
                const char *remedy, const char *found, ...) KBSH_PRINTF (6, 7);

/* Write a text: an ordinary one, or a secret one (0600). */
int kbsh_write (struct kbsh_ctx *ctx, const char *path, const char *text,
                uint32_t mode);
int kbsh_write_secret (struct kbsh_ctx *ctx, const char *path,
                       const char *text);
/* The folder that `path` is in, with this mode where it is made. */
int kbsh_make_folder_of (struct kbsh_ctx *ctx, const char *path, uint32_t mode);
/* A tree as YAML. */
int kbsh_write_yaml (struct kbsh_ctx *ctx, const char *path, json_object *tree,
                     uint32_t mode);

/* A file of the machine that holds one YAML document, as a tree the caller
 * owns; NULL with the failure recorded. `remedy` is what to do when there is
 * no such file. */
json_object *kbsh_read_yaml (struct kbsh_ctx *ctx, const char *path,
                             const char *remedy);

/* A data file of this module (YAML, one document) as a tree, with ${/...}
 * filled from `values` unless that is NULL. */
json_object *kbsh_data (struct kbsh_ctx *ctx, const char *module,
                        const char *file, json_object *values);
/* All documents of it, as a list. */
json_object *kbsh_data_list (struct kbsh_ctx *ctx, const char *module,
                             const char *file, json_object *values);

/* Call one service; the caller owns the result (NULL: failed). Takes over
 * `args`. */
json_object *kbsh_call_one (struct kbsh_ctx *ctx, const char *role,
                            const char *service, const char *op,
                            json_object *args);

/* The last errors that a unit of systemd wrote (lines of severity E or F as
 * Kubernetes' components write them, or what a Go program ends with); without
 * any, its last `lines`; without these, what the service manager says of it.
 * Each after two spaces and with a line break in front; "" when there are none,
 * or nobody can tell. NULL when out of memory; the caller frees. The service has to declare the program
 * journalctl. */
char *kbsh_unit_log (struct kbsh_ctx *ctx, const char *unit, int lines);

#endif
