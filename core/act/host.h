/* SPDX-License-Identifier: Apache-2.0
 *
 * The worker's side of the host table: what its functions are made of
 * (host_worker.c), and themselves, by what they are for.
 */
#ifndef CORE_ACT_HOST_H
#define CORE_ACT_HOST_H

#include "act/wire.h"
#include "flow/inputs.h"
#include "flow/job.h"

struct kept;

struct worker
{
  struct kbsh_ctx ctx; /* first: a context is a worker */
  struct job *job;
  struct inputs inputs;
  json_object *result;
  struct kbsh_error error;
  int failed;
  struct kept *kept; /* what was returned, until the function returns */
};

static inline struct worker *
worker_of (struct kbsh_ctx *ctx)
{
  return (struct worker *)ctx;
}

/* Record; always -1. */
int worker_fail (struct worker *worker, const struct kbsh_error *err);
int worker_fail_memory (struct worker *worker);
/* Keep `length` bytes and a NUL; NULL with an error recorded. */
const char *worker_keep (struct worker *worker, const void *data,
                         size_t length);
/* Wipe and free all that was kept. */
void worker_forget (struct worker *worker);
/* Tell the broker something. Both take over `json`; NULL is an error. */
int worker_tell (struct worker *worker, json_object *json, const void *blob,
                 size_t length);
/* Ask, and wait for the answer. An error in the answer is recorded, and -1
 * returned; *reply is filled all the same (the caller frees). */
int worker_ask (struct worker *worker, json_object *json, const void *blob,
                size_t length, struct message *reply);
/* A message of this kind, or NULL. */
json_object *worker_message (const char *kind);
/* Add a text (NULL: left out). */
void add_text (json_object *to, const char *name, const char *text);
void add_int (json_object *to, const char *name, int64_t number);
void add_list (json_object *to, const char *name, const char *const *list);
/* What a service asks for can't be: `what`. Always -1. */
int worker_refuse (struct kbsh_ctx *ctx, const char *what);
/* Fill what the caller has room for: a structure that begins with its size,
 * 0 standing for the one that it had in 1.0. */
void hand_over (void *to, size_t in_1_0, const void *from, size_t known);

/* host_input.c */
const char *host_get (struct kbsh_ctx *ctx, const char *where);
const char *host_get_string (struct kbsh_ctx *ctx, const char *where,
                             const char *otherwise);
int64_t host_get_int (struct kbsh_ctx *ctx, const char *where,
                      int64_t otherwise);
int host_get_bool (struct kbsh_ctx *ctx, const char *where, int otherwise);
const char *host_read_file (struct kbsh_ctx *ctx, const char *path,
                            size_t *length);
const char *host_services (struct kbsh_ctx *ctx, const char *role);
const char *host_data_dir (struct kbsh_ctx *ctx, const char *module);

/* host_tell.c */
int host_put (struct kbsh_ctx *ctx, const char *pointer, const char *json);
int host_put_string (struct kbsh_ctx *ctx, const char *pointer,
                     const char *text);
int host_secret (struct kbsh_ctx *ctx, const char *text);
int host_fail (struct kbsh_ctx *ctx, const struct kbsh_failure *failure);
int host_failed (struct kbsh_ctx *ctx);
const char *host_forgive (struct kbsh_ctx *ctx);
void host_log (struct kbsh_ctx *ctx, uint32_t level, const char *line);
void host_progress (struct kbsh_ctx *ctx, const char *text);
int host_finding (struct kbsh_ctx *ctx, const struct kbsh_finding *finding);
int host_print (struct kbsh_ctx *ctx, const char *text, size_t length);

/* host_effect.c */
int host_write_file (struct kbsh_ctx *ctx, const struct kbsh_file *file);
int host_remove_file (struct kbsh_ctx *ctx, const char *path);
int host_make_dir (struct kbsh_ctx *ctx, const char *path, uint32_t mode);
int host_change_mode (struct kbsh_ctx *ctx, const char *path, uint32_t mode);
int host_make_symlink (struct kbsh_ctx *ctx, const char *path,
                       const char *target);
int host_run_program (struct kbsh_ctx *ctx, const struct kbsh_program *program,
                      struct kbsh_output *output);
int host_unit (struct kbsh_ctx *ctx, const char *name, uint32_t op,
               struct kbsh_unit_state *state);
int host_remove_tree (struct kbsh_ctx *ctx, const char *path, uint32_t flags);
int host_unmount (struct kbsh_ctx *ctx, const char *folder, uint32_t flags);
int host_remove_secret (struct kbsh_ctx *ctx, const char *path);

/* host_request.c, host_call.c */
int host_request (struct kbsh_ctx *ctx, const struct kbsh_request *request,
                  struct kbsh_response *response);
int host_call (struct kbsh_ctx *ctx, const struct kbsh_call *calls,
               size_t count, uint32_t flags, const char **results);

#endif
