/* SPDX-License-Identifier: Apache-2.0
 *
 * Effects on files, and what all effects are noted with.
 */
#include "config.h"

#include "fake-inner.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>

#include <stdio.h>

json_object *
fake_effect (struct kbsh_ctx *ctx, const char *kind, const char *member,
             const char *value)
{
  json_object *e = json_object_new_object ();
  json_object_object_add (e, "effect", json_object_new_string (kind));
  json_object_object_add (e, member, json_object_new_string (value));
  json_object_array_add (fake_of (ctx)->effects, e);
  return e;
}

void
fake_note (json_object *e, const char *member, const void *data, size_t length)
{
  if (data && length)
    json_object_object_add (e, member,
                            json_object_new_string_len (data, (int)length));
}

void
fake_note_secret (json_object *e, uint32_t flags)
{
  if (flags & KBSH_SECRET)
    json_object_object_add (e, "secret", json_object_new_boolean (1));
}

static void
note_mode (json_object *e, uint32_t mode)
{
  char text[16];
  snprintf (text, sizeof text, "0%o", mode);
  json_object_object_add (e, "mode", json_object_new_string (text));
}

static int
host_print (struct kbsh_ctx *ctx, const char *text, size_t length)
{
  kbsh_autofree char *copy = strndup (text, length);
  fake_effect (ctx, "print", "text", copy);
  return 0;
}

static int
host_write_file (struct kbsh_ctx *ctx, const struct kbsh_file *file)
{
  struct fake *fake = fake_of (ctx);
  json_object *e = fake_effect (ctx, "file", "path", file->path), *files;
  fake_note (e, "content", file->data, file->length);
  note_mode (e, file->mode);
  fake_note_secret (e, file->flags);
  if (!kbsh_json_at (fake->world, "/files"))
    json_object_object_add (fake->world, "files", json_object_new_object ());
  files = kbsh_json_at (fake->world, "/files");
  return json_object_object_add (
      files, file->path,
      json_object_new_string_len (file->length ? file->data : "",
                                  (int)file->length));
}

static int
host_remove_file (struct kbsh_ctx *ctx, const char *path)
{
  fake_effect (ctx, "remove", "path", path);
  json_object_object_del (kbsh_json_at (fake_of (ctx)->world, "/files"), path);
  return 0;
}

static int
host_remove_secret (struct kbsh_ctx *ctx, const char *path)
{
  fake_effect (ctx, "remove-secret", "path", path);
  json_object_object_del (kbsh_json_at (fake_of (ctx)->world, "/files"), path);
  return 0;
}

static int
host_make_dir (struct kbsh_ctx *ctx, const char *path, uint32_t mode)
{
  note_mode (fake_effect (ctx, "dir", "path", path), mode);
  return 0;
}

static int
host_change_mode (struct kbsh_ctx *ctx, const char *path, uint32_t mode)
{
  note_mode (fake_effect (ctx, "mode", "path", path), mode);
  return 0;
}

static int
host_make_symlink (struct kbsh_ctx *ctx, const char *path, const char *target)
{
  fake_note (fake_effect (ctx, "symlink", "path", path), "target", target,
             strlen (target));
  return 0;
}

static int
host_remove_tree (struct kbsh_ctx *ctx, const char *path, uint32_t flags)
{
  json_object *one = fake_effect (ctx, "remove-tree", "path", path);
  json_object_object_add (one, "flags", json_object_new_int64 (flags));
  return 0;
}

static int
host_unmount (struct kbsh_ctx *ctx, const char *folder, uint32_t flags)
{
  json_object *one = fake_effect (ctx, "unmount", "path", folder);
  json_object_object_add (one, "flags", json_object_new_int64 (flags));
  return 0;
}

void
fake_file_effects (struct kbsh_host *host)
{
  host->print = host_print;
  host->write_file = host_write_file;
  host->remove_file = host_remove_file;
  host->make_dir = host_make_dir;
  host->change_mode = host_change_mode;
  host->make_symlink = host_make_symlink;
  host->remove_tree = host_remove_tree;
  host->unmount = host_unmount;
  host->remove_secret = host_remove_secret;
}
