/* SPDX-License-Identifier: Apache-2.0
 *
 * Effect: services of the machine (systemd units). Asked for its state before
 * and after, so that only what changes is done, and counted.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/plugin.h>
#include <kbsh/text.h>

#include "act/effect.h"
#include "act/spawn.h"
#include "act/touches.h"
#include "act/unit_state.h"

#define UNIT_TIMEOUT_MS 120000

static const char *const verbs[] = { "show", "enable",  "disable",      "start",
                                     "stop", "restart", "daemon-reload" };

struct unit
{
  struct order *order;
  struct spawn *spawn; /* the systemctl that runs now */
  char *name;
  int op;
  int acted; /* the operation was done; what follows is asking again */
  struct unit_state before, now;
};

static void unit_free (struct unit *unit);
static int ask_state (struct unit *unit, struct kbsh_error *err);

/* ---------------------------------------------------------------- */

static void
answer (struct unit *unit)
{
  struct order *order = unit->order;
  json_object *reply = json_object_new_object ();
  const struct unit_state *now = &unit->now;
  if (reply)
    {
      json_object_object_add (reply, "known",
                              json_object_new_boolean (now->known));
      json_object_object_add (reply, "enabled",
                              json_object_new_boolean (now->enabled));
      json_object_object_add (reply, "active",
                              json_object_new_boolean (now->active));
    }
  unit_free (unit);
  order_reply (order, reply, NULL, 0);
}

static void
give_up (struct unit *unit, const struct kbsh_error *err)
{
  struct order *order = unit->order;
  unit_free (unit);
  order_fail (order, err);
}

/* What the state will be, for a dry run; what is asked for later in the run
 * is answered with it. */
static void
pretend_done (struct unit *unit)
{
  struct broker *broker = unit->order->broker;
  if (unit->op == KBSH_UNIT_ENABLE || unit->op == KBSH_UNIT_DISABLE)
    unit->now.enabled = unit->op == KBSH_UNIT_ENABLE;
  else if (unit->op != KBSH_UNIT_RELOAD)
    unit->now.active = unit->op != KBSH_UNIT_STOP;
  if (!unit->name)
    return;
  if (!broker->units)
    broker->units = json_object_new_object ();
  if (broker->units)
    json_object_object_add (broker->units, unit->name,
                            unit_state_tree (&unit->now));
}

/* In a dry run a unit is as it was left, whatever systemd says. */
static void
recall (struct unit *unit)
{
  json_object *left;
  if (!json_object_object_get_ex (unit->order->broker->units, unit->name,
                                  &left))
    return;
  unit->now.enabled = kbsh_json_bool (left, "/enabled", unit->now.enabled);
  unit->now.active = kbsh_json_bool (left, "/active", unit->now.active);
}

static void
systemctl_failed (const struct unit *unit, const char *verb,
                  struct kbsh_error *err)
{
  const struct spawn *spawn = unit->spawn;
  const char *said = spawn->err.length ? spawn->err.data
                     : spawn->out.data ? spawn->out.data
                                       : "";
  size_t length = strlen (said);
  while (length && said[length - 1] == '\n')
    length--;
  kbsh_error_set (err, "cannot %s %s", verb,
                  unit->name ? unit->name : "the service manager");
  if (spawn->timed_out)
    kbsh_error_why (err, "systemctl did not end in time");
  else
    kbsh_error_why (err, "%.*s", (int)length, said);
  if (unit->name)
    kbsh_error_remedy (err, "see systemctl status %s and journalctl -u %s",
                       unit->name, unit->name);
}

/* ---------------------------------------------------------------- */

static int
run (struct unit *unit, const char *const *argv, int query, spawn_done *done,
     struct kbsh_error *err)
{
  struct spawn *spawn = calloc (1, sizeof *spawn);
  if (!spawn)
    return kbsh_error_memory (err);
  spawn->loop = unit->order->broker->run->loop;
  spawn->argv = argv;
  spawn->timeout_ms = UNIT_TIMEOUT_MS;
  spawn->query = query;
  spawn->done = done;
  spawn->data = unit;
  if (!spawn_start (spawn, err))
    {
      unit->spawn = spawn;
      return 0;
    }
  free (spawn);
  return kbsh_error_wrap (err, "services are managed with systemd's tools");
}

static void
act_done (struct spawn *spawn, void *data)
{
  struct unit *unit = data;
  struct kbsh_error err = KBSH_ERROR_INIT;
  int bad = spawn->status || spawn->timed_out;
  if (bad)
    systemctl_failed (unit, verbs[unit->op], &err);
  spawn_free (spawn);
  unit->spawn = NULL;
  unit->acted = 1;
  if (bad || ask_state (unit, &err))
    give_up (unit, &err);
}

