/* SPDX-License-Identifier: Apache-2.0
 *
 * A fake host: what it is made of, and what a test asks it for.
 */
#include "config.h"

#include "fake-inner.h"

#include <kbsh/cleanup.h>
#include <kbsh/json.h>
#include <kbsh/text.h>

#include <stdio.h>

struct fake *
fake_of (struct kbsh_ctx *ctx)
{
  return (struct fake *)ctx;
}

const char *
fake_keep (struct fake *fake, const char *text)
{
  json_object *kept = json_object_new_string (text);
  json_object_array_add (fake->kept, kept);
  return json_object_get_string (kept);
}

json_object *
fake_file_at (struct fake *fake, const char *path)
{
  json_object *content = NULL;
  json_object_object_get_ex (kbsh_json_at (fake->world, "/files"), path,
                             &content);
  return content;
}

void
fake_open (struct fake *fake, const char *text)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  kbsh_autofree char *json = strdup (text);
  json_object *world;
  for (char *c = json; *c; c++)
    if (*c == '\'')
      *c = '"';
  world = kbsh_json_parse (json, strlen (json), &err);
  if (!world)
    {
      fprintf (stderr, "fake_open: column %d: %s\n", err.column, err.why);
      exit (1);
    }
  fake_open_tree (fake, world);
}

void
fake_open_tree (struct fake *fake, json_object *world)
{
  *fake = (struct fake){ .ctx = { .size = sizeof fake->ctx,
                                  .host = &fake->host,
                                  .step = "test",
                                  .service = "test.test",
                                  .op = "run" },
                         .world = world };
  fake->host = (struct kbsh_host){ .size = sizeof fake->host,
                                   .abi_major = KBSH_ABI_MAJOR,
                                   .abi_minor = KBSH_ABI_MINOR };
  fake_inputs (&fake->host);
  fake_file_effects (&fake->host);
  fake_answers (&fake->host);
  fake->effects = json_object_new_array ();
  fake->results = json_object_new_object ();
  fake->findings = json_object_new_array ();
  fake->logs = json_object_new_array ();
  fake->secrets = json_object_new_array ();
  fake->kept = json_object_new_array ();
}

void
fake_close (struct fake *fake)
{
  json_object_put (fake->world);
  json_object_put (fake->effects);
  json_object_put (fake->results);
  json_object_put (fake->findings);
  json_object_put (fake->logs);
  json_object_put (fake->secrets);
  json_object_put (fake->kept);
}

const char *
fake_effects (struct fake *fake)
{
  return kbsh_json_text (fake->effects, 1);
}

const char *
fake_error (struct fake *fake)
{
  char text[4096];
  if (!fake->has_failed)
    return "";
  return fake_keep (fake, kbsh_error_text (&fake->error, text, sizeof text));
}

const void *
fake_ops (const struct kbsh_module *module, const char *service)
{
  const struct kbsh_service *const *s = module->services;
  while (*s && strcmp ((*s)->name, service))
    s++;
  if (*s)
    return (*s)->ops;
  fprintf (stderr, "fake_ops: %s is no service of it\n", service);
  exit (1);
}

void
fake_put_file (struct fake *fake, const char *path, const char *content)
{
  json_object *files = kbsh_json_at (fake->world, "/files");
  if (!files)
    {
      files = json_object_new_object ();
      json_object_object_add (fake->world, "files", files);
    }
  if (content)
    json_object_object_add (files, path, json_object_new_string (content));
  else
    json_object_object_del (files, path);
}

const char *
fake_file (struct fake *fake, const char *path)
{
  json_object *content = fake_file_at (fake, path);
  return content ? json_object_get_string (content) : NULL;
}
