/* SPDX-License-Identifier: Apache-2.0
 *
 * Before anything is undone: are the copies those that were kept?
 */
#include "config.h"

#include <unistd.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>

#include "act/recover.h"
#include "act/undoing.h"

char *
undo_backup (const struct undoing *undo, const struct deed *deed)
{
  return kbsh_text ("%s/backup/%s", undo->run->state_folder,
                    past_backup (deed));
}

static int
check_backup (const struct undoing *undo, const struct deed *deed,
              struct kbsh_error *err)
{
  kbsh_autofree char *path = undo_backup (undo, deed);
  kbsh_autojson json_object *claim = NULL;
  const char *sha = kbsh_json_string (deed->intent, "/before/sha256", NULL);
  if (!path)
    return kbsh_error_memory (err);
  if (kbsh_json_set_string (&claim, "/effect", "file", err)
      || kbsh_json_set_string (&claim, "/target", path, err)
      || kbsh_json_set_string (&claim, "/after/mode", "0600", err)
      || (sha && kbsh_json_set_string (&claim, "/after/sha256", sha, err)))
    return -1;
  if (sha ? evidence_of (claim) : !access (path, R_OK))
    return 0;
  kbsh_error_set (err, "the journal can't be trusted, so nothing is undone");
  kbsh_error_why (err, "%s is not the copy of %s that was kept", path,
                  deed->target);
  return kbsh_error_remedy (
      err, "look at it, then move %s/journal.jsonl away: what stands in it can "
           "then not be undone",
      undo->run->state_folder);
}

int
undo_check (struct undoing *undo, struct kbsh_error *err)
{
  for (size_t i = 0; i < undo->past.count; i++)
    {
      const struct deed *deed = &undo->past.deeds[i];
      if (deed->done && !deed->own && !deed->undone && past_is_content (deed)
          && past_backup (deed) && undo_wants (undo, deed->target)
          && check_backup (undo, deed, err))
        return -1;
    }
  return 0;
}
