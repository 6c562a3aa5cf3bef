/* SPDX-License-Identifier: Apache-2.0
 *
 * Effects: write a file, remove one, and (in a dry run) read one back.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>

#include <kbsh/plugin.h>

#include "act/diff.h"
#include "act/pretend_file.h"
#include "act/target.h"

/* Is there a file with this content, mode and owner already? */
static int
as_wanted (const struct order *order, const struct target *target, mode_t mode)
{
  struct kbsh_error err;
  size_t length = 0;
  char *data;
  int same;
  if (!target->exists || !S_ISREG (target->st.st_mode)
      || (target->st.st_mode & 07777) != mode || target->st.st_uid != geteuid ()
      || target->st.st_gid != getegid ()
      || (size_t)target->st.st_size != order->message.blob_length)
    return 0;
  data = place_read (&target->place, &length, &err);
  same = data && length == order->message.blob_length
         && !memcmp (data, order->message.blob, length);
  if (data)
    explicit_bzero (data, length);
  free (data);
  return same;
}

static int
check_write (const struct order *order, const struct target *target,
             int64_t mode, struct kbsh_error *err)
{
  if (mode < 0 || mode > 07777)
    return kbsh_error_set (err, "cannot write %s: its mode is not possible",
                           target->path);
  if (order_has (order, KBSH_SECRET) && mode & 0077)
    {
      kbsh_error_set (err, "cannot write %s", target->path);
      return kbsh_error_why (
          err, "it is a secret, and mode %04o lets others read it",
          (unsigned int)mode);
    }
  if (!target->exists || S_ISREG (target->st.st_mode))
    return 0;
  kbsh_error_set (err, "cannot write %s", target->path);
  kbsh_error_why (err, S_ISLNK (target->st.st_mode)
                           ? "it is a symbolic link, which is not followed"
                           : "it is there, and no file");
  return kbsh_error_remedy (err, "move it out of the way");
}

static int
do_write (struct order *order, struct target *target, mode_t mode,
          struct kbsh_error *err)
{
  const struct message *message = &order->message;
  kbsh_autofree char *temp = NULL;
  char sha[65];
  if (target->folder_missing)
    return place_error (&target->place, "write", ENOENT, err);
  kbsh_sha256 (message->blob, message->blob_length, sha);
  if (target_before (order, target, err)
      || target_after (target, "sha256", json_object_new_string (sha), err)
      || target_after (target, "mode", mode_text (mode), err))
    return -1;
  temp = target_temp (target, err);
  if (!temp
      || order_intent (order, "file", target->path,
                       kbsh_steal (&target->details), err)
      || place_write (&target->place, temp, message->blob, message->blob_length,
                      mode, err))
    return -1;
  return place_rename (&target->place, temp, err);
}

/* What there is before a write or a removal, as a dry run sees it: 1 with the
 * content (the caller frees), 0 nothing. */
static int
present (struct order *order, const struct target *target, char **data,
         size_t *length, struct kbsh_error *err)
{
  const char *known = NULL;
  int state
      = pretend_file_get (order->broker->files, target->path, &known, length);
  *data = NULL;
  if (state == 2 || (!state && !target->exists))
    return 0;
  if (state == 1)
    {
      *data = malloc (*length + 1);
      if (!*data)
        return kbsh_error_memory (err);
      memcpy (*data, known, *length + 1);
    }
  else if (S_ISREG (target->st.st_mode))
    {
      *data = place_read (&target->place, length, err);
      return *data || !err->what[0] ? 1 : -1;
    }
  return 1;
}

static char *
write_text (struct order *order, const struct target *target, mode_t mode,
            const char *old, size_t old_length, int was)
{
  const struct message *message = &order->message;
  kbsh_autowipe char *diff = NULL;
  if (order_has (order, KBSH_SECRET))
    return kbsh_text ("%s %s (secret, %zu bytes, mode %04o)\n",
                      was ? "replace" : "create", target->path,
                      message->blob_length, (unsigned int)mode);
  if (memchr (message->blob, '\0', message->blob_length))
    return kbsh_text ("%s %s (%zu bytes, mode %04o)\n",
                      was ? "replace" : "create", target->path,
                      message->blob_length, (unsigned int)mode);
  diff = diff_unified (target->path, was ? old ? old : "" : NULL,
                       old ? old_length : 0, message->blob,
                       message->blob_length);
  if (!diff)
    return NULL;
  return kbsh_text ("%s(mode %04o)\n", diff, (unsigned int)mode);
}

