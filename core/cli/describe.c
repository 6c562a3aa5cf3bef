/* SPDX-License-Identifier: Apache-2.0
 *
 * What a module says about itself, as a tree and as text.
 */
#include "config.h"

#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/json.h>

#include "cli/describe.h"

static int
put (json_object *to, const char *name, json_object *value)
{
  if (value && !json_object_object_add (to, name, value))
    return 0;
  json_object_put (value);
  return -1;
}

static int
put_text (json_object *to, const char *name, const char *text)
{
  return put (to, name, json_object_new_string (text ? text : ""));
}

/* They were checked when the module was opened. */
static int
put_json (json_object *to, const char *name, const char *text)
{
  return text ? put (to, name, json_tokener_parse (text)) : 0;
}

static int
put_service (json_object *list, const struct kbsh_service *service)
{
  json_object *tree = json_object_new_object ();
  if (!tree || json_object_array_add (list, tree))
    {
      json_object_put (tree);
      return -1;
    }
  if (put_text (tree, "name", service->name)
      || put_text (tree, "role", service->role)
      || put_text (tree, "summary", service->summary)
      || put_json (tree, "accepts", service->accepts)
      || put_json (tree, "touches", service->touches))
    return -1;
  if (!strcmp (service->role, "command"))
    return put_text (tree, "words",
                     ((const struct kbsh_command_ops *)service->ops)->words);
  return 0;
}

static int
put_role (json_object *list, const char *role)
{
  size_t i;
  for (i = 0; i < json_object_array_length (list); i++)
    if (!strcmp (role,
                 json_object_get_string (json_object_array_get_idx (list, i))))
      return 0;
  return json_object_array_add (list, json_object_new_string (role));
}

static int
put_module (json_object *tree, const struct kbsh_module *module)
{
  const struct kbsh_service *const *service = module->services;
  json_object *roles = json_object_new_array ();
  json_object *services;
  char abi[32];
  snprintf (abi, sizeof abi, "%u.%u", module->abi_major, module->abi_minor);
  if (put_text (tree, "version", module->version) || put_text (tree, "abi", abi)
      || put_text (tree, "licence", module->licence)
      || put_text (tree, "vendor", module->vendor)
      || put_text (tree, "summary", module->summary)
      || put (tree, "roles", roles))
    return -1;
  services = json_object_new_array ();
  if (put (tree, "services", services))
    return -1;
  for (; *service; service++)
    if (put_role (roles, (*service)->role) || put_service (services, *service))
      return -1;
  return 0;
}

static int
put_refusal (json_object *tree, const struct kbsh_error *err)
{
  json_object *error = json_object_new_object ();
  return put (tree, "error", error) || put_text (error, "what", err->what)
         || put_text (error, "why", err->why)
         || put_text (error, "remedy", err->remedy);
}

json_object *
describe_module (const struct registry_module *module)
{
  kbsh_autojson json_object *tree = json_object_new_object ();
  if (!tree || put_text (tree, "name", module->name)
      || put_text (tree, "path", module->path)
      || put_text (tree, "state", module->module ? "loaded" : "refused")
      || (module->module ? put_module (tree, module->module)
                         : put_refusal (tree, &module->refusal)))
    return NULL;
  return kbsh_steal (&tree);
}

static const char *
text_at (json_object *tree, const char *name)
{
  json_object *value = json_object_object_get (tree, name);
  return value ? json_object_get_string (value) : "";
}

/* The strings of a list (or of one member of its objects), with commas. */
static char *
joined (json_object *list, const char *member)
{
  char *text = NULL;
  size_t size, i, count = json_object_array_length (list);
  FILE *out = open_memstream (&text, &size);
  for (i = 0; out && i < count; i++)
    {
      json_object *item = json_object_array_get_idx (list, i);
      fprintf (out, "%s%s", i ? "," : "",
               member ? text_at (item, member) : json_object_get_string (item));
    }
  if (out)
    fclose (out);
  return text;
}

static void
parameter_text (json_object *parameter, FILE *out)
{
  static const char *const marks[]
      = { "required", "secret", "positional", NULL };
  json_object *value;
  size_t i;
  fprintf (out, "      %-20s %s", text_at (parameter, "name"),
           text_at (parameter, "type"));
  for (i = 0; marks[i]; i++)
    if (json_object_get_boolean (json_object_object_get (parameter, marks[i])))
      fprintf (out, ", %s", marks[i]);
  value = json_object_object_get (parameter, "values");
  if (value)
    {
      kbsh_autofree char *values = joined (value, NULL);
      fprintf (out, ", one of %s", values ? values : "");
    }
  value = json_object_object_get (parameter, "default");
  if (value)
    fprintf (out, ", default %s",
             json_object_to_json_string_ext (value, JSON_C_TO_STRING_PLAIN));
  if (*text_at (parameter, "help"))
    fprintf (out, "\n      %-20s %s", "", text_at (parameter, "help"));
  fputc ('\n', out);
}

