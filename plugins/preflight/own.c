/* SPDX-License-Identifier: Apache-2.0
 *
 * What this machine's own earlier run of kbsh left behind: a second run finds
 * its own files and its own components running, and those are no obstacle to
 * it. The evidence is kbsh's journal, one record a line, which names the
 * target of each effect.
 */
#include "preflight.h"

#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>

/* What the records so far say of one path. */
struct history
{
  const char *path;
  int own, before; /* now, and before the last intent about it */
  int64_t intent;  /* the number of that intent */
};

/* Is this effect a removal of the path, or of a folder around it? */
static int
removes (const struct history *history, const char *effect, const char *target)
{
  size_t length = strlen (target);
  if (!strcmp (effect, "remove"))
    return !strcmp (target, history->path);
  return !strcmp (effect, "remove-tree") && length
         && !strncmp (history->path, target, length)
         && (!history->path[length] || history->path[length] == '/');
}

static void
record (struct history *history, const char *line, size_t length)
{
  kbsh_autojson json_object *tree = kbsh_json_parse (line, length, NULL);
  const char *kind = kbsh_json_string (tree, "/kind", "");
  const char *effect = kbsh_json_string (tree, "/effect", "");
  if (!strcmp (kind, "failed")
      && kbsh_json_int (tree, "/intent", -1) == history->intent)
    history->own = history->before;
  const char *target = kbsh_json_string (tree, "/target", "");
  int removed = removes (history, effect, target);
  if (strcmp (kind, "intent")
      || (!removed
          && (strcmp (effect, "file") || strcmp (target, history->path))))
    return;
  history->before = history->own;
  history->own = !removed;
  history->intent = kbsh_json_int (tree, "/n", -1);
}

/* Lines of the journal that are about a path, a folder around it, or a failure.
 */
static void
each_line (struct kbsh_ctx *ctx, const char *path, struct history *history,
           void (*visit) (struct history *, const char *, size_t))
{
  kbsh_autofree char *journal = kbsh_text (
      "%s/journal.jsonl", kbsh_input_string (ctx, "kbsh:/state-dir", ""));
  const char *text = journal ? root_read (ctx, journal) : NULL;
  while (text && *text)
    {
      size_t length = strcspn (text, "\n");
      /* Most lines are about something else: do not parse those. */
      if (memmem (text, length, path, strlen (path))
          || memmem (text, length, "\"failed\"", 8)
          || memmem (text, length, "\"remove-tree\"", 13))
        visit (history, text, length);
      text += length + (text[length] == '\n');
    }
}

int
own_file (struct kbsh_ctx *ctx, const char *path)
{
  struct history history = { .path = path, .intent = -1 };
  each_line (ctx, path, &history, record);
  return history.own && root_exists (ctx, path);
}

/* When the path was last written, or removed, with `own` to tell which. */
static void
last (struct history *history, const char *line, size_t length)
{
  kbsh_autojson json_object *tree = kbsh_json_parse (line, length, NULL);
  const char *effect = kbsh_json_string (tree, "/effect", "");
  const char *target = kbsh_json_string (tree, "/target", "");
  int is = history->own
               ? !strcmp (effect, "file") && !strcmp (target, history->path)
               : removes (history, effect, target);
  if (is && !strcmp (kbsh_json_string (tree, "/kind", ""), "intent"))
    history->intent = kbsh_json_int (tree, "/n", -1);
}

int
own_made_from (struct kbsh_ctx *ctx, const char *path, const char *source)
{
  struct history written = { .path = source, .own = 1, .intent = -1 };
  struct history removed = { .path = path, .intent = -1 };
  each_line (ctx, source, &written, last);
  each_line (ctx, path, &removed, last);
  return written.intent > removed.intent && root_exists (ctx, path);
}

int
own_component (struct kbsh_ctx *ctx, const char *component)
{
  const char *manifests
      = kbsh_input_string (ctx, "config:/paths/manifests", "");
  const char *kubelet = kbsh_input_string (ctx, "config:/paths/kubelet", "");
  kbsh_autofree char *path
      = strcmp (component, "kubelet")
            ? kbsh_text ("%s/%s.yaml", manifests, component)
            : kbsh_text ("%s/config.yaml", kubelet);
  return path && own_file (ctx, path);
}
