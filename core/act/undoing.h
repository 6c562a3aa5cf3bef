/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of the undo share. Only they include this.
 */
#ifndef CORE_ACT_UNDOING_H
#define CORE_ACT_UNDOING_H

#include "act/effect.h"
#include "act/past.h"
#include "act/undo.h"

struct undoing
{
  struct run *run;
  struct broker *broker;
  struct job job; /* on whose behalf its orders are; it has no worker */
  json_object *only, *except;
  struct past past;
  size_t left; /* deeds not looked at yet */
  int units;   /* which units have their turn: 0 those that end, 1 paths,
                  2 those that start */
  size_t unit;
  json_object *kept; /* copies that are not wiped: of what was left alone */
  struct kbsh_error error;
  undo_done *done;
  void *data;
};

/* Is this path or unit to be undone? */
int undo_wants (const struct undoing *undo, const char *target);
/* An order of the undo's own: intents say that they undo `deeds` (a list of
 * numbers, taken over; or NULL). NULL with an error. */
struct order *undo_order (struct undoing *undo, json_object *deeds,
                          struct kbsh_error *err);
/* Something is left as it is, and why. `serious`: it is a warning. */
void undo_left (struct undoing *undo, const char *what, const char *why,
                int serious);

/* undo_content.c and undo_path.c: 1 when an order is under way or done (its end
 * goes on), 0 when there was nothing to do, -1. */
int undo_content (struct undoing *undo, struct deed *last,
                  struct kbsh_error *err);
int undo_mode (struct undoing *undo, struct deed *deed,
               struct kbsh_error *err);
int undo_dir (struct undoing *undo, struct deed *deed,
              struct kbsh_error *err);
/* In a dry run, not what would be gone by now. */
int undo_is_there (const struct undoing *undo, const char *path);
/* A mode in the deed's record. */
mode_t undo_mode_in (const struct deed *deed, const char *pointer);
/* Write ahead: `temp` may be NULL, `after` is taken over. */
int undo_intent (struct order *order, const char *effect,
                 const struct deed *deed, int existed, const char *temp,
                 json_object *after, struct kbsh_error *err);
/* undo_unit.c: the next unit that `units` is about; 0 when there is none. */
int undo_unit (struct undoing *undo, struct kbsh_error *err);
/* undo_check.c: where the copy is (the caller frees). */
char *undo_backup (const struct undoing *undo, const struct deed *deed);
/* Check the copies that will be needed against what the journal says. */
int undo_check (struct undoing *undo, struct kbsh_error *err);

#endif