static int
act (struct unit *unit, struct kbsh_error *err)
{
  const char *argv[] = { "systemctl", verbs[unit->op], unit->name, NULL };
  const char *target = unit->name ? unit->name : "systemd";
  json_object *details = NULL;
  if (unit->op == KBSH_UNIT_RELOAD)
    argv[2] = NULL;
  if (kbsh_json_set (&details, "/op", json_object_new_string (verbs[unit->op]),
                     err)
      || kbsh_json_set (&details, "/before", unit_state_tree (&unit->now), err))
    {
      json_object_put (details);
      return -1;
    }
  order_tell (unit->order, "unit", target, verbs[unit->op], 1, -1);
  if (order_intent (unit->order, "unit", target, details, err))
    return -1;
  order_busy (unit->order);
  unit->before = unit->now;
  return run (unit, argv, 0, act_done, err);
}

static void
plan (struct unit *unit)
{
  const char *target = unit->name ? unit->name : "systemd";
  kbsh_autofree char *text
      = unit->op == KBSH_UNIT_RELOAD || !unit->name
            ? kbsh_text ("run systemctl %s\n", verbs[unit->op])
            : kbsh_text ("run systemctl %s %s\n", verbs[unit->op], unit->name);
  order_plan (unit->order, "unit", target, verbs[unit->op], text ? text : "");
  pretend_done (unit);
}

/* The operation is over: was it a change? */
static void
tell_change (struct unit *unit)
{
  int changed = unit->op == KBSH_UNIT_RESTART || unit->op == KBSH_UNIT_RELOAD
                || unit->before.enabled != unit->now.enabled
                || unit->before.active != unit->now.active;
  if (changed)
    order_changed (unit->order);
  order_tell (unit->order, "unit", unit->name ? unit->name : "systemd",
              verbs[unit->op], changed, -1);
}

static int
known_enough (struct unit *unit, struct kbsh_error *err)
{
  if (unit->now.known || unit->op == KBSH_UNIT_STATE
      || unit->op == KBSH_UNIT_RELOAD
      || !unit_state_needs (&unit->now, unit->op, unit->name)
      || unit->order->broker->run->dry_run)
    return 0;
  kbsh_error_set (err, "cannot %s %s", verbs[unit->op], unit->name);
  kbsh_error_why (err, "there is no such unit");
  return kbsh_error_remedy (err, "install what brings it");
}

static void
go_on (struct unit *unit)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  if (unit->acted)
    tell_change (unit);
  else if (known_enough (unit, &err))
    {
      give_up (unit, &err);
      return;
    }
  else if (unit_state_needs (&unit->now, unit->op, unit->name)
           && unit->order->broker->run->dry_run)
    plan (unit);
  else if (unit_state_needs (&unit->now, unit->op, unit->name))
    {
      if (act (unit, &err))
        give_up (unit, &err);
      return;
    }
  answer (unit);
}

static void
state_done (struct spawn *spawn, void *data)
{
  struct unit *unit = data;
  struct kbsh_error err = KBSH_ERROR_INIT;
  int bad = spawn->status || spawn->timed_out;
  if (bad)
    systemctl_failed (unit, "ask about", &err);
  else
    unit->now = unit_state_read (spawn);
  recall (unit);
  spawn_free (spawn);
  unit->spawn = NULL;
  if (bad)
    give_up (unit, &err);
  else
    go_on (unit);
}

static int
ask_state (struct unit *unit, struct kbsh_error *err)
{
  const char *argv[]
      = { "systemctl", "show", "-p", UNIT_PROPERTIES, "--", unit->name, NULL };
  if (unit->name)
    return run (unit, argv, 1, state_done, err);
  go_on (unit);
  return 0;
}

/* ---------------------------------------------------------------- */

static void
unit_free (struct unit *unit)
{
  unit->order->cancel = NULL;
  unit->order->state = NULL;
  free (unit->name);
  free (unit);
}

static void
unit_cancel (struct order *order)
{
  struct unit *unit = order->state;
  struct kbsh_error err;
  kbsh_error_set (&err, "systemctl was ended");
  kbsh_error_why (&err, "the worker that asked for it is gone");
  if (unit->spawn)
    spawn_cancel (unit->spawn);
  give_up (unit, &err);
}

/* A name that systemctl can't take for an option, or for a pattern. */
static int
good_name (const char *name)
{
  return *name && *name != '-' && strlen (name) < 256
         && !name[strspn (name, "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789:-_.\\@")];
}

void
effect_unit (struct order *order)
{
  const char *name = order_string (order, "name");
  int64_t op = order_int (order, "op", -1);
  struct kbsh_error err = KBSH_ERROR_INIT;
  struct unit *unit;
  if (op < KBSH_UNIT_STATE || op > KBSH_UNIT_RELOAD
      || (name && !good_name (name)) || (!name && op != KBSH_UNIT_RELOAD))
    {
      order_broken (order, "a unit has no possible name or operation");
      return;
    }
  if (touches_unit (order->job, name, op == KBSH_UNIT_STATE, &err))
    {
      order_fail (order, &err);
      return;
    }
  unit = calloc (1, sizeof *unit);
  if (unit && name)
    unit->name = strdup (name);
  if (!unit || (name && !unit->name))
    {
      free (unit);
      kbsh_error_memory (&err);
      order_fail (order, &err);
      return;
    }
  unit->order = order;
  unit->op = (int)op;
  order->state = unit;
  order->cancel = unit_cancel;
  if (ask_state (unit, &err))
    give_up (unit, &err);
}
