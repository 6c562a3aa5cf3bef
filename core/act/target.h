/* SPDX-License-Identifier: Apache-2.0
 *
 * What the effects on files have in common: the path that is asked for,
 * checked, and what is there now.
 */
#ifndef CORE_ACT_TARGET_H
#define CORE_ACT_TARGET_H

#include "act/effect.h"
#include "act/place.h"

struct target
{
  char *path;
  struct place place;
  int folder_missing; /* so nothing is there either */
  int exists;
  struct stat st;
  json_object *details; /* before, after, temp: for the journal */
  int no_copy; /* of the content, which is a secret */
};

/* The "path" of the order: normal, declared, looked at. */
int target_open (struct order *order, struct target *out,
                 struct kbsh_error *err);
void target_close (struct target *target);

typedef int target_fn (struct order *order, struct target *target,
                       struct kbsh_error *err);
/* Open, do, close, answer. */
void target_perform (struct order *order, target_fn *effect);

/* Describe what is there, and keep a copy of a file's content. */
int target_before (struct order *order, struct target *target,
                   struct kbsh_error *err);
int target_after (struct target *target, const char *name, json_object *value,
                  struct kbsh_error *err);
/* The temporary name, in the details as well; the caller frees. */
char *target_temp (struct target *target, struct kbsh_error *err);
/* An octal mode, as text. */
json_object *mode_text (mode_t mode);

#endif
