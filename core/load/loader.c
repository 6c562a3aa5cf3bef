/* SPDX-License-Identifier: Apache-2.0
 *
 * Opens modules. libltdl opens what it is given lazily and says "file not
 * found" for every failure, so each cause is looked for before it is asked.
 */
#include "config.h"

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <link.h>
#include <ltdl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <kbsh/cleanup.h>

#include "load/check.h"
#include "load/loader.h"

/* What 1.0 had: nothing smaller is a module. */
#define MODULE_V1_SIZE                                                         \
  (offsetof (struct kbsh_module, services) + sizeof (void *))
#define SERVICE_V1_SIZE (offsetof (struct kbsh_service, ops) + sizeof (void *))
#define MAX_SERVICES 1024

/* Every module that was opened: they stay for ever, and are opened once. */
struct opened
{
  struct opened *next;
  struct kbsh_module module;
  char path[];
};
static struct opened *all;

int
check_refuse (struct kbsh_error *err, const char *remedy, const char *why, ...)
{
  va_list args;
  if (!err)
    return -1;
  va_start (args, why);
  vsnprintf (err->why, sizeof err->why, why, args);
  va_end (args);
  if (remedy)
    kbsh_error_remedy (err, "%s", remedy);
  return -1;
}

/* "LIBRARY: cannot open shared object file: ..." and
 * "FILE: undefined symbol: NAME" in the dynamic linker's words. */
static int
explain (const char *text, struct kbsh_error *err)
{
  static const char missing[] = ": cannot open shared object file";
  static const char undefined[] = "undefined symbol: ";
  const char *at = strstr (text, undefined);
  if (at)
    return check_refuse (err,
                         "link it with -Wl,-z,defs against what defines it, "
                         "or with the libkbsh it was made for",
                         "it uses the symbol '%s', which neither it nor its "
                         "libraries define",
                         at + sizeof undefined - 1);
  at = strstr (text, missing);
  if (at)
    return check_refuse (err, "install the package that has this library",
                         "it needs the library '%.*s', which is not here",
                         (int)(at - text), text);
  return check_refuse (err, NULL, "the dynamic linker says: %s", text);
}

/* Bind everything now: what is missing is found here, with its name, and not
 * in the middle of a run. */
