/* SPDX-License-Identifier: Apache-2.0
 *
 * Does one intent of the journal make sense?
 */
#include "config.h"

#include "act/past.h"

#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>

#include "act/place.h"

static int
is_normal (const char *path)
{
  struct kbsh_error err;
  kbsh_autofree char *normal
      = path && *path == '/' ? path_normal (path, &err) : NULL;
  return normal && !strcmp (normal, path);
}

static int
is_mode (const char *text)
{
  size_t length = text ? strlen (text) : 0;
  return length > 0 && length <= 5 && strspn (text, "01234567") == length;
}

static const char *
check_before (json_object *intent)
{
  const char *type = kbsh_json_string (intent, "/before/type", "");
  const char *backup = kbsh_json_string (intent, "/before/backup", NULL);
  if (!json_object_is_type (kbsh_json_at (intent, "/before/exists"),
                            json_type_boolean))
    return "it does not say what was there before";
  if (!kbsh_json_bool (intent, "/before/exists", 0))
    return NULL;
  if (!is_mode (kbsh_json_string (intent, "/before/mode", NULL))
      || kbsh_json_int (intent, "/before/uid", -1) < 0
      || kbsh_json_int (intent, "/before/gid", -1) < 0)
    return "it does not say whose the file was, or its mode";
  if (!strcmp (type, "file") && !kbsh_json_bool (intent, "/before/secret", 0)
      && (!backup || !*backup || *backup == '.' || strchr (backup, '/')))
    return "it names no copy of the file";
  if (!strcmp (type, "symlink")
      && !kbsh_json_string (intent, "/before/target", NULL))
    return "it does not say where the link pointed";
  return NULL;
}

static const char *
check_made (json_object *intent)
{
  size_t count = kbsh_json_length (intent, "/after/made");
  json_object *made = kbsh_json_at (intent, "/after/made");
  for (size_t i = 0; i < count; i++)
    if (!is_normal (
            json_object_get_string (json_object_array_get_idx (made, i))))
      return "a folder in it is no absolute path";
  return count ? NULL : "it does not say which folders were made";
}

const char *
past_check (const struct deed *deed)
{
  static const char *const of_paths[]
      = { "file", "remove", "symlink", "mode",
          "dir",  "remove-tree", "unmount", NULL };
  if (!deed->effect || !deed->target)
    return "it does not say what was done to what";
  for (const char *const *one = of_paths; *one; one++)
    if (!strcmp (*one, deed->effect) && !is_normal (deed->target))
      return "its target is no absolute path";
  /* What an undo did is not undone. */
  if (deed->undone)
    return NULL;
  if (past_is_content (deed))
    return check_before (deed->intent);
  if (!strcmp (deed->effect, "dir"))
    return check_made (deed->intent);
  if (!strcmp (deed->effect, "mode")
      && (!is_mode (kbsh_json_string (deed->intent, "/before/mode", NULL))
          || !is_mode (kbsh_json_string (deed->intent, "/after/mode", NULL))))
    return "it has no mode";
  return NULL;
}
