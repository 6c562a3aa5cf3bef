/* SPDX-License-Identifier: Apache-2.0
 *
 * The file of a module: who may have written it, and whether it is a module at
 * all. Asked before the dynamic linker, whose words hide the cause, and before
 * anything in the file can run.
 */
#include "config.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kbsh/cleanup.h>

#include "load/check.h"

/* The program's own ELF header, put here by the linker: what it says of class
 * and machine is what a module must say. */
extern const ElfW (Ehdr) __ehdr_start __attribute__ ((visibility ("hidden")));

static int
trusted (const struct stat *st, const char *noun, const char *path,
         struct kbsh_error *err)
{
  if (st->st_uid != 0 && st->st_uid != geteuid ())
    {
      kbsh_error_remedy (err, "run: chown root: '%s'", path);
      return kbsh_error_why (err,
                             "the %s belongs to user %u, who is neither root "
                             "nor the user that runs this (%u)",
                             noun, (unsigned)st->st_uid, (unsigned)geteuid ());
    }
  if (st->st_mode & (S_IWGRP | S_IWOTH))
    {
      kbsh_error_remedy (err, "run: chmod go-w '%s'", path);
      return kbsh_error_why (err, "%s may write to the %s (mode %04o)",
                             st->st_mode & S_IWOTH ? "everybody" : "its group",
                             noun, (unsigned)(st->st_mode & 07777));
    }
  return 0;
}

/* Who may write to a folder above can put another one in this one's place; the
 * sticky bit keeps that from all but its owner. */
static int
check_above (const char *folder, struct kbsh_error *err)
{
  char above[PATH_MAX];
  struct stat st;
  if (!realpath (folder, above))
    return check_refuse (err, NULL, "the folder '%s' can't be read: %s", folder,
                         strerror (errno));
  for (char *slash = strrchr (above, '/'); slash; slash = strrchr (above, '/'))
    {
      slash[slash == above] = '\0';
      if (stat (above, &st) == 0 && st.st_mode & S_IWOTH
          && !(st.st_mode & S_ISVTX))
        {
          kbsh_error_remedy (err, "run: chmod o-w '%s'", above);
          return kbsh_error_why (err,
                                 "everybody may write to '%s', a folder above "
                                 "it (mode %04o)",
                                 above, (unsigned)(st.st_mode & 07777));
        }
      if (slash == above)
        break;
    }
  return 0;
}

int
check_folder (const char *folder, struct kbsh_error *err)
{
  struct stat st;
  if (stat (folder, &st))
    return check_refuse (err, NULL, "the folder '%s' can't be read: %s", folder,
                         strerror (errno));
  if (!S_ISDIR (st.st_mode))
    return check_refuse (err, NULL, "'%s' is not a folder", folder);
  if (trusted (&st, "folder that it is in", folder, err))
    return -1;
  return check_above (folder, err);
}

static int
check_owner (const char *path, const char *plain, struct kbsh_error *err)
{
  struct stat st;
  if (lstat (path, &st) && errno == ENOENT)
    return check_refuse (err, "install it there, or correct the path",
                         "there is no such file");
  if (lstat (path, &st))
    return check_refuse (err, NULL, "it can't be looked at: %s",
                         strerror (errno));
  if (S_ISLNK (st.st_mode))
    return check_refuse (err, "put the file itself there",
                         "it is a symbolic link");
  if (!S_ISREG (st.st_mode))
    return check_refuse (err, plain, "it is not a regular file");
  return trusted (&st, "file", path, err);
}

