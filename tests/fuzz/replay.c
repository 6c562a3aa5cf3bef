/* SPDX-License-Identifier: Apache-2.0
 *
 * Gives a fuzz target the files of its corpus, and those named as arguments.
 */
#include "config.h"

#include <kbsh/cleanup.h>
#include <kbsh/text.h>

#include "fuzz.h"

static int
replay (const char *path)
{
  struct kbsh_error err = KBSH_ERROR_INIT;
  size_t length = 0;
  kbsh_autofree char *text = kbsh_file_read (path, &length, &err);
  if (!text)
    {
      fprintf (stderr, "%s: %s\n", err.what, err.why);
      return -1;
    }
  LLVMFuzzerTestOneInput ((const uint8_t *)text, length);
  return 0;
}

static int
replay_folder (const char *path)
{
  kbsh_autodir DIR *folder = opendir (path);
  struct dirent *entry;
  int count = 0, failed = 0;
  while (folder && (entry = readdir (folder)))
    {
      kbsh_autofree char *file = kbsh_text ("%s/%s", path, entry->d_name);
      if (*entry->d_name == '.')
        continue;
      failed |= !file || replay (file);
      count++;
    }
  printf ("%s: %d files\n", path, count);
  return failed || !count;
}

int
main (int argc, char **argv)
{
  const char *top = getenv ("top_srcdir");
  kbsh_autofree char *folder
      = kbsh_text ("%s/tests/fuzz/corpus/%s", top ? top : ".", FUZZ_NAME);
  int failed = !folder || replay_folder (folder);
  for (int i = 1; i < argc; i++)
    failed |= replay (argv[i]) != 0;
  return failed;
}