static int
plan_write (struct order *order, const struct target *target, mode_t mode,
            struct kbsh_error *err)
{
  kbsh_autowipe char *old = NULL, *text = NULL;
  size_t length = 0;
  int was = present (order, target, &old, &length, err);
  if (was < 0)
    return -1;
  text = write_text (order, target, mode, old, length, was);
  if (!text)
    return kbsh_error_memory (err);
  if (pretend_file_put (&order->broker->files, target->path,
                        order->message.blob, order->message.blob_length, err))
    return -1;
  order_plan (order, "file", target->path, was ? "update" : "create", text);
  return 0;
}

static int
perform_write (struct order *order, struct target *target,
               struct kbsh_error *err)
{
  int64_t mode = order_int (order, "mode", -1);
  const char *known;
  size_t length;
  if (mode == 0)
    mode = order_has (order, KBSH_SECRET) ? 0600 : 0644;
  if (check_write (order, target, mode, err))
    return -1;
  if (as_wanted (order, target, (mode_t)mode)
      && !pretend_file_get (order->broker->files, target->path, &known,
                            &length))
    {
      if (!order->broker->run->dry_run)
        order_tell (order, "file", target->path, "unchanged", 0, -1);
      return 0;
    }
  if (order->broker->run->dry_run)
    return plan_write (order, target, (mode_t)mode, err);
  order_tell (order, "file", target->path, target->exists ? "update" : "create",
              1, -1);
  if (do_write (order, target, (mode_t)mode, err))
    return -1;
  order_changed (order);
  return 0;
}

static int
do_remove (struct order *order, struct target *target, struct kbsh_error *err)
{
  order_tell (order, "remove", target->path, "remove", 1, -1);
  target->no_copy = order_has (order, KBSH_SECRET);
  if (target_before (order, target, err)
      || target_after (target, "exists", json_object_new_boolean (0), err)
      || order_intent (order, "remove", target->path,
                       kbsh_steal (&target->details), err)
      || place_remove (&target->place, S_ISDIR (target->st.st_mode), err))
    return -1;
  order_changed (order);
  return 0;
}

static int
plan_remove (struct order *order, const struct target *target,
             struct kbsh_error *err)
{
  kbsh_autofree char *text = kbsh_text (
      "remove %s%s\n", target->path,
      order_has (order, KBSH_SECRET) ? " (secret: no copy is kept)" : "");
  if (!text)
    return kbsh_error_memory (err);
  if (pretend_file_put (&order->broker->files, target->path, NULL, 0, err))
    return -1;
  order_plan (order, "remove", target->path, "remove", text);
  return 0;
}

static int
perform_remove (struct order *order, struct target *target,
                struct kbsh_error *err)
{
  const char *data;
  size_t length;
  int state
      = pretend_file_get (order->broker->files, target->path, &data, &length);
  if (state == 2 || (!state && !target->exists))
    return 0;
  if (order->broker->run->dry_run)
    return plan_remove (order, target, err);
  return do_remove (order, target, err);
}

void
effect_write (struct order *order)
{
  target_perform (order, perform_write);
}

void
effect_remove (struct order *order)
{
  target_perform (order, perform_remove);
}

/* Only asked for in a dry run; what was not "written" the worker reads by
 * itself. */
void
effect_read (struct order *order)
{
  const char *path = order_string (order, "path"), *data = NULL;
  kbsh_autofree char *normal = NULL;
  struct kbsh_error err = KBSH_ERROR_INIT;
  json_object *reply = json_object_new_object ();
  size_t length = 0;
  int state = 0;
  if (path)
    normal = path_normal (path, &err);
  if (normal)
    state = pretend_file_get (order->broker->files, normal, &data, &length);
  if (reply)
    json_object_object_add (reply, "state", json_object_new_int (state));
  order_reply (order, reply, data, length);
}