static int
check_header (const unsigned char *data, size_t length, struct kbsh_error *err)
{
  const ElfW (Ehdr) *own = &__ehdr_start;
  ElfW (Ehdr) header;
  static const char rebuild[] = "build it for this machine";
  if (length < sizeof header || memcmp (data, ELFMAG, SELFMAG))
    return check_refuse (err, "build it as a shared object (cc -shared)",
                         "it is not an ELF file");
  memcpy (&header, data, sizeof header);
  if (header.e_ident[EI_CLASS] != own->e_ident[EI_CLASS]
      || header.e_ident[EI_DATA] != own->e_ident[EI_DATA])
    return check_refuse (err, rebuild,
                         "it is an ELF file of another class or byte order "
                         "(%u/%u, this program is %u/%u)",
                         header.e_ident[EI_CLASS], header.e_ident[EI_DATA],
                         own->e_ident[EI_CLASS], own->e_ident[EI_DATA]);
  if (header.e_machine != own->e_machine)
    return check_refuse (err, rebuild,
                         "it is for another machine (ELF machine %u, this "
                         "program is for %u)",
                         header.e_machine, own->e_machine);
  if (header.e_type != ET_DYN)
    return check_refuse (err, "build it as a shared object (cc -shared)",
                         "it is an ELF file, but not a shared object");
  return 0;
}

/* The dynamic linker maps what the program headers say, and a page behind the
 * end of the file ends the program that touches it. */
static int
check_whole (const unsigned char *data, size_t length, struct kbsh_error *err)
{
  ElfW (Ehdr) header;
  ElfW (Phdr) part;
  size_t end;
  memcpy (&header, data, sizeof header);
  end = header.e_phoff + header.e_phnum * sizeof part;
  for (size_t i = 0;
       i < header.e_phnum && end >= header.e_phoff && end <= length; i++)
    {
      memcpy (&part, data + header.e_phoff + i * sizeof part, sizeof part);
      if (part.p_type == PT_LOAD && part.p_offset + part.p_filesz > length)
        end = part.p_offset + part.p_filesz;
      if (part.p_offset + part.p_filesz < part.p_offset)
        end = SIZE_MAX;
    }
  if (header.e_phentsize == sizeof part && end >= header.e_phoff
      && end <= length)
    return 0;
  return check_refuse (err, "copy it again",
                       "it is cut off: it has %zu bytes, and its headers tell "
                       "of %zu",
                       length, end);
}

static int
check_content (const char *path, struct kbsh_error *err)
{
  static const char symbol[] = "\0kbsh_module";
  kbsh_autofd int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  struct stat st;
  void *data;
  int result;
  if (fd < 0 || fstat (fd, &st))
    return check_refuse (err, NULL, "it can't be read: %s", strerror (errno));
  if (st.st_size == 0)
    return check_refuse (err, "copy it again", "the file is empty");
  data = mmap (NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (data == MAP_FAILED)
    return check_refuse (err, NULL, "it can't be read: %s", strerror (errno));
  result = check_header (data, (size_t)st.st_size, err);
  if (!result)
    result = check_whole (data, (size_t)st.st_size, err);
  /* Opening runs a module's constructors: a library that is no module at all
   * is turned away before that. */
  if (!result && !memmem (data, (size_t)st.st_size, symbol, sizeof symbol))
    result = check_refuse (err,
                           "describe the module with KBSH_MODULE (...) of "
                           "<kbsh/plugin.h>",
                           "it exports no 'kbsh_module': it is a library, "
                           "but not a kbsh module");
  munmap (data, (size_t)st.st_size);
  return result;
}

int
check_trusted (const char *path, const char *plain, struct kbsh_error *err)
{
  char folder[PATH_MAX];
  const char *slash = strrchr (path, '/');
  size_t length = slash ? (size_t)(slash - path) : 0;
  if (!slash || length >= sizeof folder)
    return check_refuse (err, NULL, "its path is not absolute, or too long");
  memcpy (folder, path, length);
  folder[length] = '\0';
  return check_owner (path, plain, err)
                 || check_folder (length ? folder : "/", err)
             ? -1
             : 0;
}

int
check_file (const char *path, struct kbsh_error *err)
{
  if (check_trusted (path, "a module is a file with the suffix .so", err))
    return -1;
  return check_content (path, err);
}
