/* SPDX-License-Identifier: Apache-2.0
 *
 * ExtraArgs: names of extra arguments that a component would refuse, or that
 * contradict the configuration. A component that does not start is found much
 * later, and with a worse message.
 */
#include "preflight.h"

#include <ctype.h>
#include <string.h>
#include <unistd.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>

#define NAME "ExtraArgs"

/* What the check works with. */
struct names
{
  struct kbsh_ctx *ctx;
  const char *component;
  json_object *known; /* list of names, or NULL: not known for this release */
  json_object *owned; /* name -> where to set it */
  int problems;
};

/* Why a name cannot be one, or NULL. */
static const char *
malformed (const char *name)
{
  if (!*name)
    return "has no name";
  if (*name == '-')
    return "is written with dashes in front: leave them out";
  if (strchr (name, '='))
    return "has its value in its name";
  for (; *name; name++)
    if (isspace ((unsigned char)*name) || *name == ',')
      return "has a blank or a comma in its name";
  return NULL;
}

/* The known name that is nearest to one that is not known, or NULL; *is: it is
 * one itself. */
static const char *
nearest (json_object *known, const char *name, int *is)
{
  size_t count = kbsh_json_length (known, "");
  const char **list = calloc (count + 1, sizeof *list);
  const char *near = NULL;
  *is = 0;
  for (size_t i = 0; list && i < count; i++)
    {
      list[i] = json_object_get_string (json_object_array_get_idx (known, i));
      *is |= !strcmp (list[i], name);
    }
  if (list && !*is)
    near = kbsh_nearest (name, list);
  free (list);
  return near;
}

static int
unknown (struct names *names, const char *name)
{
  int is = 0;
  const char *near = nearest (names->known, name, &is);
  if (!names->known || is)
    return 0;
  kbsh_autofree char *remedy
      = near ? kbsh_text ("did you mean %s?", near) : NULL;
  names->problems++;
  return kbsh_found (names->ctx, NAME, KBSH_WARN,
                     "arguments that this release of the component knows",
                     remedy, "%s does not know the argument '%s'",
                     names->component, name);
}

static int
one (struct names *names, const char *name)
{
  const char *wrong = malformed (name);
  json_object *where = NULL;
  if (wrong)
    {
      names->problems++;
      return kbsh_found (
          names->ctx, NAME, KBSH_ERROR, "names such as 'v' or 'audit-log-path'",
          "correct it in extraArgs", "an extra argument of %s %s ('%s')",
          names->component, wrong, name);
    }
  if (!names->owned || !json_object_object_get_ex (names->owned, name, &where))
    return unknown (names, name);
  kbsh_autofree char *remedy
      = kbsh_text ("set it with %s", json_object_get_string (where));
  names->problems++;
  return kbsh_found (names->ctx, NAME, KBSH_WARN, NULL, remedy,
                     "the extra argument '%s' of %s overrides what follows "
                     "from the configuration",
                     name, names->component);
}

/* The names that this release knows; NULL without an error: no such data. */
static json_object *
known_names (struct kbsh_ctx *ctx)
{
  kbsh_autofree char *file
      = kbsh_text ("arguments/%d.%d.yaml",
                   (int)ctx->host->get_int (ctx, "config:/version/major", 1),
                   (int)ctx->host->get_int (ctx, "config:/version/minor", 0));
  const char *folder = ctx->host->data_dir (ctx, "preflight");
  kbsh_autofree char *path
      = file && folder ? kbsh_text ("%s/%s", folder, file) : NULL;
  return path && !access (path, R_OK) ? kbsh_data (ctx, "preflight", file, NULL)
                                      : NULL;
}

static int
component (struct names *names, const char *where)
{
  kbsh_autofree char *reference = kbsh_text ("config:%s", where);
  kbsh_autojson json_object *list
      = reference ? kbsh_input (names->ctx, reference) : NULL;
  for (size_t i = 0; i < kbsh_json_length (list, ""); i++)
    if (one (names, kbsh_json_string (json_object_array_get_idx (list, i),
                                      "/name", "")))
      return -1;
  return 0;
}

int
check_arguments (struct kbsh_ctx *ctx)
{
  kbsh_autojson json_object *data
      = kbsh_data (ctx, "preflight", "arguments.yaml", NULL);
  kbsh_autojson json_object *known = known_names (ctx);
  json_object *components = kbsh_json_at (data, "/components");
  struct names names = { .ctx = ctx };
  if (!data || ctx->host->failed (ctx))
    return -1;
  json_object_object_foreach (components, name, where)
  {
    if (!strncmp (json_object_get_string (where), "/cluster/", 9)
        && joins_as_worker (ctx))
      continue;
    names.component = name;
    names.owned = NULL;
    names.known = NULL;
    json_object_object_get_ex (kbsh_json_at (data, "/owned"), name,
                               &names.owned);
    if (known)
      json_object_object_get_ex (known, name, &names.known);
    if (component (&names, json_object_get_string (where)))
      return -1;
  }
  return names.problems ? 0 : kbsh_passed (ctx, NAME);
}