static void
service_text (json_object *service, FILE *out)
{
  json_object *accepts = json_object_object_get (service, "accepts");
  json_object *touches = json_object_object_get (service, "touches");
  size_t i, count = accepts ? json_object_array_length (accepts) : 0;
  fprintf (out, "\n%s (%s)\n    %s\n", text_at (service, "name"),
           text_at (service, "role"), text_at (service, "summary"));
  if (*text_at (service, "words"))
    fprintf (out, "    command: %s\n", text_at (service, "words"));
  if (count)
    fputs ("    parameters:\n", out);
  for (i = 0; i < count; i++)
    parameter_text (json_object_array_get_idx (accepts, i), out);
  if (!touches || !json_object_object_length (touches))
    {
      fputs ("    touches: nothing\n", out);
      return;
    }
  fputs ("    touches:\n", out);
  json_object_object_foreach (touches, key, value)
  {
    kbsh_autofree char *values = joined (value, NULL);
    fprintf (out, "      %-20s %s\n", key, values ? values : "");
  }
}

void
describe_text (json_object *module, FILE *out)
{
  static const char *const members[]
      = { "name",    "version", "abi",   "licence", "vendor",
          "summary", "path",    "state", NULL };
  json_object *services = json_object_object_get (module, "services");
  size_t i;
  for (i = 0; members[i]; i++)
    if (json_object_object_get (module, members[i]))
      fprintf (out, "%-9s%s\n", members[i], text_at (module, members[i]));
  for (i = 0; services && i < json_object_array_length (services); i++)
    service_text (json_object_array_get_idx (services, i), out);
}

#define COLUMNS 9
static const char *const titles[COLUMNS]
    = { "NAME",   "VERSION", "ABI",     "ROLES",   "STATE",
        "VENDOR", "PATH",    "LICENCE", "SERVICES" };

/* One cell; the caller frees. */
static char *
cell (json_object *module, int column)
{
  static const char *const members[COLUMNS]
      = { "name",   "version", "abi",     "roles",   "state",
          "vendor", "path",    "licence", "services" };
  json_object *value = json_object_object_get (module, members[column]);
  if (json_object_is_type (value, json_type_array))
    return joined (value, strcmp (members[column], "services") ? NULL : "name");
  return strdup (value ? json_object_get_string (value) : "-");
}

static size_t
display_width (const char *text)
{
  size_t width = 0;
  for (; *text; text++)
    width += (*text & 0xc0) != 0x80;
  return width;
}

static void
measure (json_object *list, int columns, size_t widths[COLUMNS])
{
  size_t i;
  int column;
  for (column = 0; column < columns; column++)
    {
      widths[column] = strlen (titles[column]);
      for (i = 0; i < json_object_array_length (list); i++)
        {
          kbsh_autofree char *text
              = cell (json_object_array_get_idx (list, i), column);
          size_t width = text ? display_width (text) : 0;
          if (width > widths[column])
            widths[column] = width;
        }
    }
}

static void
row (json_object *module, int columns, const size_t widths[COLUMNS], FILE *out)
{
  int column;
  for (column = 0; column < columns; column++)
    {
      kbsh_autofree char *text
          = module ? cell (module, column) : strdup (titles[column]);
      size_t width = text ? display_width (text) : 0;
      fputs (text ? text : "", out);
      fprintf (out, "%*s",
               column + 1 < columns ? (int)(widths[column] - width + 2) : 0,
               "");
    }
  fputc ('\n', out);
}

void
describe_table (json_object *list, int wide, FILE *out)
{
  int columns = wide ? COLUMNS : COLUMNS - 2;
  size_t widths[COLUMNS], i;
  measure (list, columns, widths);
  row (NULL, columns, widths, out);
  for (i = 0; i < json_object_array_length (list); i++)
    {
      json_object *module = json_object_array_get_idx (list, i);
      json_object *error = json_object_object_get (module, "error");
      row (module, columns, widths, out);
      if (error)
        fprintf (out, "  why: %s\n  remedy: %s\n", text_at (error, "why"),
                 text_at (error, "remedy"));
    }
}
