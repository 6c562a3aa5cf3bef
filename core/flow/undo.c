/* SPDX-License-Identifier: Apache-2.0
 *
 * The pseudo service `undo`: what earlier runs did, backwards (act/undo.h).
 */
#include "config.h"

#include "act/undo.h"

#include <string.h>

#include "flow/check.h"
#include "flow/task.h"
#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>

static int
check_list (const struct step *step, const char *key, json_object *value,
            struct kbsh_error *err)
{
  kbsh_autofree char *pointer = kbsh_text ("/with/%s", key);
  const char *text = json_object_get_string (value);
  if (strcmp (key, "only") != 0 && strcmp (key, "except") != 0)
    {
      kbsh_error_set (err, "undo has no parameter \"%s\"", key);
      kbsh_error_remedy (err, "it has only and except: lists of paths and "
                              "units");
      return node_at (&step->node, pointer ? pointer : "/with", 1, err);
    }
  if (json_object_is_type (value, json_type_array)
      || (json_object_is_type (value, json_type_string)
          && strncmp (text, "${", 2) == 0))
    return 0;
  kbsh_error_set (err, "\"%s\" of undo has to be a list", key);
  return node_at (&step->node, pointer ? pointer : "/with", 0, err);
}

int
undo_check_step (const struct step *step, struct kbsh_error *err)
{
  if (step->op)
    {
      kbsh_error_set (err, "undo has no operations");
      return node_at (&step->node, "/op", 0, err);
    }
  if (!step->with)
    return 0;
  json_object_object_foreach (step->with, key, value)
  {
    if (check_list (step, key, value, err) < 0)
      return -1;
  }
  return 0;
}

static void
undo_over (void *data, int changes, const struct kbsh_error *failure)
{
  struct task *task = data;
  task->changes = changes;
  task->failed = failure != NULL;
  if (failure)
    task->error = *failure;
  task->done (task, task->data);
}

/* What has no value is not given. */
static json_object *
list_in (json_object *with, const char *pointer)
{
  json_object *list = kbsh_json_at (with, pointer);
  return json_object_is_type (list, json_type_array) ? list : NULL;
}

int
undo_task_start (struct task *task, struct kbsh_error *err)
{
  kbsh_autojson json_object *with = task_with (task->run, task->step, err);
  if (!with)
    return -1;
  task->may_change = 1;
  return undo_start (task->run, task->step->name, list_in (with, "/only"),
                     list_in (with, "/except"), undo_over, task, err);
}
