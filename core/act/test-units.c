/* SPDX-License-Identifier: Apache-2.0
 *
 * Services through the broker, with a systemctl of the test's own in the
 * place of the real one (in a mount namespace of the test's own).
 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kbsh/json.h>

#include "act/test-kit.h"
#include "act/undo.h"

/* Its state is one file a property; each call but `show` is noted. */
static const char fake[]
    = "#!/bin/sh\n"
      "cd %s || exit 1\n"
      "case $1 in\n"
      "show) for p in LoadState UnitFileState ActiveState NeedDaemonReload\n"
      "  do echo \"$p=$(cat $p)\"; done; exit;;\n"
      "enable) echo enabled >UnitFileState;;\n"
      "disable) echo disabled >UnitFileState;;\n"
      "start|restart) test ! -e broken || { echo 'it is broken' >&2; exit 1; "
      "}\n"
      "  echo active >ActiveState;;\n"
      "stop) echo inactive >ActiveState;;\n"
      "daemon-reload) echo no >NeedDaemonReload;;\n"
      "esac\n"
      "echo \"$*\" >>calls\n";

static const char touches[] = "{'units':['a.service']}";
static const char *name = "a.service";
static uint32_t op;

static int
use_it (struct kbsh_ctx *ctx)
{
  struct kbsh_unit_state state = { 0 };
  if (ctx->host->unit (ctx, name, op, &state))
    return -1;
  ctx->host->put (ctx, "/known", state.known ? "true" : "false");
  ctx->host->put (ctx, "/enabled", state.enabled ? "true" : "false");
  return ctx->host->put (ctx, "/active", state.active ? "true" : "false");
}

static int
use (uint32_t wanted)
{
  op = wanted;
  return kit_do (use_it, "step", touches);
}

static int
is (const char *what)
{
  return kbsh_json_bool (kit_result, what, 0);
}

static void
set (const char *property, const char *value)
{
  kit_write (kit_path (property), value);
}

static void
set_up (void)
{
  char text[2 * sizeof fake + 4096];
  if (!kit_own_mounts ())
    kit_skip ("no mount namespaces here");
  snprintf (text, sizeof text, fake, kit_folder);
  kit_write (kit_path ("systemctl"), text);
  OK (!chmod (kit_path ("systemctl"), 0755));
  if (mount (kit_path ("systemctl"), "/usr/bin/systemctl", NULL, MS_BIND, NULL))
    kit_skip ("there is no /usr/bin/systemctl to stand in for");
  set ("LoadState", "loaded\n");
  set ("UnitFileState", "disabled\n");
  set ("ActiveState", "inactive\n");
  set ("NeedDaemonReload", "no\n");
}

static void
test_operations (void)
{
  OK (!use (KBSH_UNIT_STATE) && is ("/known") && !is ("/enabled"));
  OK (!use (KBSH_UNIT_ENABLE) && kit_changes == 1 && is ("/enabled"));
  OK (!use (KBSH_UNIT_ENABLE) && kit_changes == 0);
  OK (!use (KBSH_UNIT_START) && kit_changes == 1 && is ("/active"));
  OK (!use (KBSH_UNIT_START) && kit_changes == 0);
  OK (!use (KBSH_UNIT_RESTART) && kit_changes == 1);
  OK (!use (KBSH_UNIT_RELOAD) && kit_changes == 0);
  set ("NeedDaemonReload", "yes\n");
  OK (!use (KBSH_UNIT_RELOAD) && kit_changes == 1);
  OK (!use (KBSH_UNIT_STOP) && kit_changes == 1 && !is ("/active"));
  OK (!use (KBSH_UNIT_DISABLE) && kit_changes == 1 && !is ("/enabled"));
  OK (!use (KBSH_UNIT_DISABLE) && kit_changes == 0);
  OK (!strcmp (kit_read (kit_path ("calls")),
               "enable a.service\nstart a.service\nrestart a.service\n"
               "daemon-reload\nstop a.service\ndisable a.service\n"));
  OK (kit_system ("grep -q '\"op\":\"restart\"' %sstate/journal.jsonl",
                  kit_folder)
      == 0);
}

