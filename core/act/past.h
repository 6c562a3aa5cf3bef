/* SPDX-License-Identifier: Apache-2.0
 *
 * What earlier runs did, read from the journal whole and distrusted: nothing
 * is undone on the word of one that does not make sense.
 */
#ifndef CORE_ACT_PAST_H
#define CORE_ACT_PAST_H

#include <json-c/json.h>
#include <stddef.h>
#include <stdint.h>

#include <kbsh/error.h>

/* One intent. */
struct deed
{
  int64_t n;
  json_object *intent;
  const char *effect, *target; /* in intent */
  int done;                    /* it happened */
  int own;    /* of a run of the workflow that undoes, which stands */
  int undone; /* already, or it undoes another one */
  int handled; /* the undo has been here */
};

struct past
{
  struct deed *deeds; /* in the order in which they happened */
  size_t count;
};

/* Read STATE/journal.jsonl (none: nothing is in it). `workflow` is the name
 * of that which undoes. */
int past_read (const char *folder, const char *workflow, struct past *out,
               struct kbsh_error *err);
void past_free (struct past *past);

/* past_check.c: what is wrong with its record, or NULL. */
const char *past_check (const struct deed *deed);
/* Does the deed have a copy of what was there before? Its name, or NULL. */
const char *past_backup (const struct deed *deed);
/* Is it one of file, remove, symlink: the content of a path? */
int past_is_content (const struct deed *deed);
/* Was the path removed, by a run, with a folder around it after this deed? */
int past_removed_later (const struct past *past, const struct deed *deed,
                        const char *path);
/* Is the `before` of `later` what `earlier` left there? */
int past_follows (const struct deed *earlier, const struct deed *later);

#endif
