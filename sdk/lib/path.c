/* SPDX-License-Identifier: Apache-2.0
 *
 * Paths as users write them.
 */
#include <kbsh/text.h>

#include <kbsh/cleanup.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

char *
kbsh_path_here (const char *path)
{
  kbsh_autofree char *here = NULL;
  char *whole;
  if (*path == '/')
    return strdup (path);
  here = getcwd (NULL, 0);
  if (!here)
    return NULL;
  if (!strncmp (path, "./", 2))
    path += 2;
  whole = kbsh_text ("%s/%s", here[1] ? here : "", path);
  if (!whole)
    errno = ENOMEM;
  return whole;
}
