/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "http/memory.h"

#include <link.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void *
memory_get (size_t size)
{
  return malloc (size);
}

void
memory_free (void *memory)
{
  if (memory)
    explicit_bzero (memory, malloc_usable_size (memory));
  free (memory);
}

void *
memory_resize (void *memory, size_t size)
{
  size_t before = memory ? malloc_usable_size (memory) : 0;
  void *now = malloc (size);
  if (!now)
    return NULL;
  if (memory)
    memcpy (now, memory, before < size ? before : size);
  memory_free (memory);
  return now;
}

char *
memory_text (const char *text)
{
  return strdup (text);
}

void *
memory_array (size_t count, size_t size)
{
  return calloc (count, size);
}

/* What can't be written is as the file has it, so that nothing is lost. */
static int
give_back_object (struct dl_phdr_info *object, size_t size, void *data)
{
  uintptr_t page = (uintptr_t)sysconf (_SC_PAGESIZE);
  (void)size;
  (void)data;
  for (int i = 0; i < object->dlpi_phnum; i++)
    {
      const ElfW (Phdr) *part = &object->dlpi_phdr[i];
      uintptr_t from = (object->dlpi_addr + part->p_vaddr) & ~(page - 1);
      uintptr_t end = object->dlpi_addr + part->p_vaddr + part->p_filesz;
      if (part->p_type == PT_LOAD && !(part->p_flags & PF_W))
        madvise ((void *)from, end - from, MADV_DONTNEED);
    }
  return 0;
}

void
memory_give_back (void)
{
  dl_iterate_phdr (give_back_object, NULL);
}
