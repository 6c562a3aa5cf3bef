/* SPDX-License-Identifier: Apache-2.0
 *
 * The modules in the plugin folders, by name; the first folder that has a name
 * wins. Nothing is opened before it is asked for.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <kbsh/cleanup.h>
#include <kbsh/text.h>

#include "load/check.h"
#include "load/loader.h"
#include "load/registry.h"

struct registry
{
  struct registry_module **modules; /* in the order of their names */
  size_t count;
};

static struct registry_module *
find (struct registry *registry, const char *name, size_t length)
{
  size_t i;
  for (i = 0; i < registry->count; i++)
    if (!strncmp (registry->modules[i]->name, name, length)
        && !registry->modules[i]->name[length])
      return registry->modules[i];
  return NULL;
}

static void
free_module (struct registry_module *module)
{
  if (!module)
    return;
  free (module->name);
  free (module->path);
  free (module);
}

static int
add (struct registry *registry, const char *folder, const char *file,
     struct kbsh_error *err)
{
  size_t length = strlen (file) - strlen (".so"), place = registry->count;
  struct registry_module **grown, *module;
  if (find (registry, file, length))
    return 0;
  grown = realloc (registry->modules, (registry->count + 1) * sizeof *grown);
  if (!grown)
    return kbsh_error_memory (err);
  registry->modules = grown;
  module = calloc (1, sizeof *module);
  if (!module || !(module->name = strndup (file, length))
      || asprintf (&module->path, "%s/%s", folder, file) < 0)
    {
      if (module)
        module->path = NULL;
      free_module (module);
      return kbsh_error_memory (err);
    }
  for (; place && strcmp (grown[place - 1]->name, module->name) > 0; place--)
    grown[place] = grown[place - 1];
  grown[place] = module;
  registry->count++;
  return 0;
}

static int
add_folder (struct registry *registry, const char *folder,
            struct kbsh_error *err)
{
  kbsh_autodir DIR *dir = opendir (folder);
  struct dirent *entry;
  if (!dir && errno == ENOENT)
    return 0;
  if (!dir)
    {
      kbsh_error_set (err, "the plugin folder '%s' can't be read", folder);
      return kbsh_error_why (err, "%s", strerror (errno));
    }
  kbsh_error_set (err, "the plugin folder '%s' was refused", folder);
  if (check_folder (folder, err))
    return -1;
  while ((entry = readdir (dir)))
    {
      size_t length = strlen (entry->d_name);
      if (length > 3 && entry->d_name[0] != '.'
          && !strcmp (entry->d_name + length - 3, ".so")
          && add (registry, folder, entry->d_name, err))
        return -1;
    }
  return 0;
}

int
registry_new (const char *const *folders, struct registry **out,
              struct kbsh_error *err)
{
  struct kbsh_error problem = KBSH_ERROR_INIT;
  struct registry *registry = calloc (1, sizeof *registry);
  if (!registry)
    return kbsh_error_memory (err);
  for (; *folders; folders++)
    if (add_folder (registry, *folders, &problem))
      {
        registry_free (registry);
        if (err)
          *err = problem;
        return -1;
      }
  *out = registry;
  return 0;
}

void
registry_free (struct registry *registry)
{
  size_t i;
  if (!registry)
    return;
  for (i = 0; i < registry->count; i++)
    free_module (registry->modules[i]);
  free (registry->modules);
  free (registry);
}

static void
open_now (struct registry_module *module)
{
  if (module->opened)
    return;
  module->opened = 1;
  module->module = loader_open (module->path, &module->refusal);
}

/* "did you mean ...", or which there are. */
static void
suggest (struct kbsh_error *err, const char *word, const char **names,
         const char *otherwise)
{
  const char *nearest = kbsh_nearest (word, names);
  if (nearest)
    kbsh_error_remedy (err, "did you mean '%s'?", nearest);
  else
    kbsh_error_remedy (err, "%s", otherwise);
}

static int
no_module (struct registry *registry, const char *name, size_t length,
           struct kbsh_error *err)
{
  kbsh_autofree const char **names
      = calloc (registry->count + 1, sizeof *names);
  kbsh_autofree char *word = strndup (name, length);
  size_t i;
  if (!names || !word)
    return kbsh_error_memory (err);
  for (i = 0; i < registry->count; i++)
    names[i] = registry->modules[i]->name;
  kbsh_error_set (err, "there is no plugin '%s'", word);
  suggest (err, word, names, "see which there are: kbsh plugins list");
  return -1;
}

static struct registry_module *
open_named (struct registry *registry, const char *name, size_t length,
            struct kbsh_error *err)
{
  struct registry_module *module = find (registry, name, length);
  if (!module)
    {
      no_module (registry, name, length, err);
      return NULL;
    }
  open_now (module);
  if (module->module)
    return module;
  if (err)
    *err = module->refusal;
  return NULL;
}

struct registry_module *
registry_open (struct registry *registry, const char *name,
               struct kbsh_error *err)
{
  return open_named (registry, name, strlen (name), err);
}

static int
no_service (const struct kbsh_module *module, const char *name,
            struct kbsh_error *err)
{
  const struct kbsh_service *const *services = module->services;
  kbsh_autofree const char **names = NULL;
  kbsh_autofree char *otherwise = NULL;
  size_t i, count = 0;
  while (services[count])
    count++;
  names = calloc (count + 1, sizeof *names);
  if (!names
      || asprintf (&otherwise, "see which there are: kbsh plugins info %s",
                   module->name)
             < 0)
    {
      otherwise = NULL;
      return kbsh_error_memory (err);
    }
  for (i = 0; i < count; i++)
    names[i] = services[i]->name;
  kbsh_error_set (err, "there is no service '%s'", name);
  kbsh_error_why (err, "the plugin %s does not offer it", module->name);
  suggest (err, name, names, otherwise);
  return -1;
}

static int
other_role (const struct kbsh_service *service, const char *role,
            struct kbsh_error *err)
{
  kbsh_error_set (err, "the service '%s' can't be used as a %s", service->name,
                  role);
  kbsh_error_why (err, "its role is %s", service->role);
  return kbsh_error_remedy (err, "name a service of the role %s", role);
}

const struct kbsh_service *
registry_service (struct registry *registry, const char *name, const char *role,
                  struct kbsh_error *err)
{
  const struct kbsh_service *const *services;
  struct registry_module *module;
  if (!strchr (name, '.'))
    {
      kbsh_error_set (err, "'%s' is not the name of a service", name);
      kbsh_error_remedy (err, "a service is PLUGIN.NAME");
      return NULL;
    }
  module = open_named (registry, name, strcspn (name, "."), err);
  if (!module)
    return NULL;
  for (services = module->module->services; *services; services++)
    if (!strcmp ((*services)->name, name))
      {
        if (!role || !strcmp ((*services)->role, role))
          return *services;
        other_role (*services, role, err);
        return NULL;
      }
  no_service (module->module, name, err);
  return NULL;
}

int
registry_open_all (struct registry *registry, struct kbsh_error *err)
{
  size_t i;
  (void)err;
  for (i = 0; i < registry->count; i++)
    open_now (registry->modules[i]);
  return 0;
}

size_t
registry_count (struct registry *registry)
{
  return registry->count;
}

struct registry_module *
registry_at (struct registry *registry, size_t index)
{
  return index < registry->count ? registry->modules[index] : NULL;
}

struct registry_module *
registry_owner (struct registry *registry, const struct kbsh_service *service)
{
  return find (registry, service->name, strcspn (service->name, "."));
}
