/* SPDX-License-Identifier: Apache-2.0
 *
 * Undoing what was done to units. However often one was started and stopped,
 * the state before the first time is what counts. Those that shall end do so
 * before their files go, those that shall run start when theirs are back.
 */
#include "config.h"

#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/plugin.h>
#include <kbsh/text.h>

#include "act/undoing.h"

/* What of the unit's state the deed changed: "enabled", "active", or NULL. */
static const char *
property (const struct deed *deed)
{
  const char *op = kbsh_json_string (deed->intent, "/op", "");
  if (strcmp (deed->effect, "unit") || !deed->done || deed->own || deed->undone)
    return NULL;
  if (!strcmp (op, "enable") || !strcmp (op, "disable"))
    return "enabled";
  return !strcmp (op, "start") || !strcmp (op, "stop")
                 || !strcmp (op, "restart")
             ? "active"
             : NULL;
}

/* "a" and "a.service" are the same. */
static int
same_unit (const char *one, const char *other)
{
  size_t length = strlen (one), longer = strlen (other);
  if (length > longer)
    return same_unit (other, one);
  return !strncmp (one, other, length)
         && (!other[length]
             || (!strchr (one, '.') && !strcmp (other + length, ".service")));
}

/* All deeds of this kind, unless there is an earlier one: NULL. */
static json_object *
same_deeds (const struct undoing *undo, const struct deed *deed)
{
  const char *what = property (deed);
  kbsh_autojson json_object *numbers = json_object_new_array ();
  for (size_t i = 0; numbers && i < undo->past.count; i++)
    {
      const struct deed *other = &undo->past.deeds[i];
      const char *its = property (other);
      if (!its || strcmp (its, what) || !same_unit (other->target, deed->target))
        continue;
      if (other < deed)
        return NULL;
      json_object_array_add (numbers, json_object_new_int64 (other->n));
    }
  return kbsh_steal (&numbers);
}

static uint32_t
operation (const char *what, int wanted)
{
  if (!strcmp (what, "enabled"))
    return wanted ? KBSH_UNIT_ENABLE : KBSH_UNIT_DISABLE;
  return wanted ? KBSH_UNIT_START : KBSH_UNIT_STOP;
}

static int
message (struct undoing *undo, struct order *order, const char *name,
         uint32_t op)
{
  json_object *touches = NULL, *json = NULL;
  int bad = kbsh_json_set (&touches, "/units", json_object_new_array (), NULL)
            || kbsh_json_set_string (&touches, "/units/-", name, NULL)
            || kbsh_json_set_string (&json, "/name", name, NULL)
            || kbsh_json_set (&json, "/op", json_object_new_int64 (op), NULL);
  json_object_put (undo->job.touches);
  undo->job.touches = touches;
  order->message.json = json;
  return bad;
}

static int
start (struct undoing *undo, const struct deed *deed, json_object *numbers,
       struct kbsh_error *err)
{
  const char *what = property (deed);
  struct order *order = undo_order (undo, numbers, err);
  if (!order)
    return -1;
  if (message (undo, order, deed->target,
               operation (what, undo->units != 0)))
    {
      kbsh_error_memory (err);
      order_fail (order, err);
    }
  else
    effect_unit (order);
  return 1;
}

int
undo_unit (struct undoing *undo, struct kbsh_error *err)
{
  while (undo->unit < undo->past.count)
    {
      const struct deed *deed = &undo->past.deeds[undo->unit++];
      const char *what = property (deed);
      kbsh_autofree char *before = what ? kbsh_text ("/before/%s", what) : NULL;
      json_object *numbers;
      if (!before || !undo_wants (undo, deed->target)
          || kbsh_json_bool (deed->intent, before, 0) != (undo->units != 0))
        continue;
      numbers = same_deeds (undo, deed);
      if (numbers)
        return start (undo, deed, numbers, err);
    }
  return 0;
}