static int undone;

static void
undo_over (void *data, int changes, const struct kbsh_error *failure)
{
  (void)data;
  OK (!failure);
  undone = changes + 1;
}

static void
undo (void)
{
  undone = 0;
  OK (!undo_start (&kit_run, "undo", NULL, NULL, undo_over, NULL, &kit_error));
  while (!undone)
    OK (!loop_once (kit_run.loop, 1000, &kit_error));
}

/* However often a unit was started and stopped: as before the first time. */
static void
test_undo (void)
{
  set ("calls", "");
  OK (!use (KBSH_UNIT_ENABLE) && !use (KBSH_UNIT_START));
  set ("calls", "");
  undo ();
  OK (undone == 3);
  OK (!strcmp (kit_read (kit_path ("calls")),
               "disable a.service\nstop a.service\n"));
  undo ();
  OK (undone == 1);
  kit_close ();
  set ("ActiveState", "active\n");
  kit_open (0);
  OK (!use (KBSH_UNIT_STOP) && !use (KBSH_UNIT_START)
      && !use (KBSH_UNIT_RESTART) && !use (KBSH_UNIT_STOP));
  set ("calls", "");
  undo ();
  OK (!strcmp (kit_read (kit_path ("calls")), "start a.service\n"));
  kit_close ();
  set ("ActiveState", "inactive\n");
  kit_open (0);
}

static void
test_failures (void)
{
  set ("broken", "");
  OK (use (KBSH_UNIT_START) && strstr (kit_error.why, "it is broken"));
  OK (strstr (kit_error.remedy, "journalctl -u a.service"));
  OK (kit_event ("effect", "\"action\":\"start\",\"changed\":false,"
                           "\"status\":\"failed\",\"seconds\":"));
  OK (!unlink (kit_path ("broken")));
  name = "b.service";
  OK (use (KBSH_UNIT_START) && strstr (kit_error.remedy, "\"units\""));
  name = "--now";
  OK (use (KBSH_UNIT_START) && strstr (kit_error.what, "contract"));
  name = "a.service";
  OK (kit_do (use_it, "check", touches));
  OK (strstr (kit_error.why, "a check looks"));
  op = KBSH_UNIT_STATE;
  OK (!kit_do (use_it, "check", touches));
  set ("LoadState", "not-found\n");
  OK (use (KBSH_UNIT_START) && strstr (kit_error.why, "no such unit"));
}

static void
test_dry_run (void)
{
  enum
  {
    PLANS = 2 /* the events of a start and a stop */
  };
  const char *before = kit_read (kit_path ("calls"));
  kit_close ();
  kit_open (1);
  OK (!use (KBSH_UNIT_START) && is ("/active") && kit_changes == 0);
  OK (kit_event ("plan", "systemctl start a.service"));
  /* What was stopped is started, though systemd says that it is still up. */
  set ("ActiveState", "activating\n");
  OK (!use (KBSH_UNIT_STOP) && !is ("/active"));
  OK (kit_event ("plan", "systemctl stop a.service"));
  OK (!use (KBSH_UNIT_STATE) && !is ("/active"));
  OK (json_object_array_length (kit_events) == PLANS);
  OK (!use (KBSH_UNIT_START) && is ("/active"));
  OK (json_object_array_length (kit_events) == PLANS + 1);
  OK (!use (KBSH_UNIT_START) && !use (KBSH_UNIT_ENABLE) && is ("/enabled"));
  OK (!use (KBSH_UNIT_ENABLE) && is ("/active"));
  OK (json_object_array_length (kit_events) == PLANS + 2);
  OK (!strcmp (before, kit_read (kit_path ("calls"))));
}

int
main (void)
{
  kit_begin ();
  set_up ();
  kit_open (0);
  test_operations ();
  kit_close ();
  OK (!kit_system ("rm -r %sstate", kit_folder));
  kit_open (0);
  test_undo ();
  test_failures ();
  test_dry_run ();
  kit_close ();
  kit_end ();
  return 0;
}