static int
bind_all (const char *path, struct link_map **map, struct kbsh_error *err)
{
  const char *text;
  void *handle = dlopen (path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (handle && !dlinfo (handle, RTLD_DI_LINKMAP, map))
    return 0;
  text = dlerror ();
  return explain (text ? text : "no reason", err);
}

static int
ltdl_open (const char *path, lt_dlhandle *out, struct kbsh_error *err)
{
  static int ready;
  lt_dladvise advise;
  if (!ready && lt_dlinit ())
    return check_refuse (err, NULL, "libltdl can't be used: %s", lt_dlerror ());
  ready = 1;
  if (lt_dladvise_init (&advise))
    return check_refuse (err, NULL, "out of memory");
  *out = lt_dladvise_local (&advise) || lt_dladvise_resident (&advise)
             ? NULL
             : lt_dlopenadvise (path, advise);
  lt_dladvise_destroy (&advise);
  if (!*out)
    return check_refuse (err, NULL, "libltdl says: %s", lt_dlerror ());
  return 0;
}

/* The description, when it is this module's own (a library that it is linked
 * with could have one too) and data as large as 1.0 wants. */
static const struct kbsh_module *
find_description (lt_dlhandle handle, const struct link_map *map,
                  struct kbsh_error *err)
{
  const void *found = lt_dlsym (handle, "kbsh_module");
  const ElfW (Sym) *symbol = NULL;
  Dl_info info;
  if (!found || !dladdr1 (found, &info, (void **)&symbol, RTLD_DL_SYMENT)
      || (ElfW (Addr))info.dli_fbase != (ElfW (Addr))map->l_addr
      || info.dli_saddr != found || !symbol)
    {
      check_refuse (err,
                    "describe the module with KBSH_MODULE (...), and link "
                    "it with -export-symbols-regex '^kbsh_module$'",
                    "it does not export the symbol 'kbsh_module' itself");
      return NULL;
    }
  if (ELF64_ST_TYPE (symbol->st_info) != STT_OBJECT
      || symbol->st_size < MODULE_V1_SIZE)
    {
      check_refuse (err, "describe the module with KBSH_MODULE (...)",
                    "its 'kbsh_module' is no description: it has %lu bytes "
                    "of %s, and %zu of data are needed",
                    (unsigned long)symbol->st_size,
                    ELF64_ST_TYPE (symbol->st_info) == STT_OBJECT ? "data"
                                                                  : "code",
                    (size_t)MODULE_V1_SIZE);
      return NULL;
    }
  return found;
}

static int
check_versions (const struct kbsh_module *module, struct kbsh_error *err)
{
  if (module->abi_major != KBSH_ABI_MAJOR)
    return check_refuse (err, "build it with this kbsh's SDK",
                         "it was made for ABI %u, and this program has ABI "
                         "%d: they do not work together",
                         module->abi_major, KBSH_ABI_MAJOR);
  if (module->abi_minor > KBSH_ABI_MINOR)
    return check_refuse (err,
                         "update kbsh, or build the module with this kbsh's "
                         "SDK",
                         "it needs ABI %u.%u, and this program has the older "
                         "%d.%d",
                         module->abi_major, module->abi_minor, KBSH_ABI_MAJOR,
                         KBSH_ABI_MINOR);
  if (module->size < MODULE_V1_SIZE)
    return check_refuse (err,
                         "set .size with sizeof (struct kbsh_module), as "
                         "KBSH_MODULE (...) does",
                         "its description says that it has %zu bytes, and "
                         "ABI 1.0 has %zu",
                         module->size, (size_t)MODULE_V1_SIZE);
  return 0;
}

static int
check_texts (const struct kbsh_module *module, const char *file,
             struct kbsh_error *err)
{
  size_t length = strlen (file) - strlen (".so");
  if (check_line (module->name, "the module's name", err))
    return -1;
  if (!check_name (module->name))
    return check_refuse (err, "use lower case letters, digits and '-'",
                         "its name '%s' is not allowed", module->name);
  if (strlen (module->name) != length || strncmp (module->name, file, length))
    {
      kbsh_error_remedy (err, "name the file %s.so", module->name);
      return kbsh_error_why (err, "it calls itself '%s', and its file is %s",
                             module->name, file);
    }
  if (check_line (module->version, "the module's version", err)
      || check_line (module->licence, "the module's licence", err)
      || check_line (module->vendor, "the module's vendor", err))
    return -1;
  return check_line (module->summary, "the module's summary", err);
}

static int
count_services (const struct kbsh_module *module, size_t *count,
                struct kbsh_error *err)
{
  static const char remedy[] = "list its services, and NULL after the last";
  if (!module->services)
    return check_refuse (err, remedy, "its list of services is NULL");
  for (*count = 0; module->services[*count]; ++*count)
    if (*count == MAX_SERVICES)
      return check_refuse (err, remedy,
                           "its list of services has no end (more than %d)",
                           MAX_SERVICES);
  if (!*count)
    return check_refuse (err, remedy, "it offers no service");
  return 0;
}

static int
check_twins (struct kbsh_service *const *services, size_t count,
             struct kbsh_error *err)
{
  size_t i;
  for (i = 0; i < count; i++)
    if (!strcmp (services[i]->name, services[count]->name))
      return check_refuse (err, "give each service a name of its own",
                           "it has two services with the name '%s'",
                           services[i]->name);
  return 0;
}

/* The service number `i`, behind those that were copied before it. */
static int
copy_service (const struct kbsh_module *module, size_t i,
              struct kbsh_service **list, struct kbsh_error *err)
{
  const struct kbsh_service *from = module->services[i];
  size_t size = from->size;
  if (size < SERVICE_V1_SIZE)
    return check_refuse (err, "set .size = sizeof (struct kbsh_service)",
                         "its service number %zu says that it has %zu bytes, "
                         "and ABI 1.0 has %zu",
                         i + 1, size, (size_t)SERVICE_V1_SIZE);
  memcpy (list[i], from, size < sizeof *from ? size : sizeof *from);
  return check_service (list[i], module->name, err)
         || check_twins (list, i, err);
}

/* Copies in our memory: what an older module lacks is zero. */
static int
copy_services (struct kbsh_module *module, size_t count, struct kbsh_error *err)
{
  struct kbsh_service **list = calloc (count + 1, sizeof *list);
  struct kbsh_service *room = calloc (count, sizeof *room);
  size_t i;
  if (!list || !room)
    {
      free (list);
      free (room);
      return check_refuse (err, NULL, "out of memory");
    }
  for (i = 0; i < count; i++)
    {
      list[i] = &room[i];
      if (copy_service (module, i, list, err))
        break;
    }
  if (i == count)
    {
      module->services = (const struct kbsh_service *const *)list;
      return 0;
    }
  free (list);
  free (room);
  return -1;
}

static int
describe (const struct kbsh_module *from, const char *file,
          struct kbsh_module *out, struct kbsh_error *err)
{
  size_t count = 0;
  if (check_versions (from, err))
    return -1;
  memset (out, 0, sizeof *out);
  memcpy (out, from, from->size < sizeof *out ? from->size : sizeof *out);
  if (check_texts (out, file, err) || count_services (out, &count, err))
    return -1;
  return copy_services (out, count, err);
}

/* The folder with its links resolved, and the file's own name as it is: a
 * link there is refused, not followed. */
static int
whole_path (const char *path, char out[PATH_MAX], struct kbsh_error *err)
{
  char folder[PATH_MAX] = ".";
  const char *slash = strrchr (path, '/');
  const char *file = slash ? slash + 1 : path;
  size_t length = strlen (file);
  if (length < 4 || strcmp (file + length - 3, ".so"))
    return check_refuse (err, "a module's file is NAME.so",
                         "its file's name does not end in .so");
  if (slash && (size_t)(slash - path) < sizeof folder)
    snprintf (folder, sizeof folder, "%.*s",
              slash == path ? 1 : (int)(slash - path), path);
  if (!realpath (folder, out))
    return check_refuse (err, "correct the path", "its folder '%s': %s", folder,
                         strerror (errno));
  if (strlen (out) + length + 2 > PATH_MAX)
    return check_refuse (err, NULL, "its path is too long");
  if (strcmp (out, "/"))
    strcat (out, "/");
  strcat (out, file);
  return 0;
}

static struct opened *
open_module (const char *path, struct kbsh_error *err)
{
  const struct kbsh_module *description;
  kbsh_autofree struct opened *opened = NULL;
  struct link_map *map;
  lt_dlhandle handle;
  if (check_file (path, err) || bind_all (path, &map, err)
      || ltdl_open (path, &handle, err))
    return NULL;
  description = find_description (handle, map, err);
  if (!description)
    return NULL;
  opened = calloc (1, sizeof *opened + strlen (path) + 1);
  if (!opened)
    {
      check_refuse (err, NULL, "out of memory");
      return NULL;
    }
  strcpy (opened->path, path);
  if (describe (description, strrchr (path, '/') + 1, &opened->module, err))
    return NULL;
  opened->next = all;
  all = opened;
  return kbsh_steal (&opened);
}

const struct kbsh_module *
loader_open (const char *path, struct kbsh_error *err)
{
  char whole[PATH_MAX];
  struct kbsh_error why = KBSH_ERROR_INIT;
  struct opened *opened = NULL;
  kbsh_error_set (&why, "the module %s was refused", path);
  if (!whole_path (path, whole, &why))
    {
      for (opened = all; opened; opened = opened->next)
        if (!strcmp (opened->path, whole))
          return &opened->module;
      opened = open_module (whole, &why);
    }
  if (!opened && err)
    *err = why;
  return opened ? &opened->module : NULL;
}
